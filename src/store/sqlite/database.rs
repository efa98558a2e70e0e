//! A database file without a writer thread, for replicas, backups and checks.

use std::fs;
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
use super::{files, withholding};
use super::{opening, place, schema, transfer, unavailable};
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
}

impl Database {
    /// Opens a database to read and to write, making or migrating it as needed.
    pub(crate) fn open(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        let path = place::check(path)?;
        let connection = opening::writer(&path, timeout)?;
        // The bucket has every segment as well, so a crash loses nothing: a sync for each would only make
        // restoring slower.
        connection
            .pragma_update(None, "synchronous", "normal")
            .map_err(unavailable)?;
        Ok(Self {
            path,
            connection,
            #[cfg(feature = "replica")]
            timeout,
        })
    }

    /// Opens a database that must be there, to read only.
    pub(crate) fn open_to_read(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(unusable(path, "is not there: name a database"));
        }
        let path = fs::canonicalize(path).map_err(unavailable)?;
        schema::check_header(&path)?;
        let connection = opening::reader(&path, timeout)?;
        schema::check_readable(&path, &connection)?;
        Ok(Self {
            path,
            connection,
            #[cfg(feature = "replica")]
            timeout,
        })
    }

    /// Opens a database to read only that this process has open already. Its file is opened by SQLite alone: whoever else
    /// closes it releases the locks that this process has on it.
    #[cfg(feature = "replica")]
    pub(crate) fn open_again(path: &Path, timeout: Duration) -> Result<Self, StoreError> {
        Ok(Self {
            path: path.to_owned(),
            connection: opening::reader(path, timeout)?,
            timeout,
        })
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

    /// Moves everything into the one file, and closes it. Nobody else may have it open.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] when another process has.
    pub(crate) fn into_one_file(self) -> Result<PathBuf, StoreError> {
        let alone =
            self.connection
                .pragma_update_and_check(None, "journal_mode", "delete", |row| {
                    row.get::<_, String>(0)
                });
        match alone {
            Ok(mode) if mode == "delete" => Ok(self.path),
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
        let nowhere = Connection::open_in_memory().map_err(unavailable)?;
        let old = std::mem::replace(&mut self.connection, nowhere);
        let old = Self {
            path: self.path.clone(),
            connection: old,
            timeout: self.timeout,
        };
        old.into_one_file()?;
        move_into_place(from, &self.path)?;
        *self = Self::open(&self.path, self.timeout)?;
        Ok(())
    }
}
