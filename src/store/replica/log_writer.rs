//! Writes the journal's records to the log in the bucket: before the commit (strict), or soon after it (async).

use std::sync::Arc;
use std::time::Duration;

use bucket::{Bucket, BucketError};
use rusqlite::Transaction;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify};
use tokio::time::timeout;

use super::log_object::{SEGMENT_RECORDS_MAX, Segment};
use super::status::SharedStatus;
use super::writer_epoch::{SegmentDraft, WriterEpoch};
use super::{ReplicaError, WriterIdentity};
use crate::LogHash;
use crate::lock::lock;
use crate::sqlite::log::{self, LogLines, ReadLimit};
use crate::sqlite::{Database, WriteError, WriteHook};

/// No limit: a transaction is one segment.
const EVERYTHING: ReadLimit = ReadLimit {
    records: u64::MAX,
    bytes: usize::MAX,
};

/// The limits of a segment that is read back from the disk.
const SEGMENT: ReadLimit = ReadLimit {
    records: SEGMENT_RECORDS_MAX,
    bytes: 4 * 1024 * 1024,
};

/// How long sealing the epoch may take when the journal is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A database that is read beside the journal.
pub(super) type Shared = Arc<std::sync::Mutex<Database>>;

/// Writes segments to the log, as the owner of an epoch.
#[derive(Debug)]
pub(super) struct LogWriter {
    pub(super) bucket: Arc<dyn Bucket>,
    pub(super) owner: WriterIdentity,
    pub(super) shared: SharedStatus,
    pub(super) writer_epoch: WriterEpoch,
}

impl LogWriter {
    /// Writes lines to the log. Retries until they are there, or another process has taken over.
    pub(super) async fn write(&mut self, lines: LogLines) -> Result<Segment, ReplicaError> {
        if self.shared.is_fenced() {
            let by = self.shared.status().fenced_by.unwrap_or_default();
            return Err(ReplicaError::Fenced { by });
        }
        let after = (lines.hashes.iter()).fold(self.writer_epoch.hash, LogHash::then);
        let draft = SegmentDraft {
            count: lines.count,
            lines: lines.text,
            after,
        };
        let shared = &self.shared;
        shared.begin();
        let written = self
            .writer_epoch
            .write(&*self.bucket, &self.owner, draft, |fault| {
                shared.fail(fault);
            })
            .await;
        shared.end();
        match written {
            Ok((segment, bytes)) => {
                if segment.withholds() {
                    shared.note_withholding(segment.last());
                }
                shared.note(|status| {
                    status.position = segment.last();
                    status.segments += 1;
                    status.bytes += bytes;
                });
                Ok(segment)
            }
            Err(error) => {
                if let ReplicaError::Fenced { by } = &error {
                    shared.fence(by);
                }
                Err(error)
            }
        }
    }

    /// Writes the records that a database has beyond the log. Waits for each segment for `patience` at most.
    pub(super) async fn write_up(
        &mut self,
        database: &Shared,
        patience: Duration,
    ) -> Result<(), ReplicaError> {
        loop {
            let (database, position) = (Arc::clone(database), self.writer_epoch.next - 1);
            let lines =
                tokio::task::spawn_blocking(move || lock(&database).lines_after(position, SEGMENT));
            let lines = lines.await.map_err(ReplicaError::disk)??;
            self.shared
                .note(|status| status.behind_since_ms = lines.oldest_ms);
            if lines.count == 0 {
                return Ok(());
            }
            let written = timeout(patience, self.write(lines)).await;
            written.map_err(|late| BucketError::Unknown(late.into()))??;
        }
    }

    /// Seals the epoch, if the bucket answers.
    pub(super) async fn release(&self) {
        if self.shared.is_fenced() {
            return;
        }
        let released = self.writer_epoch.release(&*self.bucket, &self.owner);
        match timeout(LAST_WORDS, released).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let cause: &dyn std::error::Error = &error;
                tracing::warn!(
                    cause,
                    "the replica's epoch is left open; nothing is lost by it"
                );
            }
            Err(_) => tracing::warn!("the replica's epoch is left open; nothing is lost by it"),
        }
    }
}

/// Strict mode: a transaction is committed only when the bucket has it.
pub(super) struct SyncReplication {
    writer: LogWriter,
    runtime: Handle,
    /// Segments that the bucket has and the disk does not, in their order: their commits failed. They are written
    /// first in the next transaction, because the log cannot take them back.
    owed: Vec<Segment>,
}

impl SyncReplication {
    pub(super) fn new(writer: LogWriter) -> Self {
        Self {
            writer,
            runtime: Handle::current(),
            owed: Vec::new(),
        }
    }
}

impl WriteHook for SyncReplication {
    fn before_work(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError> {
        for owed in &self.owed {
            log::take(transaction, owed)?.map_err(|why| WriteError::Replica(why.into()))?;
        }
        Ok(())
    }

    fn before_commit(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError> {
        let lines = log::lines_after(transaction, self.writer.writer_epoch.next - 1, EVERYTHING)?;
        if lines.count == 0 {
            return Ok(());
        }
        let segment = self
            .runtime
            .block_on(self.writer.write(lines))
            .map_err(|error| WriteError::Replica(error.into()))?;
        let (position, hash) = (segment.last(), segment.hash());
        // From here on the bucket has the segment, whatever fails: it is owed until the commit succeeds.
        self.owed.push(segment);
        log::remember(transaction, position, hash)?;
        Ok(())
    }

    fn after_commit(&mut self) {
        self.owed.clear();
        let shared = &self.writer.shared;
        shared.note(|status| status.local_position = status.position);
    }

    fn on_close(&mut self) {
        self.runtime.block_on(self.writer.release());
    }
}

/// Async mode: every transaction is committed, and the background writer is woken.
pub(super) struct AsyncReplication {
    pub(super) news: Arc<Notify>,
    pub(super) shared: SharedStatus,
}

impl WriteHook for AsyncReplication {
    fn before_work(&mut self, _: &Transaction<'_>) -> Result<(), WriteError> {
        if self.shared.is_fenced() {
            let by = self.shared.status().fenced_by.unwrap_or_default();
            return Err(WriteError::Replica(ReplicaError::Fenced { by }.into()));
        }
        Ok(())
    }

    fn before_commit(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError> {
        let position = log::position(transaction)?;
        let hash = log::hash_at(transaction, position)?;
        log::remember(transaction, position, hash)?;
        self.shared.note(|status| status.local_position = position);
        Ok(())
    }

    fn after_commit(&mut self) {
        self.news.notify_one();
    }

    fn on_close(&mut self) {}
}

/// Writes committed records to the log, at most once in an interval, until it is stopped or fenced.
pub(super) async fn replicate_in_background(
    writer: Arc<Mutex<LogWriter>>,
    database: Shared,
    news: Arc<Notify>,
    interval: Duration,
) {
    loop {
        news.notified().await;
        match writer.lock().await.write_up(&database, Duration::MAX).await {
            Ok(()) => {}
            Err(ReplicaError::Fenced { .. }) => return,
            Err(error) => {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(cause, "what is committed cannot be replicated; trying on");
                news.notify_one();
            }
        }
        tokio::time::sleep(interval).await;
    }
}
