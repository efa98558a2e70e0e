//! Figures: Prometheus text for scrapers, the specification's JSON for everybody else.

use std::time::Duration;

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
use service::{Counts, Readers, ReplicaStatus};
use tokio::time::timeout;

use crate::{AppState, WebError};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
/// How long counting tables may take, so that a scrape has its answer.
const COUNT_MAX: Duration = Duration::from_secs(2);

/// Answers scrapers, which name their formats, with Prometheus text; others with JSON.
pub(crate) async fn metrics(
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let figures = Figures::gather(&app).await;
    if accept.contains("application/openmetrics-text") {
        return Ok(([(CONTENT_TYPE, OPENMETRICS)], figures.text(&app)?).into_response());
    }
    if accept.contains("text/plain") {
        return Ok(([(CONTENT_TYPE, PROMETHEUS)], figures.text(&app)?).into_response());
    }
    Ok(Json(figures.json()).into_response())
}

struct Figures {
    /// Nothing while the journal does not say: the other figures are wanted most then.
    tables: Option<u64>,
    streams: u64,
    readers: Readers,
    counts: Counts,
    bus_up: bool,
    uptime_s: u64,
    replica: Option<ReplicaStatus>,
    now_ms: u64,
}

impl Figures {
    async fn gather(app: &AppState) -> Self {
        let counted = timeout(COUNT_MAX, app.tables.count_live()).await;
        Self {
            tables: counted.ok().and_then(Result::ok),
            streams: app.streams.open() as u64,
            readers: app.tables.readers(),
            counts: app.tables.counts(),
            bus_up: app.tables.cut_off().is_none(),
            uptime_s: app.tables.uptime_ms() / 1000,
            replica: app.tables.replica(),
            now_ms: app.tables.now_ms(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate is read to a few digits")]
    fn json(&self) -> serde_json::Value {
        let counts = &self.counts;
        // This process's tables, and what instances remember for each other.
        let hits = counts.cache_hits + counts.bus_hits;
        let looks = hits + counts.cache_misses + counts.bus_misses;
        // Before the first look there is no rate to speak of.
        let rate = (looks > 0).then(|| hits as f64 / looks as f64);
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

    fn text(&self, app: &AppState) -> Result<String, WebError> {
        let mut registry = Registry::with_prefix("arcane");
        let replica = self.replica.as_ref();
        for (name, help, value) in self.gauges().chain(
            replica
                .into_iter()
                .flat_map(|it| replica_gauges(it, self.now_ms)),
        ) {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            registry.register(name, help, ConstGauge::new(value));
        }
        for (name, help, value) in self
            .counters()
            .into_iter()
            .chain(replica.into_iter().flat_map(replica_counters))
        {
            registry.register(name, help, ConstCounter::new(value));
        }
        app.http_metrics.register(&mut registry);
        app.limiter.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|error| WebError::Internal(Box::new(error)))?;
        Ok(text)
    }

    fn gauges(&self) -> impl Iterator<Item = Row> {
        let what = "Tables at which something can still happen";
        let tables = self.tables.map(|tables| ("live_tables", what, tables));
        tables.into_iter().chain([
            ("streams", "Open event streams", self.streams),
            (
                "bus_up",
                "Whether all other instances are heard, if there are any",
                u64::from(self.bus_up),
            ),
            (
                "journal_readers",
                "Readers of the journal",
                self.readers.size as u64,
            ),
            (
                "journal_readers_busy",
                "Readers of the journal that are busy",
                self.readers.active as u64,
            ),
            ("uptime_seconds", "Seconds since the start", self.uptime_s),
        ])
    }

    fn counters(&self) -> [Row; 12] {
        let counts = &self.counts;
        [
            ("tables_opened", "Tables opened", counts.tables_opened),
            (
                "seats_taken",
                "Seats taken at tables of others",
                counts.seats_taken,
            ),
            (
                "commands_done",
                "Commands acknowledged",
                counts.commands_done,
            ),
            (
                "commands_refused",
                "Commands the rules refused",
                counts.commands_refused,
            ),
            (
                "commands_repeated",
                "Commands answered with their first answer",
                counts.commands_repeated,
            ),
            (
                "races_lost",
                "Decisions taken again because another commit came first",
                counts.races_lost,
            ),
            (
                "deadlines_passed",
                "Deadlines that passed without a choice",
                counts.deadlines_passed,
            ),
            ("cache_hits", "Tables found in memory", counts.cache_hits),
            (
                "cache_misses",
                "Tables not found in memory",
                counts.cache_misses,
            ),
            (
                "bus_dropped",
                "Announcements other instances were never told",
                counts.bus_dropped,
            ),
            (
                "bus_cache_hits",
                "Things found that instances remember for each other",
                counts.bus_hits,
            ),
            (
                "bus_cache_misses",
                "Things looked for among those and not found",
                counts.bus_misses,
            ),
        ]
    }
}

/// A figure: its name, what it is, its value.
type Row = (&'static str, &'static str, u64);

fn replica_gauges(replica: &ReplicaStatus, now_ms: u64) -> [Row; 7] {
    let when_s = |at_ms: Option<u64>| at_ms.unwrap_or(0) / 1_000;
    [
        (
            "replica_healthy",
            "Whether the object store answers and nobody else has taken over",
            u64::from(replica.is_well()),
        ),
        (
            "replica_epoch",
            "The epoch this process writes in",
            replica.epoch,
        ),
        (
            "replica_position",
            "The last record the object store has",
            replica.position,
        ),
        (
            "replica_lag_records",
            "Records that only the disk has",
            replica.lag_records(),
        ),
        (
            "replica_lag_milliseconds",
            "For how long a record has been only on the disk",
            replica.lag_ms(now_ms),
        ),
        (
            "replica_last_snapshot_timestamp_seconds",
            "When this process last made a snapshot, 0 if it has not",
            when_s(replica.last_snapshot_ms),
        ),
        (
            "replica_last_verified_restore_timestamp_seconds",
            "When a snapshot was last restored on trial and found whole, 0 if none was",
            when_s(replica.last_verified_ms),
        ),
    ]
}

fn replica_counters(replica: &ReplicaStatus) -> [Row; 2] {
    [
        (
            "replica_segments",
            "Segments this process has written",
            replica.segments,
        ),
        (
            "replica_bytes",
            "Bytes this process has written to the object store",
            replica.bytes,
        ),
    ]
}
