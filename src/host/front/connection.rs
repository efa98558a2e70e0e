//! One connection: its time limits, and how it ends.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::request_service::RequestService;
use super::startup_gate::StartupGate;
use super::{Accepted, ConnectionLimits, DrainPhase, socket};

/// The most bytes of a request's header.
const HEADER_BYTES_MAX: usize = 64 * 1_024;

/// The interval of HTTP/2 keep-alive pings, and the time a peer has to answer one.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// One connection, accepted and not yet served.
pub(super) struct HttpConnection {
    pub(super) accepted: Accepted,
    pub(super) gate: StartupGate,
    pub(super) limits: ConnectionLimits,
    pub(super) phase: watch::Receiver<DrainPhase>,
    /// The phase in which it ends after the requests in flight.
    pub(super) leaves_at: DrainPhase,
}

impl HttpConnection {
    /// Serves the connection to its end.
    pub(super) async fn run(self) {
        let Self {
            accepted:
                Accepted {
                    stream,
                    peer,
                    // Held for as long as the connection lasts.
                    permit: _permit,
                },
            gate,
            limits,
            phase,
            leaves_at,
        } = self;
        socket::tune(&stream, limits.peer_gone);
        let asked = Arc::new(AtomicBool::new(false));
        let in_flight = watch::Sender::new(0);
        let requests = RequestService {
            gate,
            limits,
            peer,
            phase: phase.clone(),
            asked: asked.clone(),
            in_flight: in_flight.clone(),
        };
        let service = service_fn(move |request| requests.clone().answer(request));
        let builder = builder(limits);
        let mut served =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
        // Five limits end a connection. Two are hyper's: the time to the end of the next header on HTTP/1 and
        // unanswered pings on HTTP/2. They cover neither a peer that sends nothing, for hyper detects the protocol
        // first and waits for it without a limit, nor an idle HTTP/2 connection. So three are timed here: the first
        // header, idleness, and the wait for a peer that was told to go. All run in one select beside the connection,
        // because any of them may fire while a request is served.
        let mut first_header = pin!(sleep(limits.first_header));
        let mut awaits_first_header = true;
        let mut leaving = pin!(async {
            tokio::select! {
                () = reached(phase, leaves_at) => {}
                () = idle_for(in_flight.subscribe(), limits.idle) => {}
            }
        });
        let mut staying = true;
        // An HTTP/2 peer may ignore a GOAWAY and keep the connection open. This future does nothing until it is first
        // polled, so its time starts with the shutdown and not with the connection.
        let mut lingering = pin!(idle_for(in_flight.subscribe(), limits.idle));
        loop {
            tokio::select! {
                ended = served.as_mut() => {
                    if let Err(error) = ended {
                        tracing::trace!(error = &*error, %peer, "a connection ended early");
                    }
                    return;
                }
                () = first_header.as_mut(), if awaits_first_header => {
                    if !asked.load(Ordering::Relaxed) {
                        return;
                    }
                    // A finished timer must not be polled again.
                    awaits_first_header = false;
                }
                () = leaving.as_mut(), if staying => {
                    // Requests in flight are still answered; `served` ends after the last of them.
                    served.as_mut().graceful_shutdown();
                    staying = false;
                }
                () = lingering.as_mut(), if !staying => return,
            }
        }
    }
}

fn builder(limits: ConnectionLimits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(HEADER_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE);
    builder
}

async fn reached(mut phase: watch::Receiver<DrainPhase>, wanted: DrainPhase) {
    // An error says that the accept loop has ended, which is later than any phase.
    let _ = phase.wait_for(|phase| *phase >= wanted).await;
}

/// Waits until no request has been in flight for `limit`.
async fn idle_for(mut in_flight: watch::Receiver<usize>, limit: Duration) {
    // An error says that the connection has ended and no request can come.
    while in_flight.wait_for(|count| *count == 0).await.is_ok() {
        if timeout(limit, in_flight.changed()).await.is_err() {
            return;
        }
    }
}
