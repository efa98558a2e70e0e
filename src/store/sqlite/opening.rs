//! The connections of a journal, and the promises each is opened with.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::errors::{cannot_open, unusable};
use super::open_files::OpenFile;
use super::stamp::{self, LogOrigin};
use super::{index_check, place, schema, unavailable};
use crate::StoreError;

/// The first release without the defect by which processes that share a write-ahead log could damage it
/// when one checkpoints while another writes.
const SQLITE_MIN: i32 = 3_051_003;
/// Pages the write-ahead log holds before the writer moves them into the database.
const CHECKPOINT_PAGES: u32 = 1_000;
/// Bytes the write-ahead log's file keeps after a checkpoint.
const LOG_BYTES_MAX: u32 = 64 * 1024 * 1024;

/// Prepared statements a connection keeps: more than a writer has, so that none is prepared twice.
const STATEMENTS_MAX: usize = 32;

/// KiB of pages that the writer remembers at most. An opening writes to every index, at places far apart: beside
/// hundreds of thousands of tables it would otherwise read the same inner pages of each again and again.
const PAGES_KIB_MAX: i32 = 16 * 1024;

/// Between two tries to be let in.
const PAUSE: Duration = Duration::from_millis(10);

/// A database file that may be opened: its bytes say that it is ours, and its write-ahead log that it belongs to it.
#[derive(Debug)]
pub(super) struct ClaimedFile {
    /// Where it really is.
    pub(super) path: PathBuf,
    /// Held for as long as any connection is open.
    pub(super) open: OpenFile,
    log: LogOrigin,
}

impl ClaimedFile {
    /// Claims a database to read and to write. It is made if there is none.
    pub(super) fn to_write(given: &Path) -> Result<Self, StoreError> {
        Self::claim(place::check(given)?, place::make_if_missing)
    }

    /// Claims a database that must be there, to read.
    pub(super) fn to_read(given: &Path) -> Result<Self, StoreError> {
        if !given.is_file() {
            return Err(unusable(given, "is not there: name a database"));
        }
        Self::claim(fs::canonicalize(given).map_err(unavailable)?, |_| Ok(()))
    }

    fn claim(
        path: PathBuf,
        make: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        // Where this process has it open, all of this is known.
        let mut log = LogOrigin::Known;
        let open = OpenFile::claim(&path, || {
            log = stamp::check_log(&path)?;
            make(&path)?;
            schema::check_header(&path)
        })?;
        Ok(Self { path, open, log })
    }
}

/// How much of a database is compared before it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Nothing: whoever opens it reads all of it.
    Nothing,
    /// Its index with its records.
    #[cfg(feature = "replica")]
    Index,
    /// Its index with its records, and its end with what was acknowledged.
    IndexAndHead,
}

/// Opens the connection that writes, and brings the database to the schema this release knows.
pub(super) fn writer(
    file: &ClaimedFile,
    timeout: Duration,
    comparison: Comparison,
) -> Result<Connection, StoreError> {
    let path = &file.path;
    if rusqlite::version_number() < SQLITE_MIN {
        return Err(StoreError::Unusable(format!(
            "SQLite {} is too old for a shared journal: build with 3.51.3 or newer",
            rusqlite::version()
        )));
    }
    let failed = |error| cannot_open(path, &error);
    let mut database = connect(path, timeout).map_err(failed)?;
    // Until it is known to be ours, not even closing it may move a page.
    keep_log_on_close(&database, true).map_err(failed)?;
    let is_new = schema::check(path, &database)?;
    if comparison != Comparison::Nothing && !is_new {
        index_check::check(path, &database, file.log)?;
    }
    if comparison == Comparison::IndexAndHead && !is_new {
        stamp::check_head(path, &database)?;
    }
    keep_log_on_close(&database, false).map_err(failed)?;
    promise_durability(path, &database, timeout)?;
    // Below zero it counts kibibytes and not pages.
    let cached = database.pragma_update(None, "cache_size", -PAGES_KIB_MAX);
    cached.map_err(failed)?;
    schema::migrate(path, &mut database)?;
    Ok(database)
}

/// Opens a database that nobody else in this process has open, for a test.
#[cfg(test)]
pub(super) fn alone(path: &Path, timeout: Duration) -> Connection {
    let file = ClaimedFile::to_write(path).unwrap();
    writer(&file, timeout, Comparison::Nothing).unwrap()
}

/// Opens a connection that only reads.
pub(super) fn reader(path: &Path, timeout: Duration) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let database = connect(path, timeout)?;
        database.pragma_update(None, "query_only", true)?;
        Ok(database)
    };
    open().map_err(|error| cannot_open(path, &error))
}

/// Has a connection answer at once that the database is busy, where it would wait until it no longer is.
pub(super) fn never_wait(path: &Path, database: &Connection) -> Result<(), StoreError> {
    let immediately = database.busy_timeout(Duration::ZERO);
    immediately.map_err(|error| cannot_open(path, &error))
}

fn connect(path: &Path, timeout: Duration) -> rusqlite::Result<Connection> {
    // No `URI`: a path is a path, whatever it begins with. No `CREATE`: the file has been made, privately.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    database.busy_timeout(timeout)?;
    // A plan does not depend on the values bound to it: otherwise each new value has its statement prepared anew.
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    database.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(database)
}

/// Has a connection leave the write-ahead log as it is when it is closed, also as the last one.
pub(super) fn keep_log_on_close(database: &Connection, keep: bool) -> rusqlite::Result<()> {
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "SQLite tells nobody when a file is free, and the wait has a limit"
)]
fn promise_durability(
    path: &Path,
    database: &Connection,
    timeout: Duration,
) -> Result<(), StoreError> {
    let promise = || -> rusqlite::Result<String> {
        let mode =
            database.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        database.pragma_update(None, "synchronous", "full")?;
        database.pragma_update(None, "foreign_keys", true)?;
        database.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        database.pragma_update(None, "journal_size_limit", LOG_BYTES_MAX)?;
        Ok(mode)
    };
    let began = Instant::now();
    let mode = loop {
        match promise() {
            // While another process makes the same new database, SQLite answers busy at once instead of
            // waiting for the busy timeout.
            Err(error) if is_busy(&error) && began.elapsed() < timeout => thread::sleep(PAUSE),
            promised => break promised.map_err(|error| cannot_open(path, &error))?,
        }
    };
    if mode != "wal" {
        let why =
            format!("cannot have a write-ahead log here ({mode}): name a path on a local disk");
        return Err(unusable(path, &why));
    }
    Ok(())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}
