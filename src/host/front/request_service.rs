//! The service of one connection: times request bodies out, counts requests in flight and hands event streams over.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, HttpBody as _};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Request, StatusCode, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::watch;
use tower_http::timeout::{DeadlineBody, TimeoutBody, TimeoutError};

use super::activity::{Activity, RequestInFlight};
use super::event_stream::is_event_stream;
use super::response_body::ResponseBody;
use super::{DrainPhase, FrontState};

/// Bytes that a request in flight takes, with a response of a few kilobytes.
const REQUEST_BYTES: usize = 16 * 1_024;

/// The service of one connection: forwards each request to the router, times its body out and counts it as in flight
/// until its response has been written.
#[derive(Clone)]
pub(super) struct RequestService {
    pub(super) front: Arc<FrontState>,
    pub(super) peer: SocketAddr,
    pub(super) phase: watch::Receiver<DrainPhase>,
    /// Whether a request has come yet.
    pub(super) asked: Arc<AtomicBool>,
    pub(super) activity: Arc<Activity>,
    pub(super) handover: Arc<Handover>,
}

/// The place where a connection leaves the response that its task is to write without hyper.
#[derive(Default)]
pub(super) struct Handover {
    handed_over: Mutex<Option<(Response, RequestInFlight)>>,
    /// Set while responses before it are still to be written.
    pub(super) write_blocked: Arc<AtomicBool>,
}

impl Handover {
    /// Returns the response and its request once all before it has been written.
    pub(super) fn take(&self) -> Option<(Response, RequestInFlight)> {
        if self.write_blocked.load(Ordering::Relaxed) {
            return None;
        }
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Response, RequestInFlight)>> {
        self.handed_over
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl RequestService {
    pub(super) async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<http::Response<ResponseBody>, Infallible> {
        self.asked.store(true, Ordering::Relaxed);
        let mut in_flight = self.activity.begin();
        let (method, version) = (request.method().clone(), request.version());
        let mut response = match self.front.memory.take(REQUEST_BYTES).await {
            Some(memory) => {
                in_flight.hold(memory);
                self.forward(request).await?
            }
            None => busy(),
        };
        if is_event_stream(&method, version, &response) {
            in_flight.release_memory();
            *self.handover.lock() = Some((response, in_flight));
            // The connection's task drops this future, with all that hyper holds.
            return pending().await;
        }
        let body_bytes = response.body().size_hint().lower();
        if !self.holds_body(&mut in_flight, body_bytes).await {
            response = busy();
        }
        // HTTP/2 has no such header: the graceful shutdown sends a GOAWAY instead.
        if *self.phase.borrow() > DrainPhase::Open && version < Version::HTTP_2 {
            end_connection(&mut response);
        }
        Ok(response.map(|body| ResponseBody::new(body, in_flight)))
    }

    async fn forward(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let version = request.version();
        let late = Arc::new(AtomicBool::new(false));
        let mut request = request.map(|body| self.in_time(body, late.clone()));
        request.extensions_mut().insert(web::Peer(self.peer));
        let response = self.front.gate.answer(request).await?;
        if !late.load(Ordering::Relaxed) {
            return Ok(response);
        }
        // The router saw a broken body and may have answered 400; the cause is the time-out.
        let sentence = "The request took too long to arrive.\n";
        let mut response = (StatusCode::REQUEST_TIMEOUT, sentence).into_response();
        if version < Version::HTTP_2 {
            end_connection(&mut response);
        }
        Ok(response)
    }

    /// Has a request hold the memory of a response that is larger than most.
    async fn holds_body(&self, in_flight: &mut RequestInFlight, bytes: u64) -> bool {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let beyond = bytes.saturating_sub(REQUEST_BYTES);
        if beyond == 0 {
            return true;
        }
        let memory = self.front.memory.take(beyond).await;
        memory.map(|memory| in_flight.hold(memory)).is_some()
    }

    /// Returns a body that fails when it arrives too slowly, and then sets `late`.
    fn in_time(&self, body: Incoming, late: Arc<AtomicBool>) -> Body {
        let limits = &self.front.limits;
        let body = TimeoutBody::new(limits.body_pause, body);
        let body = DeadlineBody::new(limits.body, body);
        Body::new(body.map_err(move |error| {
            if error.is::<TimeoutError>() {
                late.store(true, Ordering::Relaxed);
            }
            error
        }))
    }
}

/// The answer where requests in flight take all the memory they may.
fn busy() -> Response {
    let sentence = "The server is busy. Please try again in a moment.\n";
    let again = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    (StatusCode::SERVICE_UNAVAILABLE, again, sentence).into_response()
}

fn end_connection(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}
