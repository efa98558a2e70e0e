//! A whole journal out of a SQLite file, and into one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use game::{Code, TableId, Version};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};
use tokio::task::spawn_blocking;

use super::database::Database;
use super::errors::{judge, unusable};
use super::files::{discard, make_private};
use super::integrity::{Depth, look_through};
use super::opening::{self, ClaimedFile, Comparison};
use super::{SqliteJournal, withholding, writes};
use crate::sql::{integer, natural, unavailable};
use crate::transfer::{
    BATCH_RECORDS_MAX, ChainCheck, CheckedRecord, JournalExport, JournalImport, JournalSummary,
    RecordSender, RecordStream, TableHeads, TransferRecord, bytes_of,
};
use crate::{ProgressListener, ProgressStep, StoreError, TableIndex};

/// How long anybody else may keep the file from being read or written.
const BUSY: Duration = Duration::from_secs(10);

/// A journal in a SQLite file that this process does not serve: the source or the target of a transfer.
///
/// As a source it must be there and may be in use. As a target it is made, and is one whole file afterwards.
#[derive(Clone, Debug)]
pub struct SqliteFile {
    path: PathBuf,
}

impl SqliteFile {
    /// Names the file. Nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Copies the pages as they are at this moment into a file that is not there yet. Others may write
    /// meanwhile. The chains in it are not checked.
    pub(crate) fn copy_pages(&self, into: &Path) -> Result<(), StoreError> {
        let copied = make_private(into)
            .map_err(unavailable)
            .and_then(|_| Database::open_to_read(&self.path, BUSY)?.copy_into(into))
            .map_err(|error| judge(&self.path, error));
        if copied.is_err() {
            discard(into);
        }
        copied
    }

    /// Checks every chain of a file that nobody else has open, and leaves it in one file. What an older
    /// release wrote is brought up to date.
    pub(crate) fn check(&self) -> Result<JournalSummary, StoreError> {
        let check = || {
            let database = Database::open(&self.path, BUSY)?;
            // A remembered hash would stand for records that nobody read.
            #[cfg(feature = "replica")]
            database.recount()?;
            let summary = database.verify()?;
            database.into_one_file()?;
            Ok(summary)
        };
        check().map_err(|error| judge(&self.path, error))
    }
}

#[async_trait]
impl JournalExport for SqliteFile {
    fn export(&self) -> RecordStream {
        let path = self.path.clone();
        RecordStream::from_blocking(move |sender| {
            let export = || Database::open_to_read(&path, BUSY)?.export(sender);
            export().map_err(|error| judge(&path, error))
        })
    }

    async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let count = move || {
            let count = || Database::open_to_read(&path, BUSY)?.unfit_snapshots();
            count().map_err(|error| judge(&path, error))
        };
        spawn_blocking(count).await.map_err(unavailable)?
    }

    /// Copies the pages, which is several times as fast as writing the records one by one.
    async fn export_into(
        &self,
        file: &Path,
        _progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let (from, into) = (self.clone(), file.to_owned());
        let export = move || {
            // The copy's indices are made anew: damage in those of the source would not show in it.
            look_through(&from.path, Depth::Everything)?;
            from.copy_pages(&into)?;
            let checked = Self::new(&into).check();
            if checked.is_err() {
                discard(&into);
            }
            checked
        };
        spawn_blocking(export).await.map_err(unavailable)?
    }
}

#[async_trait]
impl JournalImport for SqliteFile {
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let (path, progress) = (self.path.clone(), progress.clone());
        let import = move || {
            let is_new = !path.exists();
            let imported = fill(&path, records, &progress).and_then(|summary| {
                Database::open(&path, BUSY)?
                    .into_one_file()
                    .map(|_| summary)
            });
            if is_new && imported.is_err() {
                discard(&path);
            }
            imported
        };
        spawn_blocking(import).await.map_err(unavailable)?
    }
}

#[async_trait]
impl JournalExport for SqliteJournal {
    fn export(&self) -> RecordStream {
        SqliteFile::new(self.path()).export()
    }

    async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        SqliteFile::new(self.path()).unfit_snapshots().await
    }

    async fn export_into(
        &self,
        file: &Path,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let own = SqliteFile::new(self.path());
        own.export_into(file, progress).await
    }
}

#[async_trait]
impl JournalImport for SqliteJournal {
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let (path, progress) = (self.path().to_owned(), progress.clone());
        let import = move || fill(&path, records, &progress);
        spawn_blocking(import).await.map_err(unavailable)?
    }
}

/// Sends all records of a database, in the order of their positions, on one view of it.
pub(super) fn send_all(database: &Connection, sender: &RecordSender) -> Result<(), StoreError> {
    read_all(database, |batch| sender.blocking_send(batch))
}

/// Checks the chain of every table of a database, on one view of it.
pub(super) fn verify_all(database: &Connection) -> Result<JournalSummary, StoreError> {
    let mut check = ChainCheck::default();
    read_all(database, |batch| {
        for record in batch {
            let checked = check.follow(record)?;
            checked.stored.parse(&checked.table)?;
        }
        Ok(())
    })?;
    Ok(check.summary())
}

/// Reads all records on one view, and compares where they lead with where the tables stand.
fn read_all(
    database: &Connection,
    mut read: impl FnMut(Vec<TransferRecord>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let view = database.unchecked_transaction().map_err(unavailable)?;
    let (mut position, mut heads) = (0, TableHeads::default());
    loop {
        let (last, batch) = records_after(&view, position).map_err(unavailable)?;
        if batch.is_empty() {
            return heads.compare(stands(&view).map_err(unavailable)?);
        }
        heads.note(&batch);
        position = last;
        read(batch)?;
    }
}

/// Reads the records after a position. Returns the position of the last one, too.
fn records_after(
    database: &Connection,
    position: i64,
) -> rusqlite::Result<(i64, Vec<TransferRecord>)> {
    let mut select = database.prepare_cached(
        "SELECT records.position, records.table_id, tables.code, records.deadline_ms, records.live,
                records.version, records.body, records.before, records.hash
         FROM records JOIN tables ON tables.id = records.table_id
         WHERE records.position > ?1 ORDER BY records.position LIMIT ?2",
    )?;
    let mut rows = select.query(params![position, integer(BATCH_RECORDS_MAX)])?;
    let (mut last, mut batch) = (position, Vec::new());
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        batch.push(TransferRecord {
            table: named(row, 1, TableId::parse)?,
            index: TableIndex {
                code: named(row, 2, Code::parse)?,
                deadline_ms: row.get::<_, Option<i64>>(3)?.map(natural),
                live: row.get(4)?,
            },
            version: Version(natural(row.get(5)?)),
            body: row.get(6)?,
            before: row.get(7)?,
            hash: row.get(8)?,
        });
    }
    Ok((last, batch))
}

/// Reads where every table stands.
fn stands(database: &Connection) -> rusqlite::Result<Vec<(TableId, Version, [u8; 32])>> {
    let mut select = database.prepare("SELECT id, version, head FROM tables ORDER BY id")?;
    let found = select.query_map([], |row| {
        let version = Version(natural(row.get(1)?));
        Ok((named(row, 0, TableId::parse)?, version, row.get(2)?))
    })?;
    found.collect()
}

pub(super) fn named<T>(
    row: &Row<'_>,
    column: usize,
    parse: fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        let why = format!("{text} names no table of ours");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.into())
    })
}

/// Fills the database at a path, which is made if there is none, in one transaction.
fn fill(
    path: &Path,
    mut records: RecordStream,
    progress: &ProgressListener,
) -> Result<JournalSummary, StoreError> {
    // The source may take minutes before its first batch: nobody is to wait for the lock so long.
    let mut next = records.blocking_next()?;
    let file = ClaimedFile::to_write(path)?;
    let mut database = opening::writer(&file, BUSY, Comparison::Nothing)?;
    let begun = database.transaction_with_behavior(TransactionBehavior::Immediate);
    let transaction = begun.map_err(unavailable)?;
    let any = "SELECT EXISTS (SELECT 1 FROM tables)";
    let any = transaction.query_row(any, [], |row| row.get(0));
    if any.map_err(unavailable)? {
        let why = "holds a journal already, and nothing is written over: name another";
        return Err(unusable(&file.path, why));
    }
    let mut check = ChainCheck::default();
    while let Some(batch) = next {
        let bytes = bytes_of(&batch);
        for record in batch {
            write(&transaction, &check.follow(record)?)?;
        }
        progress.report(&ProgressStep::Taken { bytes });
        next = records.blocking_next()?;
    }
    transaction.commit().map_err(unavailable)?;
    Ok(check.summary())
}

fn write(transaction: &Transaction<'_>, checked: &CheckedRecord) -> Result<(), StoreError> {
    let CheckedRecord {
        table,
        index,
        stored,
    } = checked;
    let header = stored.header(table)?;
    let (command_id, at_ms) = (&header.command_id, header.at_ms);
    let keep = || -> rusqlite::Result<bool> {
        let stand = writes::stand(transaction, table)?;
        writes::keep(transaction, &stand, table, command_id, at_ms, index, stored)?;
        withholding::follow(transaction, table, stored.version, &header)
    };
    keep().map(drop).map_err(unavailable)
}
