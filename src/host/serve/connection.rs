//! One connection: its limits, and how it leaves.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{HeaderValue, Request, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Accepted, Limits, Phase};
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
                    permit: _permit,
                },
            door,
            limits,
            phase,
            leaves_at,
        } = self;
        // Without it, small events wait for one another. An error shows again at the next read.
        let _ = stream.set_nodelay(true);
        let asked = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            door,
            peer,
            asked: asked.clone(),
            phase: phase.clone(),
        };
        let service = service_fn(move |request| desk.clone().answer(request));
        let builder = builder(limits);
        let mut served =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
        let mut first_header = pin!(sleep(limits.first_header));
        let mut guarded = true;
        let mut leaving = pin!(reached(phase, leaves_at));
        let mut staying = true;
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

/// What hands the requests of one connection to the door.
#[derive(Clone)]
struct Desk {
    door: Door,
    peer: SocketAddr,
    asked: Arc<AtomicBool>,
    phase: watch::Receiver<Phase>,
}

impl Desk {
    async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        self.asked.store(true, Ordering::Relaxed);
        let version = request.version();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let mut response = self.door.answer(request).await?;
        // HTTP/2 has no such header; there, the shutdown itself tells the peer.
        if *self.phase.borrow() > Phase::Open && version < Version::HTTP_2 {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}
