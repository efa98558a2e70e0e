//! The files of a database on the disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::unavailable;
use crate::StoreError;

pub(crate) use super::place::make_private;

/// The endings of the files that SQLite puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

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
    for ending in BESIDE {
        let _ = fs::remove_file(beside(path, ending));
    }
}

/// Moves a database of one file to a place, durably.
pub(crate) fn move_into_place(from: &Path, to: &Path) -> Result<(), StoreError> {
    let moved = || -> io::Result<()> {
        File::open(from)?.sync_all()?;
        fs::rename(from, to)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    moved().map_err(unavailable)
}
