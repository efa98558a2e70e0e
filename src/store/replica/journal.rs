//! The journal with its replica, in use.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::log_writer::{LogWriter, Shared};
use super::status::SharedStatus;
use crate::sqlite::SqliteJournal;
use crate::{
    Ack, Admission, AppendOutcome, DiskUse, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag,
    Readers, Record, ReplicaStatus, StoreError, TableSummary, UseWindow, Withholding,
};

/// How long a closing journal tries to write what is not written yet.
const FLUSH: Duration = Duration::from_secs(3);

/// A SQLite journal kept in a bucket.
pub struct ReplicaJournal {
    pub(super) inner: SqliteJournal,
    pub(super) shared: SharedStatus,
    pub(super) ack: Ack,
    pub(super) maintenance: JoinHandle<()>,
    pub(super) soon: Option<BackgroundWriter>,
}

/// The background writer of async mode.
#[derive(Debug)]
pub(super) struct BackgroundWriter {
    pub(super) writer: Arc<Mutex<LogWriter>>,
    pub(super) task: JoinHandle<()>,
    pub(super) database: Shared,
}

impl fmt::Debug for ReplicaJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplicaJournal")
            .field("status", &self.shared.status())
            .finish_non_exhaustive()
    }
}

impl ReplicaJournal {
    /// Waits until another process has taken over. This one must end then.
    pub async fn fenced(&self) {
        self.shared.fenced().await;
    }

    /// Finishes what is queued, writes what is not in the bucket yet, and ends the epoch.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the bucket does not have everything. What strict mode has acknowledged,
    /// it has.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.maintenance.abort();
        let closed = self.inner.close().await;
        let Some(soon) = &self.soon else {
            return closed;
        };
        // The background task holds this lock during a write. With the lock taken it is between two writes, and
        // only then may it be aborted.
        let held = timeout(FLUSH, soon.writer.lock()).await;
        let mut writer = held.map_err(|late| StoreError::Unavailable(late.into()))?;
        soon.task.abort();
        if !self.shared.is_fenced() {
            let flushed = timeout(FLUSH, writer.write_up(&soon.database, FLUSH)).await;
            let flushed = flushed.map_err(|late| StoreError::Unavailable(late.into()))?;
            flushed.map_err(|error| StoreError::Unavailable(error.into()))?;
            writer.release().await;
        }
        closed
    }

    /// Refuses everything once another process has taken over.
    fn admit(&self) -> Result<(), StoreError> {
        if self.shared.is_fenced() {
            return Err(StoreError::Unavailable(
                "another process has taken over the replica".into(),
            ));
        }
        Ok(())
    }

    /// Refuses commands at once while the bucket of a strict replica does not answer.
    fn admit_command(&self) -> Result<(), StoreError> {
        self.admit()?;
        if self.ack == Ack::Strict && self.shared.is_stuck() {
            return Err(failing(&self.shared.status()));
        }
        Ok(())
    }

    /// Waits until it makes no sense to wait for an answer.
    async fn given_up(&self) {
        match self.ack {
            Ack::Strict => self.shared.stuck().await,
            Ack::Async => std::future::pending().await,
        }
    }
}

impl Drop for ReplicaJournal {
    fn drop(&mut self) {
        self.maintenance.abort();
        if let Some(soon) = &self.soon {
            soon.task.abort();
        }
    }
}

#[async_trait]
impl Journal for ReplicaJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        self.admit()?;
        self.inner.read(table, after).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        self.admit()?;
        self.inner.head(table).await
    }

    fn head_at_once(&self, table: &TableId) -> Option<Version> {
        self.admit().ok()?;
        self.inner.head_at_once(table)
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        self.admit()?;
        self.inner.heads(tables).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        self.admit_command()?;
        tokio::select! {
            appended = self.inner.append(table, expected, commit) => appended,
            // It may still be committed: a repeat of the same command finds out.
            () = self.given_up() => Err(failing(&self.shared.status())),
        }
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        self.admit_command()?;
        tokio::select! {
            opened = self.inner.open(table, expected, admission, commit) => opened,
            // It may still be committed: a repeat of the same command finds out.
            () = self.given_up() => Err(failing(&self.shared.status())),
        }
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        self.admit_command()?;
        self.inner.check_room(admission).await
    }

    /// Kept in the file alone: the log holds what happened, and to look at it is not part of that.
    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        self.admit_command()?;
        self.inner.note_use(tables, at_ms).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        self.admit()?;
        self.inner.count_in_use(window).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        self.admit()?;
        self.inner.count_by_opener(window, limit).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.admit_command()?;
        self.inner.unattended(opened_ms, limit).await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        self.admit_command()?;
        tokio::select! {
            appended = self.inner.withhold(table, expected, commit, withholding) => appended,
            // It may still be committed: a repeat of the same command finds out.
            () = self.given_up() => Err(failing(&self.shared.status())),
        }
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.admit()?;
        self.inner.scrub().await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        self.admit()?;
        self.inner.list_tables(after, limit).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.admit_command()?;
        self.inner.over_before(before_ms, limit).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        self.admit()?;
        self.inner.find_command(table, command).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        self.admit()?;
        self.inner.find_code(code).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.admit()?;
        self.inner.count_live().await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.admit_command()?;
        self.inner.due(now_ms, limit).await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.admit()?;
        self.inner.next_due().await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        self.admit()?;
        self.inner.snapshot(table, format).await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        self.admit_command()?;
        self.inner
            .keep_snapshot(table, format, version, state)
            .await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.admit_command()?;
        let status = self.shared.status();
        if self.ack == Ack::Strict && status.fault.is_some() {
            return Err(failing(&status));
        }
        tokio::select! {
            checked = self.inner.check() => checked,
            () = self.given_up() => Err(failing(&self.shared.status())),
        }
    }

    async fn disk_use(&self) -> Result<Option<DiskUse>, StoreError> {
        self.inner.disk_use().await
    }

    fn readers(&self) -> Readers {
        self.inner.readers()
    }

    fn replica(&self) -> Option<ReplicaStatus> {
        Some(self.shared.status())
    }

    fn register_metrics(&self, registry: &mut Registry) {
        let help =
            "Seconds the object store took for a segment of the log; a strict append waits for it";
        registry.register("replica_write_seconds", help, self.shared.write_seconds());
    }
}

fn failing(status: &ReplicaStatus) -> StoreError {
    let fault = status.fault.as_deref().unwrap_or("no answer");
    StoreError::Unavailable(format!("the replica's bucket fails: {fault}").into())
}
