//! The connections that read, lent to one reader at a time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::opening::keep_log_on_close;
use super::{SqlResult, unavailable};
use crate::lock::lock;
use crate::{Readers, StoreError};

/// A pool of connections that only read.
#[derive(Debug)]
pub(super) struct ReaderPool {
    idle: Idle,
    free: Arc<Semaphore>,
    size: usize,
    patience: Duration,
}

type Idle = Arc<Mutex<Vec<Connection>>>;

impl ReaderPool {
    pub(super) fn new(connections: Vec<Connection>, patience: Duration) -> Self {
        let size = connections.len();
        Self {
            idle: Arc::new(Mutex::new(connections)),
            free: Arc::new(Semaphore::new(size)),
            size,
            patience,
        }
    }

    /// Has `work` done with a connection, off the threads that serve.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> SqlResult<T> + Send + 'static,
    {
        let lease = self.borrow().await?;
        // The loan goes along: a caller who gives up does not free a connection that is still at work.
        let work = move || lease.connection.as_ref().map(work);
        let worked = spawn_blocking(work).await.map_err(unavailable)?;
        let worked = worked.ok_or_else(|| unavailable("a reader was lost"))?;
        worked.map_err(unavailable)?
    }

    pub(super) fn count(&self) -> Readers {
        Readers {
            size: self.size,
            active: self.size - self.free.available_permits(),
        }
    }

    /// Has the connections that nobody uses leave the write-ahead log as it is when they are closed.
    pub(super) fn leave_log(&self) {
        for connection in lock(&self.idle).iter() {
            // An error says that SQLite does not know the setting, which it does.
            let _ = keep_log_on_close(connection, true);
        }
    }

    async fn borrow(&self) -> Result<ReaderLease, StoreError> {
        let permit = Arc::clone(&self.free).acquire_owned();
        let permit = timeout(self.patience, permit).await;
        let permit = permit.map_err(unavailable)?.map_err(unavailable)?;
        Ok(ReaderLease {
            connection: lock(&self.idle).pop(),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        })
    }
}

/// A connection that goes back when this is dropped, and only then lets the next reader in.
struct ReaderLease {
    connection: Option<Connection>,
    idle: Idle,
    _permit: OwnedSemaphorePermit,
}

impl Drop for ReaderLease {
    fn drop(&mut self) {
        lock(&self.idle).extend(self.connection.take());
    }
}
