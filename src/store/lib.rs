//! The journal: the events of every table, append-only, and the stores that keep them.
//!
//! [`Journal`] is the port. A table's journal is a row of [`Record`]s, one a commit, numbered by
//! [`Version`] without gaps; each carries the hash of the one before ([`chain`]). Appending names the
//! version it expects, so two writers never both succeed, and the id of the command, so a repeat is known
//! as one. Adapters: [`memory`], and behind the features of their names `sqlite`, a `replica` of it in a bucket,
//! `postgres` and `dynamodb`. The module `conformance` holds the contract as tests that every adapter runs.

mod admission;
pub mod chain;
mod disk_use;
mod lock;
mod log_hash;
pub mod metrics;
mod progress;
mod progress_listener;
mod record;
mod replication;
mod sealed_state;
mod timed;
mod transfer;
mod withholding;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "dynamodb"))]
mod read_check;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;

#[cfg(feature = "replica")]
pub mod backup;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "replica")]
pub mod replica;
#[cfg(feature = "sqlite")]
pub mod sqlite;

#[cfg(feature = "conformance")]
pub mod conformance;

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};
use prometheus_client::registry::Registry;

pub use admission::{
    Admission, ClientShare, NoRoom, OpenerTag, SECOND_LOOK_MS, USE_NOTED_MS, UseWindow,
};
pub use disk_use::DiskUse;
pub use log_hash::LogHash;
pub use progress::{Progress, megabytes};
pub use progress_listener::{ProgressListener, ProgressStep};
pub use record::{AppendOutcome, NewCommit, OpenOutcome, Record, TableIndex, TableSummary};
pub use replication::{Ack, ReplicaStatus};
pub use sealed_state::{OpenedState, StateOrigin};
pub use timed::TimedJournal;
pub use transfer::{
    BATCH_RECORDS_MAX, JournalExport, JournalImport, JournalSummary, RecordSender, RecordStream,
    TransferRecord,
};
pub use withholding::{Replacement, Withholding};

/// A journal of records per table.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Reads what happened after `after`, oldest first, at most [`READ_MAX`] records.
    ///
    /// An unknown table has an empty journal.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a record is not what was hashed, does not follow the one before it, or is missing:
    /// also the last one, which the table's index knows of.
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError>;

    /// Returns the version a table stands at; [`Version`] 0 for an unknown one.
    async fn head(&self, table: &TableId) -> Result<Version, StoreError>;

    /// Returns the version a table stands at, where the journal can say it at once: without waiting for another
    /// machine or thread, in microseconds. What was appended before the call is in it, whichever process appended it.
    /// [`None`] says nothing of the table: ask [`Journal::head`].
    fn head_at_once(&self, _table: &TableId) -> Option<Version> {
        None
    }

    /// Returns the versions of several tables, in the order they are asked for; [`Version`] 0 for unknown ones. The
    /// adapters ask one question for all; this default asks one for each.
    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        let mut heads = Vec::with_capacity(tables.len());
        for table in tables {
            heads.push(self.head(table).await?);
        }
        Ok(heads)
    }

    /// Appends one commit, if the table still stands at `expected`. When this returns
    /// [`AppendOutcome::Appended`], the record is durable.
    ///
    /// The first commit of a table claims its code among the live tables.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another writer came first, [`StoreError::CodeTaken`] when a live table
    /// has the code.
    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError>;

    /// Appends a commit that makes a table live, its first or one that takes it up again, as
    /// [`Journal::append`] does, if `admission` has room for one more; otherwise says why it has not.
    /// Every adapter makes one step of it, so that there are never more, however many processes open tables at
    /// once; this default takes two, and does not keep who opened. A repeat is answered however many there are.
    ///
    /// # Errors
    ///
    /// As [`Journal::append`].
    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        let known = self.find_command(table, &commit.command_id).await?;
        if known.is_none()
            && let Some(why) = self.check_room(admission).await?
        {
            return Ok(Err(why));
        }
        self.append(table, expected, commit).await.map(Ok)
    }

    /// Returns why no table could be opened now; [`None`] if one could.
    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError>;

    /// Notes that these tables are used at this moment: somebody looks at them. A player's commit notes it by itself, and
    /// a deadline that passes does not. May be lost: a table that is used is noted again.
    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError>;

    /// Counts the tables in use.
    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError>;

    /// Counts the tables in use by who opened them, where that is known; the largest number first, at most `limit`.
    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError>;

    /// Lists live tables at which nothing happened but their opening, at or before `opened_ms`, and nobody looked a second
    /// time ([`SECOND_LOOK_MS`]); the oldest first, at most `limit`.
    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError>;

    /// Appends a commit as [`Journal::append`] does, and in the same step withholds what records of the table before it
    /// tell, snapshots of the table included. Hashes and versions stay. From then on nobody reads what is withheld; where
    /// its bytes lay it may stay until [`Journal::scrub`].
    ///
    /// # Errors
    ///
    /// As [`Journal::append`].
    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError>;

    /// Takes out of the store's files what was withheld, once for all that was. A store whose files are not this
    /// process's does nothing.
    async fn scrub(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Lists the tables that the journal has something of, in the order of their ids, after one of them, at most
    /// `limit`. Those that were erased are left out.
    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError>;

    /// Lists tables that are over and whose last commit is from before `before_ms`, the oldest first, at most `limit`,
    /// each with its version. Those that were erased are left out.
    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError>;

    /// Finds the record a command led to, if it led to one.
    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError>;

    /// Finds the live table of a code.
    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError>;

    /// Counts the live tables.
    async fn count_live(&self) -> Result<u64, StoreError>;

    /// Lists live tables whose deadline is at or before `now_ms`, the longest due first, at most `limit`.
    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError>;

    /// Returns when the next live table falls due, in milliseconds since the Unix epoch.
    async fn next_due(&self) -> Result<Option<u64>, StoreError>;

    /// Returns the newest snapshot of a table in this format, if one is kept. Snapshots are a cache: they
    /// may be deleted at any moment, and a failure to keep one loses nothing. One that was changed, or does not stand
    /// at a record of this journal, is thrown away, and there is none.
    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError>;

    /// Keeps a snapshot of a table, with its hash and that of the record at `version`. Without such a record none is
    /// kept.
    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError>;

    /// Checks that the journal can be read and written, for readiness.
    async fn check(&self) -> Result<(), StoreError>;

    /// Returns the place the journal takes, where that is known.
    async fn disk_use(&self) -> Result<Option<DiskUse>, StoreError> {
        Ok(None)
    }

    /// Returns the size of the pool of readers and the number of them in use.
    fn readers(&self) -> Readers;

    /// Returns the status of the journal's replica, if it has one.
    fn replica(&self) -> Option<ReplicaStatus> {
        None
    }

    /// Registers the metrics that only this adapter has.
    fn register_metrics(&self, _registry: &mut Registry) {}
}

/// Records one [`Journal::read`] returns at most.
pub const READ_MAX: usize = 1_000;

/// The readers of a journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readers {
    /// The number of readers.
    pub size: usize,
    /// The number of them that are in use now.
    pub active: usize,
}

/// What went wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer came first. Read again and decide again.
    #[error("the table has moved on from version {expected}")]
    Conflict {
        /// The version that was expected.
        expected: Version,
    },
    /// A live table has this code. Take another.
    #[error("a live table has the code {code}")]
    CodeTaken {
        /// The code that is taken.
        code: Code,
    },
    /// The storage cannot be reached or written. Try later.
    #[error("the storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The stored data cannot be understood. A person must look.
    #[error("the journal of table {table} is damaged at version {version}")]
    Damaged {
        /// The table whose journal is damaged or of a newer release.
        table: TableId,
        /// The version of the first record that cannot be read.
        version: Version,
        /// The reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The stored data is whole, but this release does not know all that a newer one wrote. Run that release.
    #[error(
        "table {table} holds at version {version} what only a newer release understands; update this one"
    )]
    NewerRelease {
        /// The table.
        table: TableId,
        /// The first record that is not understood.
        version: Version,
        /// The first thing that this release does not know.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The storage cannot be used as it is. The message says what to do.
    #[error("{0}")]
    Unusable(String),
}
