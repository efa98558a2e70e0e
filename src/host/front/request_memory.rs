//! The memory that requests in flight may take together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::connection_table::ConnectionTable;

/// The bytes that one permit of the semaphore stands for.
const UNIT_BYTES: usize = 1_024;

/// How long a request waits for others to give their memory back.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// The memory for requests and responses of one listener.
pub(super) struct RequestMemory {
    free: Arc<Semaphore>,
    /// All there is, in units.
    units: usize,
    table: Arc<ConnectionTable>,
}

impl RequestMemory {
    /// Shares `bytes` among the requests of the connections in `table`.
    pub(super) fn new(bytes: usize, table: Arc<ConnectionTable>) -> Self {
        let units = bytes.div_ceil(UNIT_BYTES).min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(units)),
            units,
            table,
        }
    }

    /// Takes `bytes`, and never more than half of all, so that what is larger can be answered, too. Where they are not free, the connections whose peers have
    /// taken nothing for longest end. Returns `None` if that did not help in time.
    pub(super) async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let units = bytes.div_ceil(UNIT_BYTES).min(self.units / 2);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_many_owned(units) {
            return Some(permit);
        }
        self.table.evict_stalled();
        let freed = Arc::clone(&self.free).acquire_many_owned(units);
        timeout(WAIT_MAX, freed).await.ok()?.ok()
    }
}
