//! The metrics of a journal: its readers, and its replica if it has one, read at each scrape.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::{Journal, ReplicaStatus};

/// Registers the metrics of `journal`. `now_ms` is the clock: milliseconds since the Unix epoch.
pub fn register(journal: Arc<dyn Journal>, now_ms: fn() -> u64, registry: &mut Registry) {
    journal.register_metrics(registry);
    registry.register_collector(Box::new(JournalMetrics { journal, now_ms }));
}

struct JournalMetrics {
    journal: Arc<dyn Journal>,
    now_ms: fn() -> u64,
}

impl fmt::Debug for JournalMetrics {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("JournalMetrics").finish_non_exhaustive()
    }
}

impl Collector for JournalMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let readers = self.journal.readers();
        let readers = [
            (
                "journal_readers",
                "Readers of the journal",
                readers.size as u64,
            ),
            (
                "journal_readers_busy",
                "Readers of the journal that are busy",
                readers.active as u64,
            ),
        ];
        let replica = self.journal.replica();
        let replica = replica.as_ref();
        let gauges = replica
            .into_iter()
            .flat_map(|it| replica_gauges(it, (self.now_ms)()));
        for (name, help, value) in readers.into_iter().chain(gauges) {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        for (name, help, value) in replica.into_iter().flat_map(replica_counters) {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        Ok(())
    }
}

/// A metric: its name, its help, its value.
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
