//! Checks the pages of a database file, whatever they say.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::database::Database;
use super::errors::{damaged, judge};
use super::unavailable;
use crate::StoreError;

/// How long anybody else may keep a database from being read.
const BUSY: Duration = Duration::from_secs(10);

/// How much of a database is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its pages.
    Pages,
    /// Its pages, and each index against what it leads to.
    Everything,
}

/// Checks the pages of a database that may be in use. What they say is not looked at.
///
/// # Errors
///
/// [`StoreError::Unusable`] names the first thing that is wrong.
pub fn look_through(database: &Path, depth: Depth) -> Result<(), StoreError> {
    Database::open_to_read(database, BUSY).map_err(|error| judge(database, error))?;
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
        Err(error) => Err(judge(database, unavailable(error))),
    }
}
