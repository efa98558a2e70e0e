//! One request: its way to the door, the time its body may take, and how long it is in hand.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Request, StatusCode, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use tokio::sync::watch;
use tower_http::timeout::{DeadlineBody, TimeoutBody, TimeoutError};

use super::{Limits, Phase};
use crate::door::Door;

/// What hands the requests of one connection to the door.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) door: Door,
    pub(super) limits: Limits,
    pub(super) peer: SocketAddr,
    pub(super) phase: watch::Receiver<Phase>,
    /// Whether anything was asked yet.
    pub(super) asked: Arc<AtomicBool>,
    /// How many requests have come whose answers have not ended.
    pub(super) in_hand: watch::Sender<usize>,
}

impl Desk {
    pub(super) async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        self.asked.store(true, Ordering::Relaxed);
        let hand = Hand::take(self.in_hand.clone());
        let version = request.version();
        let late = Arc::new(AtomicBool::new(false));
        let mut request = request.map(|body| self.in_time(body, late.clone()));
        request.extensions_mut().insert(web::Peer(self.peer));
        let mut response = self.door.answer(request).await?;
        let late = late.load(Ordering::Relaxed);
        if late {
            // Whatever the router made of half a body, this is the reason.
            let sentence = "The request took too long to arrive.\n";
            response = (StatusCode::REQUEST_TIMEOUT, sentence).into_response();
        }
        // HTTP/2 has no such header; there, the shutdown itself tells the peer.
        if (late || *self.phase.borrow() > Phase::Open) && version < Version::HTTP_2 {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response.map(|body| Body::new(Held { body, _hand: hand })))
    }

    /// Returns a body that is an error when it comes too slowly, and tells so by `late`.
    fn in_time(&self, body: Incoming, late: Arc<AtomicBool>) -> Body {
        let body = TimeoutBody::new(self.limits.body_pause, body);
        let body = DeadlineBody::new(self.limits.body, body);
        Body::new(body.map_err(move |error| {
            if error.is::<TimeoutError>() {
                late.store(true, Ordering::Relaxed);
            }
            error
        }))
    }
}

/// A request in hand, counted until this is dropped.
struct Hand(watch::Sender<usize>);

impl Hand {
    fn take(in_hand: watch::Sender<usize>) -> Self {
        in_hand.send_modify(|count| *count += 1);
        Self(in_hand)
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// The body of an answer, which keeps the request in hand until it has ended.
struct Held {
    body: Body,
    _hand: Hand,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
