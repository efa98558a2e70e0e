//! One connection: its protocol, its time limits, and how it ends.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::Response;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::activity::{Activity, RequestInFlight};
use super::connection_io::{ConnectionIo, Protocol, detect};
use super::event_stream::EventStreamWriter;
use super::request_service::{Handover, RequestService};
use super::{Accepted, ConnectionLimits, DrainPhase, FrontState, limits, socket};

/// The interval of HTTP/2 keep-alive pings, and the time a peer has to answer one.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The most requests in flight on one HTTP/2 connection. A page needs one stream, and a few files at its start.
const HTTP2_STREAMS_MAX: u32 = 32;

/// The most bytes of a request's header on HTTP/2, which are several at a time. Proxies pass on no more, by default.
const HTTP2_HEADER_BYTES_MAX: u32 = 8 * 1_024;

/// The bytes of request bodies that one HTTP/2 stream may send ahead, and all of a connection. Ours are small.
const HTTP2_WINDOWS: (u32, u32) = (32 * 1_024, 64 * 1_024);

/// The most bytes of a response that HTTP/2 keeps until its peer takes them.
const HTTP2_SEND_BYTES_MAX: usize = 16 * 1_024;

/// One connection, accepted and not yet served.
pub(super) struct HttpConnection {
    pub(super) accepted: Accepted,
    pub(super) front: Arc<FrontState>,
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
            front,
            phase,
            leaves_at,
        } = self;
        let limits = front.limits;
        socket::tune(&stream, limits.peer_gone);
        let activity = Activity::new();
        let _entry = front.table.add(&activity);
        let requests = RequestService {
            front,
            peer,
            phase: phase.clone(),
            asked: Arc::new(AtomicBool::new(false)),
            activity: Arc::clone(&activity),
            handover: Arc::default(),
        };
        let watch = ConnectionWatch {
            phase,
            leaves_at,
            first_header: Instant::now() + limits.first_header,
        };
        let served = async move {
            // On the heap, so that the task of an event stream does not keep the room that HTTP needs.
            let handed_over = Box::pin(serve(stream, requests, watch)).await;
            if let Some(events) = handed_over
                && let Err(error) = events.run().await
            {
                let error = &error as &dyn std::error::Error;
                tracing::trace!(error, %peer, "an event stream ended early");
            }
        };
        tokio::select! {
            () = served => {}
            () = activity.evicted() => tracing::debug!(%peer, "a connection gives way to others"),
        }
    }
}

/// Serves requests to the end of the connection, or until a response is an event stream, which is returned.
async fn serve(
    stream: TcpStream,
    requests: RequestService,
    watch: ConnectionWatch,
) -> Option<EventStreamWriter> {
    let detected = tokio::select! {
        detected = timeout_at(watch.first_header, detect(&stream)) => detected,
        () = reached(watch.phase.clone(), watch.leaves_at) => return None,
    };
    // An error says that the peer is gone, or said nothing for too long.
    let (protocol, first) = detected.ok()?.ok()?;
    let limits = requests.front.limits;
    let io = TokioIo::new(ConnectionIo {
        stream,
        first,
        write_blocked: Arc::clone(&requests.handover.write_blocked),
    });
    let service = service_fn({
        let requests = requests.clone();
        move |request| requests.clone().answer(request)
    });
    match protocol {
        Protocol::Http1 => {
            let open = requests.front.table.len();
            let mut served = http1_builder(limits, open).serve_connection(io, service);
            let (response, request) = watch.attend(Pin::new(&mut served), &requests).await?;
            Some(EventStreamWriter {
                stream: served.into_parts().io.into_inner().stream,
                response,
                request,
                stall: limits.stall,
            })
        }
        Protocol::Http2 => {
            let served = http2_builder().serve_connection(io, service);
            watch.attend(pin!(served), &requests).await;
            None
        }
    }
}

/// What ends a connection beside its peer.
struct ConnectionWatch {
    phase: watch::Receiver<DrainPhase>,
    leaves_at: DrainPhase,
    /// When the first header must have come.
    first_header: Instant,
}

impl ConnectionWatch {
    /// Serves `served` until it ends, a limit ends it, or a response is handed over, which is returned.
    ///
    /// Six limits end a connection. Two are hyper's: the time to the end of the next header on HTTP/1 and unanswered
    /// pings on HTTP/2. They cover neither a peer that sends nothing nor one that takes nothing, nor an idle HTTP/2
    /// connection. So four are timed here: the first header, a response that is not taken, idleness, and the wait for a
    /// peer that was told to go. All run in one select beside the connection, because any of them may fire while a
    /// request is served.
    async fn attend<C>(
        self,
        mut served: Pin<&mut C>,
        requests: &RequestService,
    ) -> Option<(Response, RequestInFlight)>
    where
        C: GracefulConnection<Error = hyper::Error>,
    {
        let ConnectionLimits { idle, stall, .. } = requests.front.limits;
        let activity = &*requests.activity;
        let mut stalled = pin!(stalled_for(activity, stall));
        let mut first_header = pin!(sleep_until(self.first_header));
        let mut awaits_first_header = true;
        let mut leaving = pin!(async {
            tokio::select! {
                () = reached(self.phase, self.leaves_at) => {}
                () = idle_for(activity.in_flight(), idle) => {}
            }
        });
        let mut staying = true;
        // An HTTP/2 peer may ignore a GOAWAY and keep the connection open. This future does nothing until it is first
        // polled, so its time starts with the shutdown and not with the connection.
        let mut lingering = pin!(idle_for(activity.in_flight(), idle));
        loop {
            tokio::select! {
                ended = poll_fn(|cx| advance(served.as_mut(), &requests.handover, cx)) => {
                    return ended.unwrap_or_else(|error| {
                        let error = &error as &dyn std::error::Error;
                        tracing::trace!(error, peer = %requests.peer, "a connection ended early");
                        None
                    });
                }
                () = first_header.as_mut(), if awaits_first_header => {
                    if !requests.asked.load(Ordering::Relaxed) {
                        return None;
                    }
                    // A finished timer must not be polled again.
                    awaits_first_header = false;
                }
                () = leaving.as_mut(), if staying => {
                    // Requests in flight are still answered; `served` ends after the last of them.
                    served.as_mut().graceful_shutdown();
                    staying = false;
                }
                () = lingering.as_mut(), if !staying => return None,
                () = stalled.as_mut() => return None,
            }
        }
    }
}

/// Serves a connection until it ends or a response is handed over.
fn advance<C>(
    served: Pin<&mut C>,
    handover: &Handover,
    cx: &mut Context<'_>,
) -> Poll<hyper::Result<Option<(Response, RequestInFlight)>>>
where
    C: GracefulConnection<Error = hyper::Error>,
{
    if let Poll::Ready(ended) = served.poll(cx) {
        return Poll::Ready(ended.map(|()| None));
    }
    // A response is handed over while the connection is polled, so no other wake-up is needed.
    match handover.take() {
        Some(handed_over) => Poll::Ready(Ok(Some(handed_over))),
        None => Poll::Pending,
    }
}

fn http1_builder(limits: ConnectionLimits, open: usize) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(limits::header_bytes_max(open, limits.connections_max));
    builder
}

fn http2_builder() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .max_concurrent_streams(HTTP2_STREAMS_MAX)
        .max_header_list_size(HTTP2_HEADER_BYTES_MAX)
        .initial_stream_window_size(HTTP2_WINDOWS.0)
        .initial_connection_window_size(HTTP2_WINDOWS.1)
        .max_send_buf_size(HTTP2_SEND_BYTES_MAX);
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

/// Waits until the peer has taken nothing of a response for `limit`.
async fn stalled_for(activity: &Activity, limit: Duration) {
    let mut in_flight = activity.in_flight();
    // An error says that the connection has ended.
    while in_flight.wait_for(|count| *count > 0).await.is_ok() {
        sleep(limit / 4).await;
        if activity
            .stalled_since()
            .is_some_and(|since| since.elapsed() >= limit)
        {
            return;
        }
    }
}
