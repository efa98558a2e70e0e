//! HTTP metrics and the access log: how requests were answered, and how fast.

use std::time::{Duration, Instant};

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

/// A route, a method that it takes, and the class of a status: a series of buckets for each status would be many more.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TimeLabels {
    route: String,
    method: &'static str,
    status_class: &'static str,
}

/// Counts answers by route and status, and their seconds by route, method and class of status.
#[derive(Clone, Debug)]
pub(crate) struct HttpMetrics {
    count: Family<HttpLabels, Counter>,
    seconds: Family<TimeLabels, Histogram>,
    /// From when on a request is slow; `None` never.
    slow_after: Option<Duration>,
}

impl HttpMetrics {
    /// Makes the metrics and registers them.
    pub(crate) fn register(registry: &mut Registry, slow_after: Option<Duration>) -> Self {
        let metrics = Self {
            count: Family::default(),
            // 1 ms to about 4 s.
            seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.001, 2.0, 13))
            }),
            slow_after,
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

    /// Counts the answer and writes one line about it: at `warn` where it took longer than the operator finds slow. The
    /// line holds no body, no query and no cookie.
    pub(crate) fn stop(self, metrics: &HttpMetrics, status: StatusCode) {
        let elapsed = self.began.elapsed();
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let labels = TimeLabels {
            route: route.to_owned(),
            method: method_word(&self.method),
            status_class: status_class(status),
        };
        let seconds = elapsed.as_secs_f64();
        metrics.seconds.get_or_create(&labels).observe(seconds);
        let (method, status) = (self.method, status.as_u16());
        let labels = HttpLabels {
            route: labels.route,
            status,
        };
        metrics.count.get_or_create(&labels).inc();
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if metrics.slow_after.is_some_and(|slow| elapsed >= slow) {
            tracing::warn!(%method, route, status, elapsed_ms, "a request was slow");
        } else {
            tracing::debug!(%method, route, status, elapsed_ms, "answered");
        }
    }
}

/// Returns the label of a method: anybody may send any word for one.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
