//! A database file without a writer thread, for replicas, backups and checks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
#[cfg(feature = "replica")]
use rusqlite::TransactionBehavior;

use super::errors::unusable;
#[cfg(feature = "replica")]
use super::files::move_into_place;
#[cfg(feature = "replica")]
use super::log::{self, LogLines, ReadLimit};
#[cfg(feature = "replica")]
use super::open_files;
use super::open_files::OpenFile;
use super::opening::{self, ClaimedFile, Comparison};
#[cfg(feature = "replica")]
use super::{files, withholding};
use super::{queries, schema, transfer, unavailable};
#[cfg(feature = "replica")]
use crate::LogHash;
use crate::StoreError;
#[cfg(feature = "replica")]
use crate::replica::Segment;
use crate::transfer::{JournalSummary, RecordSender};

/// A database that is open.
#[derive(Debug)]
pub(crate) struct Database {
    path: PathBuf,
    connection: Connection,
    #[cfg(feature = "replica")]
    timeout: Duration,
    /// The last field, which is dropped last.
    _open: OpenFile,
}

impl Database {
    /// Opens a database to read and to write, making or migrating it as needed.
    pub(crate) fn open(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        Self::open_compared(path, timeout, Comparison::Nothing)
    }

    /// Opens the database of a journal as [`Database::open`] does, and compares its index with its records before
    /// anything is changed.
    #[cfg(feature = "replica")]
    pub(crate) fn open_journal(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        Self::open_compared(path, timeout, Comparison::Index)
    }

    fn open_compared(
        path: &Path,
        timeout: Duration,
        comparison: Comparison,
    ) -> Result<Self, StoreError> {
        let file = ClaimedFile::to_write(path)?;
        let connection = opening::writer(&file, timeout, comparison)?;
        // The bucket has every segment as well, so a crash loses nothing: a sync for each would only make
        // restoring slower.
        connection
            .pragma_update(None, "synchronous", "normal")
            .map_err(unavailable)?;
        Ok(Self::of(file, connection, timeout))
    }

    /// Opens a database that must be there, to read only.
    pub(crate) fn open_to_read(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        let file = ClaimedFile::to_read(path)?;
        let connection = opening::reader(&file.path, timeout)?;
        schema::check_readable(&file.path, &connection)?;
        Ok(Self::of(file, connection, timeout))
    }

    /// Opens the database that this process has open already, to read. Another file that was put in its place is refused.
    #[cfg(feature = "replica")]
    pub(crate) fn open_beside(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        if !open_files::holds(path) {
            let why =
                "was removed or replaced while the journal was open: nothing is copied from it";
            return Err(unusable(path, why));
        }
        Self::open_to_read(path, timeout)
    }

    #[cfg_attr(
        not(feature = "replica"),
        expect(unused_variables, reason = "only a replica opens it again")
    )]
    fn of(file: ClaimedFile, connection: Connection, timeout: Duration) -> Self {
        Self {
            path: file.path,
            connection,
            #[cfg(feature = "replica")]
            timeout,
            _open: file.open,
        }
    }

    /// Writes a copy as of one moment into a file that is not there yet. Others may write meanwhile.
    pub(crate) fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let name = path.to_string_lossy();
        let copy = || -> rusqlite::Result<()> {
            // SQLite takes the writing of the other file for a writing of this one.
            self.connection.pragma_update(None, "query_only", false)?;
            self.connection.execute("VACUUM INTO ?1", [&*name])?;
            Ok(())
        };
        copy().map_err(unavailable)
    }

    /// Sends all records, in their order, as of one moment.
    pub(super) fn export(&self, sender: &RecordSender) -> Result<(), StoreError> {
        transfer::send_all(&self.connection, sender)
    }

    /// Checks every table: its records read, their chain is whole and ends where the table stands.
    pub(crate) fn verify(&self) -> Result<JournalSummary, StoreError> {
        transfer::verify_all(&self.connection)
    }

    /// Counts the snapshots that were changed, or do not stand at a record that is there.
    pub(super) fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        queries::unfit_snapshots(&self.connection).map_err(unavailable)?
    }

    /// Moves everything into the one file, and closes it. Nobody else may have it open.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] when another process has.
    pub(crate) fn into_one_file(self) -> Result<PathBuf, StoreError> {
        self.end_log()?;
        Ok(self.path)
    }

    fn end_log(&self) -> Result<(), StoreError> {
        let alone =
            self.connection
                .pragma_update_and_check(None, "journal_mode", "delete", |row| {
                    row.get::<_, String>(0)
                });
        match alone {
            Ok(mode) if mode == "delete" => Ok(()),
            Ok(_) | Err(_) => Err(unusable(
                &self.path,
                "is in use: end every process that has it open",
            )),
        }
    }
}

/// The operations of a replica on its local database.
#[cfg(feature = "replica")]
impl Database {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The position of the last record.
    pub(crate) fn position(&self) -> Result<u64, StoreError> {
        log::position(&self.connection).map_err(unavailable)
    }

    /// The hash of the log up to a position that is there.
    pub(crate) fn hash_at(&self, position: u64) -> Result<LogHash, StoreError> {
        log::hash_at(&self.connection, position).map_err(unavailable)
    }

    /// Returns the position of the last record after `position` that withholds others; 0 if there is none.
    pub(crate) fn last_withholding(&self, position: u64) -> Result<u64, StoreError> {
        log::last_withholding(&self.connection, position).map_err(unavailable)
    }

    /// Reads the records after a position.
    pub(crate) fn lines_after(
        &self,
        position: u64,
        limit: ReadLimit,
    ) -> Result<LogLines, StoreError> {
        log::lines_after(&self.connection, position, limit).map_err(unavailable)
    }

    /// Takes the records of a segment that are not there yet, all or none. The inner error says what is wrong
    /// with the segment.
    pub(crate) fn take(&mut self, segment: &Segment) -> Result<Result<(), String>, StoreError> {
        let immediate = TransactionBehavior::Immediate;
        let mut take = || -> rusqlite::Result<Result<(), String>> {
            let transaction = self.connection.transaction_with_behavior(immediate)?;
            let taken = log::take(&transaction, segment)?;
            if taken.is_ok() {
                transaction.commit()?;
            }
            Ok(taken)
        };
        take().map_err(unavailable)
    }

    /// Withholds what is withheld of the same records in another database. Returns how many records.
    pub(crate) fn withhold_as(&mut self, known: &Self) -> Result<u64, StoreError> {
        let immediate = TransactionBehavior::Immediate;
        let mut follow = || -> rusqlite::Result<u64> {
            let transaction = self.connection.transaction_with_behavior(immediate)?;
            let withheld = withholding::reapply(&known.connection, &transaction)?;
            transaction.commit()?;
            Ok(withheld)
        };
        let withheld = follow().map_err(unavailable)?;
        if withheld > 0 {
            self.clean()?;
        }
        Ok(withheld)
    }

    /// Takes out of the files what is withheld. Nobody else may have them open.
    pub(crate) fn clean(&self) -> Result<(), StoreError> {
        let cleaned =
            files::rewrite(&self.connection).and_then(|()| files::truncate_log(&self.connection));
        cleaned.map(drop).map_err(unavailable)
    }

    /// Forgets the remembered hash of the log, so that it is computed from the records again.
    pub(crate) fn recount(&self) -> Result<(), StoreError> {
        log::forget(&self.connection).map_err(unavailable)
    }

    /// Returns the place of the replica that this journal was last written with.
    pub(crate) fn replica_place(&self) -> Result<Option<String>, StoreError> {
        log::replica_place(&self.connection).map_err(unavailable)
    }

    /// Remembers the place of the replica that this journal is written with.
    pub(crate) fn remember_replica_place(&self, place: &str) -> Result<(), StoreError> {
        log::remember_replica_place(&self.connection, place).map_err(unavailable)
    }

    /// Takes the place of a database of one file: `self` becomes what lies at `from`, which lies beside it.
    /// Nobody else may have either open.
    pub(crate) fn become_file(&mut self, from: &Path) -> Result<(), StoreError> {
        self.end_log()?;
        move_into_place(from, &self.path)?;
        *self = Self::open(&self.path, self.timeout)?;
        Ok(())
    }
}
