//! Copies of a journal in one file: made while it is used, packed, unpacked, checked, put in place.
//!
//! Every function here waits for the disk and may take long. What one cannot finish, it deletes again. Paths are
//! those of its caller: a scratch file is to lie where nobody else looks.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::process::{Flock, FlockType, fcntl_getlk};

use crate::StoreError;
use crate::replica::Step;
use crate::sqlite::files::{beside, discard, make_private, move_into_place};
use crate::sqlite::{Database, Holding};

/// How long anybody else may keep a database from being read.
const BUSY: Duration = Duration::from_secs(10);
/// Bytes packed or unpacked at a time.
const PART_BYTES: usize = 1024 * 1024;
/// What every SQLite file begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// How much of a database is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its pages.
    Pages,
    /// Its pages, and each index against what it leads to.
    Everything,
}

/// Copies a journal as it is at this moment into a file that is not there yet. Others may write meanwhile.
///
/// # Errors
///
/// [`StoreError::Unusable`] when there is no journal at `database`, or it is damaged.
pub fn copy(database: &Path, into: &Path) -> Result<(), StoreError> {
    let copied = make_private(into)
        .map_err(disk)
        .and_then(|_| Database::open_to_read(database, BUSY)?.copy_into(into))
        .map_err(|error| judged(database, error));
    if copied.is_err() {
        discard(into);
    }
    copied
}

/// Copies a journal as [`copy`] does, and compresses it. `tell` is told of every step.
///
/// # Errors
///
/// As [`copy`].
pub fn pack(database: &Path, into: &Path, tell: impl Fn(&Step)) -> Result<(), StoreError> {
    let plain = beside(into, ".plain");
    let packed = copy(database, &plain).and_then(|()| compress(&plain, into, tell).map_err(disk));
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
pub fn unpack(packed: &Path, into: &Path, tell: impl Fn(&Step)) -> Result<Holding, StoreError> {
    let unpacked = decompress(packed, into, &tell).and_then(|()| check(into, &tell));
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
pub fn check(scratch: &Path, tell: impl Fn(&Step)) -> Result<Holding, StoreError> {
    let check = || {
        let database = Database::open(scratch, BUSY)?;
        database.recount()?;
        let holding = database.verify(|_| tell(&Step::Verified))?;
        database.into_one_file()?;
        Ok(holding)
    };
    check().map_err(|error| judged(scratch, error))
}

/// Checks the pages of a database that may be in use. What they say is not looked at.
///
/// # Errors
///
/// [`StoreError::Unusable`] names the first thing that is wrong.
pub fn look_through(database: &Path, depth: Depth) -> Result<(), StoreError> {
    Database::open_to_read(database, BUSY).map_err(|error| judged(database, error))?;
    let pragma = match depth {
        Depth::Pages => "quick_check",
        Depth::Everything => "integrity_check",
    };
    let look = || -> rusqlite::Result<String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_query_value(None, pragma, |row| row.get(0))
    };
    match look() {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => Err(damaged(database, found.lines().next().unwrap_or_default())),
        Err(error) => Err(judged(database, disk(error))),
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

/// Makes durable which files have names.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
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

fn compress(plain: &Path, into: &Path, tell: impl Fn(&Step)) -> io::Result<()> {
    let mut from = File::open(plain)?;
    let bytes = from.metadata()?.len();
    tell(&Step::Found {
        objects: bytes.div_ceil(PART_BYTES as u64),
        bytes,
    });
    let mut to = zstd::stream::Encoder::new(make_private(into)?, 0)?;
    to.include_checksum(true)?;
    let mut part = vec![0; PART_BYTES];
    loop {
        let read = from.read(&mut part)?;
        if read == 0 {
            return to.finish()?.sync_all();
        }
        to.write_all(&part[..read])?;
        tell(&Step::Copied { bytes: read as u64 });
    }
}

fn decompress(packed: &Path, into: &Path, tell: impl Fn(&Step)) -> Result<(), StoreError> {
    let broken = |why: &str| unusable(packed, &format!("is no whole backup: {why}"));
    let file = File::open(packed).map_err(disk)?;
    let packed_bytes = file.metadata().map_err(disk)?.len();
    tell(&Step::Found {
        objects: 1,
        bytes: packed_bytes,
    });
    let mut from = zstd::stream::Decoder::new(file).map_err(disk)?;
    let mut to = make_private(into).map_err(disk)?;
    let mut part = vec![0; PART_BYTES];
    let mut begins = true;
    loop {
        let read = match from.read(&mut part) {
            Ok(read) => read,
            // The system's own errors have numbers; what remains is zstd's opinion of the bytes.
            Err(error) if error.raw_os_error().is_some() => return Err(disk(error)),
            Err(error) => return Err(broken(&error.to_string())),
        };
        if begins && !part[..read].starts_with(SQLITE) {
            return Err(broken("it holds no database"));
        }
        begins = false;
        if read == 0 {
            tell(&Step::Copied {
                bytes: packed_bytes,
            });
            return to.sync_all().map_err(disk);
        }
        to.write_all(&part[..read]).map_err(disk)?;
    }
}

/// Tells a database that is damaged from a disk that fails.
fn judged(path: &Path, error: StoreError) -> StoreError {
    let StoreError::Unavailable(cause) = &error else {
        return error;
    };
    let code = cause
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code);
    match code {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged(path, &cause.to_string())
        }
        _ => error,
    }
}

fn damaged(path: &Path, why: &str) -> StoreError {
    unusable(path, &format!("is damaged ({why}): restore a backup"))
}

fn unusable(path: &Path, why: &str) -> StoreError {
    StoreError::Unusable(format!("{} {why}", path.display()))
}

fn disk(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable(cause.into())
}
