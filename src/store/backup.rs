//! Backups: copies of a journal in one file, made while it is in use, compressed, restored, checked, put in place.
//!
//! Every function here waits for the disk and may take long. A function that fails deletes what it began. Paths
//! are the caller's: a scratch file should lie where no other process looks.

mod packing;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use rustix::process::{Flock, FlockType, fcntl_getlk};
use tokio::task::spawn_blocking;

use crate::sqlite::errors::unusable;
use crate::sqlite::files::{STAMP, beside, discard, move_into_place, sync_folder};
use crate::sqlite::{Database, SqliteFile};
use crate::{JournalExport, JournalSummary, ProgressListener, RecordStream, StoreError};

use packing::{compress, decompress};

pub use crate::sqlite::{Depth, look_through};

/// How long anybody else may keep a database from being read.
const BUSY: Duration = Duration::from_secs(10);

/// Copies a journal as it is at this moment into a file that is not there yet. Others may write meanwhile.
///
/// # Errors
///
/// [`StoreError::Unusable`] when there is no journal at `database`, or it is damaged.
pub fn copy(database: &Path, into: &Path) -> Result<(), StoreError> {
    SqliteFile::new(database).copy_pages(into)
}

/// Copies a journal as [`copy`] does, and compresses it.
///
/// # Errors
///
/// As [`copy`].
pub fn pack(database: &Path, into: &Path, progress: &ProgressListener) -> Result<(), StoreError> {
    let plain = beside(into, ".plain");
    let packed =
        copy(database, &plain).and_then(|()| compress(&plain, into, progress).map_err(disk));
    discard(&plain);
    if packed.is_err() {
        discard(into);
    }
    packed
}

/// Makes a database file of a packed one, and checks every chain in it.
///
/// # Errors
///
/// [`StoreError::Unusable`] when `packed` is no whole backup, [`StoreError::Damaged`] when a chain is broken.
pub fn unpack(
    packed: &Path,
    into: &Path,
    progress: &ProgressListener,
) -> Result<JournalSummary, StoreError> {
    let unpacked = decompress(packed, into, progress).and_then(|()| check(into));
    if unpacked.is_err() {
        discard(into);
    }
    unpacked
}

/// Checks every chain of a database that nobody else has open, and leaves it in one file. What an older release
/// wrote is brought up to date.
///
/// # Errors
///
/// [`StoreError::Damaged`] names the first table and version that is wrong.
pub fn check(scratch: &Path) -> Result<JournalSummary, StoreError> {
    SqliteFile::new(scratch).check()
}

/// Withholds in a restored journal what is withheld of the same records in a journal that knows more: what was erased
/// since a backup was made is erased in what is restored from it. Nobody else may have the restored one open; it is left
/// in one file. Returns how many records are withheld by it.
///
/// # Errors
///
/// [`StoreError::Unusable`] when either is no journal.
pub fn reapply_erasures(known: &Path, restored: &Path) -> Result<u64, StoreError> {
    let known = Database::open_to_read(known, BUSY)?;
    let mut restored = Database::open(restored, BUSY)?;
    let withheld = restored.withhold_as(&known)?;
    restored.into_one_file()?;
    Ok(withheld)
}

/// A packed database as a source, ours or one that `gzip` has packed: it is unpacked into a scratch file, which is deleted afterwards.
#[derive(Clone, Debug)]
pub struct PackedFile {
    packed: PathBuf,
    scratch: PathBuf,
}

impl PackedFile {
    /// Names the packed file, and a scratch file that may be made and deleted.
    pub fn new(packed: impl Into<PathBuf>, scratch: impl Into<PathBuf>) -> Self {
        Self {
            packed: packed.into(),
            scratch: scratch.into(),
        }
    }
}

#[async_trait]
impl JournalExport for PackedFile {
    fn export(&self) -> RecordStream {
        RecordStream::through_file(self.clone(), self.scratch.clone())
    }

    async fn verify(&self, progress: &ProgressListener) -> Result<JournalSummary, StoreError> {
        let verified = self.export_into(&self.scratch, progress).await;
        discard(&self.scratch);
        verified
    }

    async fn export_into(
        &self,
        file: &Path,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let (packed, into, progress) = (self.packed.clone(), file.to_owned(), progress.clone());
        spawn_blocking(move || unpack(&packed, &into, &progress))
            .await
            .map_err(disk)?
    }
}

/// Returns the process that has a database open, if one has. It is one of several, perhaps.
///
/// # Errors
///
/// Those of the file.
pub fn holder(database: &Path) -> io::Result<Option<i32>> {
    // An open journal holds a lock on its file for as long as it is open.
    let file = File::open(database)?;
    let lock = fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?;
    Ok(lock.map(|lock| lock.pid.map_or(0, rustix::process::Pid::as_raw_pid)))
}

/// Moves a finished file to a place where nothing is, durably.
///
/// # Errors
///
/// [`StoreError::Unusable`] when something is.
pub fn settle(from: &Path, to: &Path) -> Result<(), StoreError> {
    let taken = |path: &Path| unusable(path, "is there already: name another path");
    let log = beside(to, "-wal");
    if log.exists() {
        return Err(taken(&log));
    }
    File::open(from)
        .and_then(|file| file.sync_all())
        .map_err(disk)?;
    // A link finds out and takes the name in one step.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from)
            .and_then(|()| sync_folder(to))
            .map_err(disk),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(taken(to)),
        // There are file systems without links.
        Err(_) if to.exists() => Err(taken(to)),
        Err(_) => move_into_place(from, to),
    }
}

/// Puts a database of one file in the place of another, which is kept as `kept`. At every moment one of the two
/// is in the place, whole.
///
/// # Errors
///
/// [`StoreError::Unusable`] when somebody has the old one open, or `kept` is there. Nothing is changed then.
pub fn replace(from: &Path, to: &Path, kept: &Path) -> Result<(), StoreError> {
    refuse_held(to)?;
    if kept.exists() {
        return Err(unusable(kept, "is there already: try again in a second"));
    }
    // One that is damaged may not be opened; its log is moved with it then.
    let whole = Database::open(to, BUSY).and_then(Database::into_one_file);
    refuse_held(to)?;
    let keep = || -> io::Result<()> {
        fs::hard_link(to, kept).or_else(|_| fs::rename(to, kept))?;
        if whole.is_err() {
            move_if_there(&beside(to, "-wal"), &beside(kept, "-wal"))?;
            move_if_there(&beside(to, "-journal"), &beside(kept, "-journal"))?;
        }
        // It speaks of the file that is kept, and of its log.
        move_if_there(&beside(to, STAMP), &beside(kept, STAMP))?;
        // An index to a log that is gone.
        fs::remove_file(beside(to, "-shm")).or_else(missing_is_fine)
    };
    keep().map_err(disk)?;
    move_into_place(from, to)
}

fn refuse_held(database: &Path) -> Result<(), StoreError> {
    match holder(database).map_err(disk)? {
        None => Ok(()),
        Some(process) => {
            let why = format!("is in use by process {process}: end it, and try again");
            Err(unusable(database, &why))
        }
    }
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).or_else(missing_is_fine)
}

fn missing_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == ErrorKind::NotFound {
        return Ok(());
    }
    Err(error)
}

fn disk(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable(cause.into())
}
