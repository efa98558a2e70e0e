//! Answers for operators and their programs: health, and the metrics in short.

use std::time::Duration;

use bus::LinkFailure;
use serde::Serialize;
use service::{Readers, ReplicaStatus};

use crate::LifecycleStage;

/// The answer of the liveness probe.
#[derive(Debug, Serialize)]
pub(crate) struct LivenessAnswer {
    pub(crate) status: &'static str,
}

/// The answer of the readiness probe.
#[derive(Debug, Serialize)]
pub(crate) struct ReadinessAnswer {
    pub(crate) ready: bool,
    /// The reasons why the process is not ready.
    pub(crate) reasons: Vec<&'static str>,
}

/// The health of every part, for people.
#[derive(Debug, Serialize)]
pub(crate) struct HealthAnswer {
    /// `healthy`, `degraded` or `unhealthy`.
    pub(crate) status: &'static str,
    pub(crate) version: &'static str,
    pub(crate) stage: LifecycleStage,
    pub(crate) checks: HealthChecks,
}

/// One check for each part.
#[derive(Debug, Serialize)]
pub(crate) struct HealthChecks {
    pub(crate) database: DatabaseCheck,
    pub(crate) bus: BusCheck,
    pub(crate) settings: SettingsCheck,
    pub(crate) uptime: UptimeCheck,
    pub(crate) streams: StreamsCheck,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replica: Option<ReplicaCheck>,
}

/// Whether the journal can be used.
#[derive(Debug, Serialize)]
pub(crate) struct DatabaseCheck {
    pub(crate) healthy: bool,
    pub(crate) message: &'static str,
    pub(crate) pool_size: usize,
    pub(crate) active: usize,
}

impl DatabaseCheck {
    pub(crate) fn of(healthy: bool, readers: Readers) -> Self {
        Self {
            healthy,
            message: if healthy {
                "the journal can be read and written"
            } else {
                "the journal cannot be used"
            },
            pool_size: readers.size,
            active: readers.active,
        }
    }
}

/// Whether other instances are connected. While they are not, their news come with the heartbeat. The cause is
/// in the log only: it may name hosts, and this answer is public.
#[derive(Debug, Serialize)]
pub(crate) struct BusCheck {
    pub(crate) healthy: bool,
    /// `alone`, `connected`, `away` or `refused`.
    pub(crate) link: &'static str,
    pub(crate) message: &'static str,
    /// For how long other instances have not been heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) away_seconds: Option<u64>,
}

impl BusCheck {
    pub(crate) fn of(alone: bool, cut_off: Option<(Duration, LinkFailure)>) -> Self {
        let (link, message) = match cut_off {
            None if alone => ("alone", "there are no other instances to hear"),
            None => ("connected", "other instances are heard"),
            Some((_, LinkFailure::Unreachable)) => {
                ("away", "other instances are not heard; the log says why")
            }
            Some((_, LinkFailure::Refused)) => (
                "refused",
                "the server by which instances meet refuses this one; the log and `doctor` say what to correct",
            ),
        };
        Self {
            healthy: cut_off.is_none(),
            link,
            message,
            away_seconds: cut_off.map(|(lasting, _)| lasting.as_secs()),
        }
    }
}

/// Whether every setting that is set has an effect. Which have none is in the log only.
#[derive(Debug, Serialize)]
pub(crate) struct SettingsCheck {
    pub(crate) healthy: bool,
    pub(crate) message: &'static str,
}

impl SettingsCheck {
    pub(crate) fn of(useless: usize) -> Self {
        let healthy = useless == 0;
        Self {
            healthy,
            message: if healthy {
                "every setting has an effect"
            } else {
                "some settings have no effect; the log and `doctor` say which"
            },
        }
    }
}

/// For how long the process runs.
#[derive(Debug, Serialize)]
pub(crate) struct UptimeCheck {
    pub(crate) healthy: bool,
    pub(crate) uptime_seconds: u64,
}

/// The open event streams.
#[derive(Debug, Serialize)]
pub(crate) struct StreamsCheck {
    pub(crate) healthy: bool,
    pub(crate) open: usize,
    pub(crate) most: usize,
}

/// The status of the replica. Times are seconds ago.
#[derive(Debug, Serialize)]
pub(crate) struct ReplicaCheck {
    pub(crate) healthy: bool,
    pub(crate) message: &'static str,
    pub(crate) mode: String,
    pub(crate) epoch: u64,
    pub(crate) position: u64,
    pub(crate) lag_records: u64,
    pub(crate) lag_ms: u64,
    pub(crate) last_snapshot_seconds_ago: Option<u64>,
    pub(crate) last_verified_restore_seconds_ago: Option<u64>,
}

impl ReplicaCheck {
    pub(crate) fn of(replica: &ReplicaStatus, now_ms: u64) -> Self {
        let ago_s = |at_ms: Option<u64>| at_ms.map(|at_ms| now_ms.saturating_sub(at_ms) / 1_000);
        Self {
            healthy: replica.is_well(),
            message: match (&replica.fenced_by, &replica.fault) {
                (Some(_), _) => "another process has taken over",
                (None, Some(_)) => "the object store fails",
                (None, None) => "the object store has what it should",
            },
            mode: replica.ack.to_string(),
            epoch: replica.epoch,
            position: replica.position,
            lag_records: replica.lag_records(),
            lag_ms: replica.lag_ms(now_ms),
            last_snapshot_seconds_ago: ago_s(replica.last_snapshot_ms),
            last_verified_restore_seconds_ago: ago_s(replica.last_verified_ms),
        }
    }
}

/// The short form of the metrics, for everybody who names no format.
#[derive(Debug, Serialize)]
pub(crate) struct MetricsAnswer {
    /// `null` while the journal does not say.
    pub(crate) active_games: Option<u64>,
    pub(crate) active_connections: u64,
    /// Between 0 and 1; `null` before the first look.
    pub(crate) cache_hit_rate: Option<f64>,
    pub(crate) database: ReaderCounts,
}

/// The readers of the journal.
#[derive(Debug, Serialize)]
pub(crate) struct ReaderCounts {
    pub(crate) pool_size: usize,
    pub(crate) active: usize,
    pub(crate) available: usize,
}

impl From<Readers> for ReaderCounts {
    fn from(readers: Readers) -> Self {
        Self {
            pool_size: readers.size,
            active: readers.active,
            available: readers.size.saturating_sub(readers.active),
        }
    }
}
