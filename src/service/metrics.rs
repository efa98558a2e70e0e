//! What has happened here since the start, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::tables::Tables;

/// What has happened here since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each counts what its name says")]
pub struct Counts {
    pub tables_opened: u64,
    pub seats_taken: u64,
    pub commands_done: u64,
    pub commands_refused: u64,
    pub commands_repeated: u64,
    pub races_lost: u64,
    pub deadlines_passed: u64,
    pub cache_hits: u64,
    pub cache_misses: u64,
    pub bus_dropped: u64,
    pub bus_hits: u64,
    pub bus_misses: u64,
}

#[derive(Debug, Default)]
pub(crate) struct ServiceMetrics {
    pub(crate) tables_opened: AtomicU64,
    pub(crate) seats_taken: AtomicU64,
    pub(crate) commands_done: AtomicU64,
    pub(crate) commands_refused: AtomicU64,
    pub(crate) commands_repeated: AtomicU64,
    pub(crate) races_lost: AtomicU64,
    pub(crate) deadlines_passed: AtomicU64,
}

impl Tables {
    /// Returns what has happened here since the start.
    pub fn counts(&self) -> Counts {
        let (cache_hits, cache_misses) = self.cache.hits_and_misses();
        let bus = self.bus.state();
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            tables_opened: of(&self.metrics.tables_opened),
            seats_taken: of(&self.metrics.seats_taken),
            commands_done: of(&self.metrics.commands_done),
            commands_refused: of(&self.metrics.commands_refused),
            commands_repeated: of(&self.metrics.commands_repeated),
            races_lost: of(&self.metrics.races_lost),
            deadlines_passed: of(&self.metrics.deadlines_passed),
            cache_hits,
            cache_misses,
            bus_dropped: bus.dropped,
            bus_hits: bus.hits,
            bus_misses: bus.misses,
        }
    }
}
