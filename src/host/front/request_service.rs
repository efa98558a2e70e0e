//! The service of one connection: times request bodies out and counts requests in flight.

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

use super::startup_gate::StartupGate;
use super::{ConnectionLimits, DrainPhase};

/// The service of one connection: forwards each request to the router, times its body out and counts it as in flight
/// until its response ends.
#[derive(Clone)]
pub(super) struct RequestService {
    pub(super) gate: StartupGate,
    pub(super) limits: ConnectionLimits,
    pub(super) peer: SocketAddr,
    pub(super) phase: watch::Receiver<DrainPhase>,
    /// Whether a request has come yet.
    pub(super) asked: Arc<AtomicBool>,
    /// The number of requests whose responses have not ended.
    pub(super) in_flight: watch::Sender<usize>,
}

impl RequestService {
    pub(super) async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        self.asked.store(true, Ordering::Relaxed);
        let in_flight = InFlight::begin(self.in_flight.clone());
        let version = request.version();
        let late = Arc::new(AtomicBool::new(false));
        let mut request = request.map(|body| self.in_time(body, late.clone()));
        request.extensions_mut().insert(web::Peer(self.peer));
        let mut response = self.gate.answer(request).await?;
        let late = late.load(Ordering::Relaxed);
        if late {
            // The router saw a broken body and may have answered 400; the cause is the time-out.
            let sentence = "The request took too long to arrive.\n";
            response = (StatusCode::REQUEST_TIMEOUT, sentence).into_response();
        }
        // HTTP/2 has no such header: the graceful shutdown sends a GOAWAY instead.
        if (late || *self.phase.borrow() > DrainPhase::Open) && version < Version::HTTP_2 {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response.map(|body| {
            Body::new(GuardedBody {
                body,
                _in_flight: in_flight,
            })
        }))
    }

    /// Returns a body that fails when it arrives too slowly, and then sets `late`.
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

/// A request in flight, counted until this is dropped.
struct InFlight(watch::Sender<usize>);

impl InFlight {
    fn begin(in_flight: watch::Sender<usize>) -> Self {
        in_flight.send_modify(|count| *count += 1);
        Self(in_flight)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// The body of a response, which keeps its request in flight until it has been sent.
struct GuardedBody {
    body: Body,
    _in_flight: InFlight,
}

impl HttpBody for GuardedBody {
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
