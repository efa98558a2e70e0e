//! HTTP metrics and the access log: how requests were answered, and how fast.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::{AppState, request_id};

/// A route and the status of its answer. Routes are those of the router, so their number is bounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    route: String,
    status: u16,
}

/// Counts answers by route and status, and their seconds.
#[derive(Clone, Debug)]
pub(crate) struct HttpMetrics {
    count: Family<HttpLabels, Counter>,
    seconds: Histogram,
}

impl HttpMetrics {
    /// Makes the metrics and registers them.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            count: Family::default(),
            // 1 ms to about 4 s.
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 13)),
        };
        registry.register("http_answers", "Requests answered", metrics.count.clone());
        let help = "Seconds until an answer began";
        registry.register("http_seconds", help, metrics.seconds.clone());
        metrics
    }
}

/// Counts every answer and writes one line about it. The line holds no body, no query and no cookie.
pub(crate) async fn count(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let span = span(&app, &request);
    let began = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let elapsed = began.elapsed();
    let status = response.status().as_u16();
    app.http_metrics.seconds.observe(elapsed.as_secs_f64());
    app.http_metrics
        .count
        .get_or_create(&HttpLabels {
            route: route.clone(),
            status,
        })
        .inc();
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::debug!(%method, route, status, elapsed_ms, "answered"));
    response
}

/// Returns the span that every log line of a request stands in.
fn span(app: &AppState, request: &Request) -> Span {
    let id = request_id::of(request.headers());
    let span = tracing::error_span!(
        "request",
        request_id = id,
        "logging.googleapis.com/trace" = Empty
    );
    let project = app.settings.trace_project.as_deref();
    if let Some(trace) = project.and_then(|project| request_id::trace(project, id)) {
        span.record("logging.googleapis.com/trace", trace);
    }
    span
}
