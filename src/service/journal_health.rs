//! The journal's health, for readiness, for people and for metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use store::{Journal, Readers, ReplicaStatus, StoreError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::error::ServiceError;
use crate::metrics::{JournalMeasures, LastMeasures};
use crate::occupancy::Occupancy;

/// How long a good check stays good. By a clock that is never set back.
const CHECK_AGAIN: Duration = Duration::from_secs(1);

/// How long a check may take; a journal that is slower than that is not in order.
const CHECK_TIME_MAX: Duration = Duration::from_secs(5);

/// How long measuring may take, so that a scrape has its answer.
const MEASURE_TIME_MAX: Duration = Duration::from_secs(2);

/// Whether a write has failed since the journal was last found in order. Clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteFailure(Arc<AtomicBool>);

impl WriteFailure {
    /// Notes what a write came to: whatever a check has found before, a write that failed is newer.
    pub(crate) fn note<T>(&self, written: &Result<T, StoreError>) {
        if let Err(StoreError::Unavailable(_)) = written {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Checks the journal and counts its live tables.
pub struct JournalHealth {
    pub(crate) journal: Arc<dyn Journal>,
    /// When the journal was last found in order; none before the first time, and after a failed write.
    pub(crate) checked: Mutex<Option<Instant>>,
    pub(crate) write_failure: WriteFailure,
    pub(crate) occupancy: Arc<Occupancy>,
    pub(crate) measures: LastMeasures,
}

impl JournalHealth {
    /// Checks that the journal can be read and written. Within a second of a good check nothing is checked
    /// again, unless a write has failed meanwhile: a check costs a write, and anybody may ask for one.
    pub async fn check(&self) -> Result<(), ServiceError> {
        let checking = async {
            let mut checked = self.checked.lock().await;
            if self.write_failure.take() {
                *checked = None;
            }
            let now = Instant::now();
            if checked.is_none_or(|checked| now.duration_since(checked) >= CHECK_AGAIN) {
                self.journal.check().await?;
                *checked = Some(now);
            }
            Ok(())
        };
        timeout(CHECK_TIME_MAX, checking)
            .await
            .unwrap_or_else(|slow| Err(StoreError::Unavailable(Box::new(slow)).into()))
    }

    /// Measures the journal for the metrics: whether it is in order, its tables and the place it takes. Returns how many
    /// tables are live; `None` while the journal does not say.
    pub async fn measure(&self) -> Option<u64> {
        let measuring = async {
            JournalMeasures {
                live: self.journal.count_live().await.ok(),
                in_use: self.occupancy.count_in_use().await.ok(),
                is_well: self.check().await.is_ok(),
                disk: self.journal.disk_use().await.ok().flatten(),
            }
        };
        let measures = timeout(MEASURE_TIME_MAX, measuring)
            .await
            .unwrap_or_default();
        let live = measures.live;
        self.measures.set(measures);
        live
    }

    /// Returns how many readers the journal has, and how many are busy.
    pub fn readers(&self) -> Readers {
        self.journal.readers()
    }

    /// Returns the status of the journal's replica, if it has one.
    pub fn replica(&self) -> Option<ReplicaStatus> {
        self.journal.replica()
    }
}
