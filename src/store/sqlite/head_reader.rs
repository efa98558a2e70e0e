//! A connection that tells where a table stands on the caller's own thread.

use std::path::Path;
use std::sync::{Mutex, TryLockError};
use std::time::Duration;

use game::{TableId, Version};
use rusqlite::Connection;

use super::{opening, queries};
use crate::StoreError;
use crate::lock::lock;

/// A connection of its own for the one question that is asked most. It waits for nothing: a caller may be a thread
/// that serves others.
#[derive(Debug)]
pub(super) struct HeadReader(Mutex<Connection>);

impl HeadReader {
    pub(super) fn open(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        let database = opening::reader(path, timeout)?;
        opening::never_wait(path, &database)?;
        Ok(Self(Mutex::new(database)))
    }

    /// Has the connection leave the write-ahead log as it is when it is closed.
    pub(super) fn leave_log(&self) {
        // An error says that SQLite does not know the setting, which it does.
        let _ = opening::keep_log_on_close(&lock(&self.0), true);
    }

    /// Returns the version of the table's last commit in the file, whichever process wrote it; none if another caller
    /// asks just now or the database is busy.
    pub(super) fn head(&self, table: &TableId) -> Option<Version> {
        let database = match self.0.try_lock() {
            Ok(database) => database,
            // A statement that a panic interrupted was reset when it was dropped.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        // Whatever is wrong with the database, `head` is asked next and has an error to say it with.
        queries::head(&database, table).ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_that_would_have_to_wait_for_another_is_told_nothing() {
        let place = tempfile::TempDir::new().unwrap();
        let path = place.path().join("codex.db");
        let wait_max = Duration::from_secs(10);
        let _writer = opening::alone(&path, wait_max);
        let heads = HeadReader::open(&path, wait_max).unwrap();
        let table = TableId::from_random([1; TableId::LEN]);
        let other = heads.0.lock().unwrap();
        assert_eq!(heads.head(&table), None);
        drop(other);
        assert_eq!(heads.head(&table), Some(Version(0)));
    }
}
