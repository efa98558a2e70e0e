//! Values of the service that are read at each scrape.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use game::Phase;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use store::DiskUse;

use crate::loading::TableLoader;
use crate::tables::Settings;

/// What the journal said when it was last measured. Nothing is known of what it did not say in time.
#[derive(Clone, Debug, Default)]
pub(crate) struct JournalMeasures {
    /// Tables at which something can still happen.
    pub(crate) live: Option<u64>,
    /// Tables that cost a place.
    pub(crate) in_use: Option<u64>,
    /// Whether it can be read and written.
    pub(crate) is_well: bool,
    /// The place it takes.
    pub(crate) disk: Option<DiskUse>,
}

/// The newest measures. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastMeasures(Arc<Mutex<JournalMeasures>>);

impl LastMeasures {
    pub(crate) fn set(&self, measures: JournalMeasures) {
        // The measures are replaced whole, also after a panic.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = measures;
    }

    fn get(&self) -> JournalMeasures {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Every phase of a table, with its word in labels.
const PHASES: [(Phase, &str); 7] = [
    (Phase::Gathering, "gathering"),
    (Phase::Interrogation, "interrogation"),
    (Phase::QuestChoice, "quest-choice"),
    (Phase::Scene, "scene"),
    (Phase::Naming, "naming"),
    (Phase::Chronicle, "chronicle"),
    (Phase::Closed, "closed"),
];

/// Values read at each scrape.
pub(crate) struct ServiceGauges {
    pub(crate) measures: LastMeasures,
    pub(crate) loader: Arc<TableLoader>,
    pub(crate) settings: Settings,
    pub(crate) started_ms: u64,
    pub(crate) now_ms: fn() -> u64,
}

impl ServiceGauges {
    pub(crate) fn register(self, registry: &mut Registry) {
        registry.register_collector(Box::new(self));
    }

    /// Returns the gauges that are one number each. An unknown one is left out: zero would be a lie.
    fn numbers(&self) -> [(&'static str, &'static str, Option<u64>); 10] {
        let JournalMeasures {
            live,
            in_use,
            is_well,
            disk,
        } = self.measures.get();
        let resting = live.zip(in_use);
        let retention = self.settings.retention.map(|kept| kept.as_secs());
        let uptime_ms = (self.now_ms)().saturating_sub(self.started_ms);
        [
            (
                "live_tables",
                "Tables at which something can still happen, over all instances: take the maximum, not the sum",
                live,
            ),
            (
                "tables_in_use",
                "Tables played or looked at lately, each of which costs a place, over all instances",
                in_use,
            ),
            (
                "tables_resting",
                "Live tables that nobody has used lately, over all instances",
                resting.map(|(live, in_use)| live.saturating_sub(in_use)),
            ),
            (
                "tables_in_use_max",
                "Places for tables in use, over all instances",
                Some(self.settings.occupancy.tables_max),
            ),
            (
                "journal_up",
                "Whether the journal could be read and written when it was last asked",
                Some(u64::from(is_well)),
            ),
            (
                "journal_bytes",
                "Bytes the journal takes where it is kept",
                disk.map(|disk| disk.bytes),
            ),
            (
                "journal_disk_free_bytes",
                "Bytes that are free on the journal's disk",
                disk.and_then(|disk| disk.free_bytes),
            ),
            (
                "journal_disk_bytes",
                "Bytes of the journal's disk",
                disk.and_then(|disk| disk.disk_bytes),
            ),
            (
                "retention_seconds",
                "Seconds a table is kept that is over; absent where all are kept",
                retention,
            ),
            (
                "uptime_seconds",
                "Seconds since the start",
                Some(uptime_ms / 1_000),
            ),
        ]
    }
}

impl fmt::Debug for ServiceGauges {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("ServiceGauges").finish_non_exhaustive()
    }
}

impl Collector for ServiceGauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, value) in self.numbers() {
            let Some(value) = value else { continue };
            let gauge = gauge(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let help = "Tables that this process has in memory, by phase";
        let mut family =
            encoder.encode_descriptor("tables_in_memory", help, None, MetricType::Gauge)?;
        let phases = self.loader.cache.phases();
        for (phase, word) in PHASES {
            let count = phases.iter().filter(|held| **held == phase).count();
            gauge(count as u64).encode(family.encode_family(&[("phase", word)])?)?;
        }
        Ok(())
    }
}

fn gauge(value: u64) -> ConstGauge<i64> {
    ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX))
}
