//! What every request passes on its way to its handler and back, in one pass.
//!
//! A layer of the router costs a boxed service and a boxed future for each request. Ten of them cost more than most
//! handlers, so this is one: request id, span, refusals (also of who asks too often), body limit, panics, problems, compression, metrics and
//! headers, in this order.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt as _;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method};
use tracing::Instrument as _;

use crate::client_ip::ClientAddress;
use crate::content_encoding::ContentEncoding;
use crate::error::WebError;
use crate::http_metrics::RequestTimer;
use crate::problem::ProblemContext;
use crate::request_id::{self, REQUEST_ID};
use crate::{AppState, compression, cross_site, paths, request};

/// Bytes of a request's body at most: the longest form is a chat line.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// What every answer says, unless its handler says something else.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    // Pages hold ids that are used once, and what one seat alone may see: nobody on the way keeps them.
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
];

/// Without `includeSubDomains`: other hosts of the domain are not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// Passes a request on to its handler, or refuses it, and finishes the answer.
pub(crate) async fn guard(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request_id::adopt(&app, request.headers());
    let span = request_id::span(&app, request.uri(), &id);
    let timer = RequestTimer::start(&request);
    let problems = ProblemContext::of(&request);
    let secure = request::is_https(&app, request.headers());
    let encoding = ContentEncoding::preferred(request.headers(), &compression::ENCODINGS);
    let answer = async {
        if let Some(response) = refusal(&app, &request) {
            return response;
        }
        DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut request);
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        answered.unwrap_or_else(after_panic)
    };
    let response = problems.shown(answer.instrument(span.clone()).await);
    let mut response = app.compressor.compressed(response, encoding);
    span.in_scope(|| timer.stop(&app.http_metrics, response.status()));
    protect(&app, response.headers_mut(), id, secure);
    response
}

/// Answers a request that no handler sees: one of a client that asks too often, one that names no host or several, one in
/// clear where players are served by TLS, and a change that another site's page sends.
fn refusal(app: &AppState, request: &Request) -> Option<Response> {
    if let Err(wait) = admission(app, request) {
        return Some(WebError::TooManyRequests { wait }.into_response());
    }
    if !request::names_one_host(request) {
        return Some(WebError::HostUnclear.into_response());
    }
    if let Some(address) = request::in_tls(app, request) {
        return Some(Redirect::permanent(&address).into_response());
    }
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    let refused = changes && cross_site::is_refused(app, request.uri(), request.headers());
    refused.then(|| WebError::CrossSite.into_response())
}

/// Takes the request of what its client may ask, whether or not there is anything at its address.
fn admission(app: &AppState, request: &Request) -> Result<(), Duration> {
    let path = request.uri().path();
    // An orchestrator may have the address of a flood. Both cost next to nothing, and check once a second at most.
    if app.settings.limits.is_none() || paths::is_vital(path) {
        return Ok(());
    }
    let hops = app.settings.trusted_proxy_hops;
    let client = ClientAddress::of(hops, request.headers(), request.extensions());
    app.limiter.admit(client, paths::is_probe(path))
}

/// Answers for a handler that panicked: the process goes on.
fn after_panic(_panic: Box<dyn Any + Send>) -> Response {
    WebError::Internal("a handler panicked".into()).into_response()
}

/// Adds the headers of every answer. Browsers remember for half a year that players are served by TLS.
fn protect(app: &AppState, headers: &mut HeaderMap, id: HeaderValue, secure: bool) {
    // One allocation instead of one for each doubling.
    headers.reserve(HEADERS.len() + 3);
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| app.content_policy.clone());
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.insert(REQUEST_ID, id);
}
