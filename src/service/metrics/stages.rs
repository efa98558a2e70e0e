//! How long each stage of a command takes, from its coming to its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// A stage on the way of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandStage {
    /// It waits for those before it at its table.
    Queue,
    /// The table is found in memory or read.
    Load,
    /// The rules decide.
    Decide,
    /// The journal makes it durable; with a strict replica, in the object store, too.
    Append,
    /// Other instances are told.
    Announce,
}

impl CommandStage {
    const ALL: [Self; 5] = [
        Self::Queue,
        Self::Load,
        Self::Decide,
        Self::Append,
        Self::Announce,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Load => "load",
            Self::Decide => "decide",
            Self::Append => "append",
            Self::Announce => "announce",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabel {
    stage: &'static str,
}

/// The histograms of all stages, and of the whole. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct StageMetrics {
    stages: [Histogram; CommandStage::ALL.len()],
    whole: Histogram,
}

impl StageMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        // 0.1 ms to about 13 s: a command waits for 10 s at most for those before it.
        let seconds: Family<StageLabel, Histogram> =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.000_1, 2.0, 18)));
        let of = |stage| seconds.get_or_create(&StageLabel { stage }).clone();
        let metrics = Self {
            stages: CommandStage::ALL.map(|stage| of(stage.word())),
            whole: of("whole"),
        };
        registry.register(
            "ack_seconds",
            "Seconds of each stage of an acknowledged command, and of the whole",
            seconds,
        );
        metrics
    }
}

/// The times of one command. Clones are of the same command: a part of it runs in a task of its own.
#[derive(Clone, Debug)]
pub(crate) struct StageTimes {
    began: Instant,
    micros: Arc<[AtomicU64; CommandStage::ALL.len()]>,
}

impl StageTimes {
    /// Begins with a command that has just come.
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            micros: Arc::default(),
        }
    }

    /// Runs a stage, and adds how long it took. A command that is decided again passes some stages twice.
    pub(crate) async fn time<T>(&self, stage: CommandStage, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.micros[stage as usize].fetch_add(micros, Ordering::Relaxed);
        done
    }

    /// Returns the time since the command came.
    pub(crate) fn whole(&self) -> Duration {
        self.began.elapsed()
    }

    /// Returns the microseconds of a stage until now.
    pub(crate) fn micros(&self, stage: CommandStage) -> u64 {
        self.micros[stage as usize].load(Ordering::Relaxed)
    }

    /// Counts an acknowledged command.
    pub(crate) fn observe(&self, metrics: &StageMetrics) {
        for (stage, histogram) in CommandStage::ALL.into_iter().zip(&metrics.stages) {
            let time = Duration::from_micros(self.micros(stage));
            histogram.observe(time.as_secs_f64());
        }
        metrics.whole.observe(self.whole().as_secs_f64());
    }
}
