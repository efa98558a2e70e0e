//! The files of a database on the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

#[cfg(feature = "replica")]
use super::unavailable;
#[cfg(feature = "replica")]
use crate::StoreError;

pub(crate) use super::place::make_private;

/// Bytes of a database that is rewritten at most: nobody can write meanwhile, which is about a second for 100 MB.
const REWRITE_BYTES_MAX: i64 = 2 * 1024 * 1024 * 1024;

/// What the names of the files end in that SQLite puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// What the name of a database's stamp ends in.
pub(crate) const STAMP: &str = "-stamp";

/// Returns the path of the file beside another whose name has this ending added.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

/// Deletes a database and what SQLite put beside it, as far as it is there.
pub(crate) fn discard(path: &Path) {
    // An error says that the file is not there. Any other is found when it is made anew.
    let _ = fs::remove_file(path);
    for ending in BESIDE.into_iter().chain([STAMP]) {
        let _ = fs::remove_file(beside(path, ending));
    }
}

/// Rewrites a database from what is in it. SQLite moves rows from page to page and leaves where they were what they told:
/// nothing less takes that away.
pub(crate) fn rewrite(database: &Connection) -> rusqlite::Result<()> {
    let pages: i64 = database.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_bytes: i64 = database.pragma_query_value(None, "page_size", |row| row.get(0))?;
    if pages.saturating_mul(page_bytes) > REWRITE_BYTES_MAX {
        tracing::warn!(
            "the journal is too large to be rewritten while it is served: what was erased is read by nobody, and stays in \
             its file until the next VACUUM"
        );
        return Ok(());
    }
    database.execute_batch("VACUUM")
}

/// Empties the write-ahead log of a database. Returns whether it is empty: readers may need it still.
pub(crate) fn truncate_log(database: &Connection) -> rusqlite::Result<bool> {
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    let is_busy: i64 = database.query_row(truncate, [], |row| row.get(0))?;
    Ok(is_busy == 0)
}

/// Makes durable which files have names in the folder of `file`.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Moves a database of one file to a place, durably.
#[cfg(feature = "replica")]
pub(crate) fn move_into_place(from: &Path, to: &Path) -> Result<(), StoreError> {
    let moved = || -> io::Result<()> {
        File::open(from)?.sync_all()?;
        fs::rename(from, to)?;
        sync_folder(to)
    };
    moved().map_err(unavailable)
}
