//! Metrics: Prometheus text for scrapers, the specification's JSON for everybody else.

use std::fmt;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::wire::MetricsAnswer;
use crate::{AppState, WebError, metrics_text};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers scrapers, which name their formats, with Prometheus text; others with JSON.
pub(crate) async fn metrics(
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let token = app.settings.metrics_token.as_ref();
    if token.is_some_and(|token| !token.is_shown(&headers)) {
        return Err(WebError::MetricsToken);
    }
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // Measured anew in any case: the registry shows the numbers it finds.
    let live = app.tables.health.measure().await;
    if accept.contains("application/openmetrics-text") {
        return scraped(OPENMETRICS, metrics_text::openmetrics(&app.registry));
    }
    if accept.contains("text/plain") {
        return scraped(PROMETHEUS, metrics_text::classic(&app.registry));
    }
    Ok(Json(short_form(&app, live)).into_response())
}

fn scraped(kind: &'static str, text: Result<String, fmt::Error>) -> Result<Response, WebError> {
    let text = text.map_err(|error| WebError::Internal(Box::new(error)))?;
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}

#[expect(clippy::cast_precision_loss, reason = "a rate is read to a few digits")]
fn short_form(app: &AppState, live: Option<u64>) -> MetricsAnswer {
    let (hits, misses) = app.tables.cache_hits_and_misses();
    let looks = hits + misses;
    MetricsAnswer {
        active_games: live,
        active_connections: app.stream_limit.open() as u64,
        // Before the first look there is no rate to speak of.
        cache_hit_rate: (looks > 0).then(|| hits as f64 / looks as f64),
        database: app.tables.health.readers().into(),
    }
}
