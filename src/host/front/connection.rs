//! One connection: its limits, and how it leaves.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::desk::Desk;
use super::{Accepted, Limits, Phase, socket};
use crate::door::Door;

/// Bytes of a request's header at most.
const HEADER_MAX: usize = 64 * 1_024;

/// How often an HTTP/2 peer is asked whether it is there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(20);

/// One connection, accepted and not yet served.
pub(super) struct Connection {
    pub(super) accepted: Accepted,
    pub(super) door: Door,
    pub(super) limits: Limits,
    pub(super) phase: watch::Receiver<Phase>,
    /// When it ends after the answers in hand.
    pub(super) leaves_at: Phase,
}

impl Connection {
    /// Serves the connection to its end.
    pub(super) async fn run(self) {
        let Self {
            accepted:
                Accepted {
                    stream,
                    peer,
                    room: _room,
                },
            door,
            limits,
            phase,
            leaves_at,
        } = self;
        socket::tune(&stream, limits.peer_gone);
        let asked = Arc::new(AtomicBool::new(false));
        let in_hand = watch::Sender::new(0);
        let desk = Desk {
            door,
            limits,
            peer,
            phase: phase.clone(),
            asked: asked.clone(),
            in_hand: in_hand.clone(),
        };
        let service = service_fn(move |request| desk.clone().answer(request));
        let builder = builder(limits);
        let mut served =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
        let mut first_header = pin!(sleep(limits.first_header));
        let mut guarded = true;
        let mut leaving = pin!(async {
            tokio::select! {
                () = reached(phase, leaves_at) => {}
                () = idled(in_hand.subscribe(), limits.idle) => {}
            }
        });
        let mut staying = true;
        // An HTTP/2 peer need not heed a goodbye. This begins to count when it is first waited for.
        let mut lingering = pin!(idled(in_hand.subscribe(), limits.idle));
        loop {
            tokio::select! {
                ended = served.as_mut() => {
                    if let Err(error) = ended {
                        tracing::trace!(error = &*error, %peer, "a connection ended early");
                    }
                    return;
                }
                () = first_header.as_mut(), if guarded => {
                    if !asked.load(Ordering::Relaxed) {
                        return;
                    }
                    guarded = false;
                }
                () = leaving.as_mut(), if staying => {
                    served.as_mut().graceful_shutdown();
                    staying = false;
                }
                () = lingering.as_mut(), if !staying => return,
            }
        }
    }
}

fn builder(limits: Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(HEADER_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}

async fn reached(mut phase: watch::Receiver<Phase>, wanted: Phase) {
    // An error says that the accept loop is gone, which is later than any phase.
    let _ = phase.wait_for(|phase| *phase >= wanted).await;
}

/// Waits until no request has been in hand for `limit`.
async fn idled(mut in_hand: watch::Receiver<usize>, limit: Duration) {
    // An error says that nothing can come any more.
    while in_hand.wait_for(|count| *count == 0).await.is_ok() {
        if timeout(limit, in_hand.changed()).await.is_err() {
            return;
        }
    }
}
