//! A response on its way through the proxy: how long it is silent and how long it lasts.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::unfold;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio::time::timeout;

use super::backend::InHand;
use super::{Body, ProxiedResponse, Shared, locked};

/// Watches one answer, and writes down how it went when it is over.
pub(super) struct Watch {
    shared: Arc<Shared>,
    path: String,
    began: Instant,
    heard: Instant,
    silence: Duration,
    cut: Option<&'static str>,
    // Until then the process has the request in hand.
    _in_hand: InHand,
}

impl Watch {
    pub(super) fn begin(shared: Arc<Shared>, path: String, in_hand: InHand) -> Self {
        let now = Instant::now();
        Self {
            shared,
            path,
            began: now,
            heard: now,
            silence: Duration::ZERO,
            cut: None,
            _in_hand: in_hand,
        }
    }

    pub(super) fn over(self, body: Incoming) -> Body {
        let frames = unfold(Some((self, body)), |passing| async {
            let (mut watch, mut body) = passing?;
            match watch.next(&mut body).await? {
                Ok(frame) => Some((Ok(frame), Some((watch, body)))),
                Err(error) => Some((Err(error), None)),
            }
        });
        StreamBody::new(frames).boxed_unsync()
    }

    async fn next(&mut self, body: &mut Incoming) -> Option<io::Result<Frame<Bytes>>> {
        let proxy = self.shared.proxy;
        let age_left = (proxy.age).map(|age| age.saturating_sub(self.began.elapsed()));
        let (patience, why) = match age_left {
            Some(left) if left < proxy.idle => (left, "too old"),
            _ => (proxy.idle, "silent for too long"),
        };
        let came = timeout(patience, body.frame()).await;
        self.silence = self.silence.max(self.heard.elapsed());
        self.heard = Instant::now();
        let Ok(came) = came else {
            self.cut = Some(why);
            return Some(Err(io::Error::other(why)));
        };
        Some(came?.map_err(io::Error::other))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        locked(&self.shared.responses).push(ProxiedResponse {
            path: std::mem::take(&mut self.path),
            silence: self.silence.max(self.heard.elapsed()),
            lasted: self.began.elapsed(),
            cut: self.cut,
        });
    }
}
