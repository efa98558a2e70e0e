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
mod journal;
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
mod disk_use;
pub(crate) mod errors;
pub(crate) mod files;
mod integrity;
#[cfg(feature = "replica")]
pub(crate) mod log;
mod write_hook;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use game::TableId;

use crate::StoreError;
use crate::sql::{integer, natural, unavailable};

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

/// The result of work on the database: the outer error fails the transaction it is part of, the
/// inner one is an answer.
type SqlResult<T> = rusqlite::Result<Result<T, StoreError>>;
