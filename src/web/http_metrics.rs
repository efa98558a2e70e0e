//! HTTP metrics and the access log: how requests were answered, and how fast.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// A route and the status of its answer. Routes are those of the router, so their number is bounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    route: String,
    status: u16,
}

/// A route alone: a series of buckets for each status, too, would be ten times as many.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

/// Counts answers by route and status, and their seconds by route.
#[derive(Clone, Debug)]
pub(crate) struct HttpMetrics {
    count: Family<HttpLabels, Counter>,
    seconds: Family<RouteLabel, Histogram>,
}

impl HttpMetrics {
    /// Makes the metrics and registers them.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            count: Family::default(),
            // 1 ms to about 4 s.
            seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.001, 2.0, 13))
            }),
        };
        registry.register("http_answers", "Requests answered", metrics.count.clone());
        let help = "Seconds until an answer began";
        registry.register("http_seconds", help, metrics.seconds.clone());
        metrics
    }
}

/// Times one request, from its arrival until its answer begins.
#[derive(Debug)]
pub(crate) struct RequestTimer {
    /// None where no route matches.
    route: Option<MatchedPath>,
    method: Method,
    began: Instant,
}

impl RequestTimer {
    /// Starts with a request whose route is known.
    pub(crate) fn start(request: &Request) -> Self {
        Self {
            route: request.extensions().get().cloned(),
            method: request.method().clone(),
            began: Instant::now(),
        }
    }

    /// Counts the answer and writes one line about it. The line holds no body, no query and no cookie.
    pub(crate) fn stop(self, metrics: &HttpMetrics, status: StatusCode) {
        let elapsed = self.began.elapsed();
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let (method, status) = (self.method, status.as_u16());
        let label = RouteLabel {
            route: route.to_owned(),
        };
        let seconds = elapsed.as_secs_f64();
        metrics.seconds.get_or_create(&label).observe(seconds);
        let labels = HttpLabels {
            route: label.route,
            status,
        };
        metrics.count.get_or_create(&labels).inc();
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(%method, route, status, elapsed_ms, "answered");
    }
}
