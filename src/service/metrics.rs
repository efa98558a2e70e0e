//! The service's metrics: counters of what happened since the start, and values read at each scrape.

mod commands;
mod gauges;
mod stages;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

pub(crate) use commands::{CommandMetrics, CommandOutcome};
pub(crate) use gauges::{JournalMeasures, LastMeasures, ServiceGauges};
pub(crate) use stages::{CommandStage, StageMetrics, StageTimes};

/// Counters of what happened since the start. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct ServiceMetrics {
    pub(crate) tables_opened: Counter,
    pub(crate) tables_erased: Counter,
    pub(crate) seats_taken: Counter,
    pub(crate) commands_done: Counter,
    pub(crate) commands_refused: Counter,
    pub(crate) commands_repeated: Counter,
    pub(crate) commands: CommandMetrics,
    pub(crate) stages: StageMetrics,
    pub(crate) races_lost: Counter,
    pub(crate) deadlines_passed: Counter,
    pub(crate) deadline_late: Histogram,
    pub(crate) announcements_missed: Counter,
    pub(crate) announcement_late: Histogram,
    pub(crate) cache_hits: Counter,
    pub(crate) cache_misses: Counter,
    pub(crate) retention_swept: Gauge,
}

impl ServiceMetrics {
    /// Makes the counters and registers each. A new counter is a field and a line here.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let commands = CommandMetrics::register(registry);
        let stages = StageMetrics::register(registry);
        // A tenth of a second to about seven minutes: a deadline is looked for every five seconds at least.
        let deadline_late = Histogram::new(exponential_buckets(0.1, 2.0, 13));
        let help = "Seconds between a deadline and the commit of what followed from it";
        registry.register("deadline_late_seconds", help, deadline_late.clone());
        // A millisecond to half a minute: what an announcement did not tell, a heartbeat does.
        let announcement_late = Histogram::new(exponential_buckets(0.001, 2.0, 16));
        let help = "Seconds between a commit of another instance and its being read here for watchers, by both clocks";
        registry.register("announcement_late_seconds", help, announcement_late.clone());
        let retention_swept = Gauge::default();
        let help = "When tables that are over were last looked for to be erased, 0 if never";
        registry.register(
            "retention_last_sweep_timestamp_seconds",
            help,
            retention_swept.clone(),
        );
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
            announcements_missed: counter(
                "announcements_missed",
                "Commits of which the heartbeat told and no announcement had",
            ),
            cache_hits: counter("cache_hits", "Tables found in memory"),
            cache_misses: counter("cache_misses", "Tables not found in memory"),
            commands,
            stages,
            deadline_late,
            announcement_late,
            retention_swept,
        }
    }
}
