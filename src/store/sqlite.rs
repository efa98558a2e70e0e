//! A journal in one SQLite file, shared by the processes of one host.
//!
//! One thread writes: it commits together whatever has gathered while the disk was busy, and answers only
//! afterwards. A pool of connections reads beside it. Several processes may share the file: each append
//! looks at the version inside its own transaction. A failed transaction is answered with
//! [`StoreError::Unavailable`], which leaves open whether the commit is kept: a caller asks again with the
//! same command id and learns which.

mod opening;
mod place;
mod schema;

mod head_reader;
mod readers;
mod writer;

mod admission;
mod queries;
mod transfer;
mod withholding;
mod writes;

mod database;
pub(crate) mod errors;
pub(crate) mod files;
mod integrity;
#[cfg(feature = "replica")]
pub(crate) mod log;
mod write_hook;

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};

use crate::sql::{integer, natural, unavailable};
use crate::{
    Admission, AppendOutcome, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, Readers, Record,
    StoreError, TableSummary, UseWindow, Withholding,
};

use head_reader::HeadReader;
use readers::ReaderPool;
use write_hook::NoHook;
use writer::WriterHandle;

#[cfg(feature = "replica")]
pub(crate) use database::Database;
pub use integrity::{Depth, look_through};
pub use transfer::SqliteFile;
#[cfg(feature = "replica")]
pub(crate) use write_hook::WriteError;
pub(crate) use write_hook::WriteHook;

/// The settings of a SQLite journal.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database file. It is made if there is none; its folder is not.
    pub path: PathBuf,
    /// Connections that read at the same time, at least one.
    pub readers: usize,
    /// How long anything waits: for a place in the writer's queue, for a reader, for another process.
    pub timeout: Duration,
}

/// A journal in one SQLite file.
#[derive(Debug)]
pub struct SqliteJournal {
    path: PathBuf,
    writer: WriterHandle,
    readers: ReaderPool,
    head_reader: HeadReader,
}

impl SqliteJournal {
    /// Opens the journal, making or migrating the database as needed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] with what to do: a folder that is missing, cannot be written or lies on a
    /// network file system; a file that is no database, another application's, or a newer release's. None
    /// of them is changed.
    pub async fn open(settings: Settings) -> Result<Self, StoreError> {
        Self::open_behind(settings, Box::new(NoHook)).await
    }

    /// Opens the journal with a hook around every write transaction.
    pub(crate) async fn open_behind(
        settings: Settings,
        hook: Box<dyn WriteHook>,
    ) -> Result<Self, StoreError> {
        tokio::task::spawn_blocking(move || Self::open_now(&settings, hook))
            .await
            .map_err(unavailable)?
    }

    fn open_now(settings: &Settings, hook: Box<dyn WriteHook>) -> Result<Self, StoreError> {
        let path = place::check(&settings.path)?;
        let connection = opening::writer(&path, settings.timeout)?;
        let readers = (0..settings.readers.max(1))
            .map(|_| opening::reader(&path, settings.timeout))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            path: path.clone(),
            writer: WriterHandle::start(connection, settings.timeout, hook)?,
            readers: ReaderPool::new(readers, settings.timeout),
            head_reader: HeadReader::open(&path, settings.timeout)?,
        })
    }

    /// Finishes what is queued, moves everything into the database file and stops writing. Reading goes on
    /// until the journal is dropped. Without it nothing is lost: the next opening finds the rest in the
    /// write-ahead log.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the database file could not be brought up to date.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.writer.close().await
    }

    /// Counts the transactions that were committed: fewer than the commits they carried, when many arrive
    /// at once.
    pub fn transactions(&self) -> u64 {
        self.writer.transactions()
    }

    /// Lists every table there ever was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the database cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableId>, StoreError> {
        self.readers.run(queries::tables).await
    }

    /// The database file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        let table = table.clone();
        self.readers
            .run(move |database| queries::records(database, &table, after))
            .await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        let table = table.clone();
        self.readers
            .run(move |database| queries::head(database, &table))
            .await
    }

    fn head_at_once(&self, table: &TableId) -> Option<Version> {
        self.head_reader.head(table)
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        let tables = tables.to_vec();
        self.readers
            .run(move |database| queries::heads(database, &tables))
            .await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        let table = table.clone();
        self.writer
            .run(move |database| writes::append(database, &table, expected, commit))
            .await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        let (table, admission) = (table.clone(), *admission);
        self.writer
            .run(move |database| admission::open(database, &table, expected, &admission, commit))
            .await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        let admission = *admission;
        self.readers
            .run(move |database| admission::check_room(database, &admission))
            .await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        let tables = tables.to_vec();
        self.writer
            .run(move |database| admission::note_use(database, &tables, at_ms))
            .await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        let window = *window;
        self.readers
            .run(move |database| admission::count_in_use(database, &window))
            .await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        let window = *window;
        self.readers
            .run(move |database| admission::count_by_opener(database, &window, limit))
            .await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.readers
            .run(move |database| admission::unattended(database, opened_ms, limit))
            .await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withheld: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        let table = table.clone();
        self.writer
            .run(move |database| {
                withholding::withhold(database, &table, expected, commit, &withheld)
            })
            .await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.writer.clean().await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        let after = after.cloned();
        self.readers
            .run(move |database| withholding::list(database, after.as_ref(), limit))
            .await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.readers
            .run(move |database| withholding::over_before(database, before_ms, limit))
            .await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let (table, command) = (table.clone(), command.clone());
        self.readers
            .run(move |database| queries::command(database, &table, &command))
            .await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        let code = code.clone();
        self.readers
            .run(move |database| queries::code(database, &code))
            .await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.readers.run(queries::count_live).await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.readers
            .run(move |database| queries::due(database, now_ms, limit))
            .await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.readers.run(queries::next_due).await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let table = table.clone();
        self.readers
            .run(move |database| queries::snapshot(database, &table, format))
            .await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let table = table.clone();
        self.writer
            .run(move |database| writes::keep_snapshot(database, &table, format, version, &state))
            .await
    }

    /// Reads, and writes through to the disk: a full disk is found here and not by a player.
    async fn check(&self) -> Result<(), StoreError> {
        self.readers.run(queries::count_live).await?;
        self.writer.run(writes::touch).await
    }

    fn readers(&self) -> Readers {
        self.readers.count()
    }
}

/// The result of work on the database: the outer error fails the transaction it is part of, the
/// inner one is an answer.
type SqlResult<T> = rusqlite::Result<Result<T, StoreError>>;
