//! Saves what only this process has: the content of a journal whose file was removed or replaced.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::files::{beside, discard, make_private};

/// Files that may lie there from earlier times.
const NAMES_MAX: u32 = 100;

/// Copies a journal that is open, and whose files are no longer at their paths, into a new file beside its place. It
/// holds everything that was acknowledged.
pub(super) fn rescue(
    path: &Path,
    database: &Connection,
) -> Result<PathBuf, Box<dyn std::error::Error + Send + Sync>> {
    let rescued = make_new(path)?;
    let copied = database.execute("VACUUM INTO ?1", [&*rescued.to_string_lossy()]);
    if let Err(error) = copied {
        discard(&rescued);
        return Err(error.into());
    }
    Ok(rescued)
}

/// Makes an empty file of a name that is free. Privately: what SQLite makes itself, others may read.
fn make_new(path: &Path) -> Result<PathBuf, Error> {
    for number in 1..=NAMES_MAX {
        let rescued = beside(path, &format!(".rescued-{number}"));
        match make_private(&rescued) {
            Ok(_) => return Ok(rescued),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
