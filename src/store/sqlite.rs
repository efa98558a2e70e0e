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

mod file_id;
mod file_watch;
mod index_check;
mod open_files;
mod rescue;
mod stamp;

mod database;
pub(crate) mod errors;
pub(crate) mod files;
mod integrity;
#[cfg(feature = "replica")]
pub(crate) mod log;
mod write_hook;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};
use rusqlite::Transaction;

use crate::sql::{integer, natural, unavailable};
use crate::{
    Admission, AppendOutcome, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, Readers, Record,
    StateOrigin, StoreError, TableSummary, UseWindow, Withholding,
};

use file_watch::FileWatch;
use head_reader::HeadReader;
use open_files::OpenFile;
use opening::{ClaimedFile, Comparison};
use readers::ReaderPool;
use write_hook::NoHook;
use writer::{WriterHandle, WrittenFile};

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
    watch: Arc<FileWatch>,
    /// The last field, which is dropped last.
    _open: Arc<OpenFile>,
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
        let file = ClaimedFile::to_write(&settings.path)?;
        let (path, timeout) = (file.path.clone(), settings.timeout);
        let mut connection = opening::writer(&file, timeout, Comparison::IndexAndHead)?;
        let readers = (0..settings.readers.max(1))
            .map(|_| opening::reader(&path, timeout))
            .collect::<Result<Vec<_>, _>>()?;
        let stamp = stamp::renew(&path, &mut connection)?;
        let watch = Arc::new(FileWatch::of(&path));
        let open = Arc::new(file.open);
        let written = WrittenFile {
            connection,
            watch: Arc::clone(&watch),
            stamp,
            _open: Arc::clone(&open),
        };
        Ok(Self {
            writer: WriterHandle::start(written, timeout, hook)?,
            readers: ReaderPool::new(readers, timeout),
            head_reader: HeadReader::open(&path, timeout)?,
            path,
            watch,
            _open: open,
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
        let closed = self.writer.close().await;
        if self.watch.has_strangers() {
            self.readers.leave_log();
            self.head_reader.leave_log();
        }
        closed
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
        let asked = table.clone();
        let kept = self
            .readers
            .run(move |database| queries::snapshot(database, &asked, format))
            .await?;
        let Some(kept) = kept else { return Ok(None) };
        if let Some(state) = kept.state(table, format) {
            return Ok(Some((kept.version, state.to_owned())));
        }
        kept.warn(table);
        let table = table.clone();
        // An error leaves it for the next time: whoever loads the table needs none.
        let _ = self
            .writer
            .run(move |database| writes::discard_snapshot(database, &table, &kept.sealed))
            .await;
        Ok(None)
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let table = table.clone();
        let keep = move |database: &Transaction<'_>| {
            let origin = StateOrigin {
                table: &table,
                format,
                version,
            };
            writes::keep_snapshot(database, &origin, &state)
        };
        self.writer.run(keep).await
    }

    /// Reads, and writes through to the disk: a full disk is found here and not by a player. After a write that failed
    /// as much must fit as any write takes.
    async fn check(&self) -> Result<(), StoreError> {
        self.readers.run(queries::count_live).await?;
        if self.writer.is_failing() {
            self.writer.run(writes::fill).await?;
        }
        let path = self.path.clone();
        let touch = move |database: &Transaction<'_>| {
            stamp::follow(&path, database)?;
            writes::touch(database)
        };
        self.writer.run(touch).await
    }

    fn readers(&self) -> Readers {
        self.readers.count()
    }
}

/// The result of work on the database: the outer error fails the transaction it is part of, the
/// inner one is an answer.
type SqlResult<T> = rusqlite::Result<Result<T, StoreError>>;
