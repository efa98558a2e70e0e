//! Figures: Prometheus text for scrapers, the specification's JSON for everybody else.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use serde_json::json;
use service::{Counts, Readers};

use crate::{App, WebError};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers scrapers, which name their formats, with Prometheus text; others with JSON.
pub(crate) async fn metrics(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let figures = Figures::gather(&app).await?;
    if accept.contains("application/openmetrics-text") {
        return Ok(([(CONTENT_TYPE, OPENMETRICS)], figures.text(&app)?).into_response());
    }
    if accept.contains("text/plain") {
        return Ok(([(CONTENT_TYPE, PROMETHEUS)], figures.text(&app)?).into_response());
    }
    Ok(Json(figures.json()).into_response())
}

struct Figures {
    tables: u64,
    streams: u64,
    readers: Readers,
    counts: Counts,
    uptime_s: u64,
}

impl Figures {
    async fn gather(app: &App) -> Result<Self, WebError> {
        Ok(Self {
            tables: app.games.count_live().await?,
            streams: app.streams.open() as u64,
            readers: app.games.readers(),
            counts: app.games.counts(),
            uptime_s: app.games.uptime_ms() / 1000,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate is read to a few digits")]
    fn json(&self) -> serde_json::Value {
        let loads = self.counts.cache_hits + self.counts.cache_misses;
        // Before the first load there is no rate to speak of.
        let rate = (loads > 0).then(|| self.counts.cache_hits as f64 / loads as f64);
        json!({
            "active_games": self.tables,
            "active_connections": self.streams,
            "cache_hit_rate": rate,
            "database": {
                "pool_size": self.readers.size,
                "active": self.readers.active,
                "available": self.readers.size - self.readers.active.min(self.readers.size),
            },
        })
    }

    fn text(&self, app: &App) -> Result<String, WebError> {
        let mut registry = Registry::with_prefix("arcane");
        let mut gauge = |name: &str, help: &str, value: u64| {
            registry.register(
                name,
                help,
                ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)),
            );
        };
        gauge(
            "live_tables",
            "Tables at which something can still happen",
            self.tables,
        );
        gauge("streams", "Open event streams", self.streams);
        gauge(
            "journal_readers",
            "Readers of the journal",
            self.readers.size as u64,
        );
        gauge(
            "journal_readers_busy",
            "Readers of the journal that are busy",
            self.readers.active as u64,
        );
        gauge("uptime_seconds", "Seconds since the start", self.uptime_s);
        let counts = &self.counts;
        let mut counter = |name: &str, help: &str, value: u64| {
            registry.register(name, help, ConstCounter::new(value));
        };
        counter("tables_opened", "Tables opened", counts.tables_opened);
        counter(
            "seats_taken",
            "Seats taken at tables of others",
            counts.seats_taken,
        );
        counter(
            "commands_done",
            "Commands acknowledged",
            counts.commands_done,
        );
        counter(
            "commands_refused",
            "Commands the rules refused",
            counts.commands_refused,
        );
        counter(
            "commands_repeated",
            "Commands answered with their first answer",
            counts.commands_repeated,
        );
        counter(
            "races_lost",
            "Decisions taken again because another commit came first",
            counts.races_lost,
        );
        counter(
            "deadlines_passed",
            "Deadlines that passed without a choice",
            counts.deadlines_passed,
        );
        counter("cache_hits", "Tables found in memory", counts.cache_hits);
        counter(
            "cache_misses",
            "Tables read from the journal",
            counts.cache_misses,
        );
        app.answers.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|error| WebError::Internal(Box::new(error)))?;
        Ok(text)
    }
}
