//! The service's metrics: counters of what happened since the start, and values read at each scrape.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// Counters of what happened since the start. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct ServiceMetrics {
    pub(crate) tables_opened: Counter,
    pub(crate) tables_erased: Counter,
    pub(crate) seats_taken: Counter,
    pub(crate) commands_done: Counter,
    pub(crate) commands_refused: Counter,
    pub(crate) commands_repeated: Counter,
    pub(crate) races_lost: Counter,
    pub(crate) deadlines_passed: Counter,
    pub(crate) cache_hits: Counter,
    pub(crate) cache_misses: Counter,
}

impl ServiceMetrics {
    /// Makes the counters and registers each. A new counter is a field and a line here.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        Self {
            tables_opened: counter("tables_opened", "Tables opened"),
            tables_erased: counter("tables_erased", "Tables erased"),
            seats_taken: counter("seats_taken", "Seats taken at tables of others"),
            commands_done: counter("commands_done", "Commands acknowledged"),
            commands_refused: counter("commands_refused", "Commands the rules refused"),
            commands_repeated: counter(
                "commands_repeated",
                "Commands answered with their first answer",
            ),
            races_lost: counter(
                "races_lost",
                "Decisions taken again because another commit came first",
            ),
            deadlines_passed: counter("deadlines_passed", "Deadlines that passed without a choice"),
            cache_hits: counter("cache_hits", "Tables found in memory"),
            cache_misses: counter("cache_misses", "Tables not found in memory"),
        }
    }
}

/// How many tables there were when last counted; nothing while the journal does not say.
pub(crate) type LiveTables = Arc<Mutex<Option<u64>>>;

/// Values read at each scrape.
pub(crate) struct ServiceGauges {
    pub(crate) live_tables: LiveTables,
    pub(crate) tables_in_use: LiveTables,
    pub(crate) started_ms: u64,
    pub(crate) now_ms: fn() -> u64,
}

impl fmt::Debug for ServiceGauges {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("ServiceGauges").finish_non_exhaustive()
    }
}

impl Collector for ServiceGauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut gauge = |name: &str, help: &str, value: u64| {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        for (name, help, counted) in [
            (
                "live_tables",
                "Tables at which something can still happen, over all instances: take the maximum, not the sum",
                &self.live_tables,
            ),
            (
                "tables_in_use",
                "Tables played or looked at lately, each of which costs a place, over all instances",
                &self.tables_in_use,
            ),
        ] {
            // An unknown number is left out: zero would be a lie.
            if let Some(tables) = *counted.lock().unwrap_or_else(PoisonError::into_inner) {
                gauge(name, help, tables)?;
            }
        }
        let uptime_ms = (self.now_ms)().saturating_sub(self.started_ms);
        gauge(
            "uptime_seconds",
            "Seconds since the start",
            uptime_ms / 1_000,
        )
    }
}
