//! The connections of a journal, and the promises each is opened with.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::errors::{cannot_open, unusable};
use super::schema;
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

/// Between two tries to be let in.
const PAUSE: Duration = Duration::from_millis(10);

/// Opens the connection that writes, and brings the database to the schema this release knows.
pub(super) fn writer(path: &Path, timeout: Duration) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_MIN {
        return Err(StoreError::Unusable(format!(
            "SQLite {} is too old for a shared journal: build with 3.51.3 or newer",
            rusqlite::version()
        )));
    }
    schema::check_header(path)?;
    let failed = |error| cannot_open(path, &error);
    let mut database = connect(path, timeout).map_err(failed)?;
    // Until it is known to be ours, not even closing it may move a page.
    keep_log_on_close(&database, true).map_err(failed)?;
    schema::check(path, &database)?;
    keep_log_on_close(&database, false).map_err(failed)?;
    promise_durability(path, &database, timeout)?;
    schema::migrate(path, &mut database)?;
    Ok(database)
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

fn keep_log_on_close(database: &Connection, keep: bool) -> rusqlite::Result<()> {
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
