//! Watches whether the paths of an open database still lead to the files that are open.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::file_id::FileId;
use super::files::beside;

/// The files of an open journal: the database, its write-ahead log, and the index to that.
#[derive(Debug)]
pub(super) struct FileWatch {
    database: PathBuf,
    files: Vec<(PathBuf, FileId)>,
    is_lost: AtomicBool,
}

/// A file that is open and no longer at its path. What is written to it is gone when this process ends.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum FileLostError {
    /// Nothing is at the path.
    #[error("{} was removed while the journal was open", .0.display())]
    Removed(PathBuf),
    /// Another file is at the path.
    #[error("{} was replaced while the journal was open", .0.display())]
    Replaced(PathBuf),
}

impl FileWatch {
    /// Watches the files of a database that is open.
    pub(super) fn of(database: &Path) -> Self {
        let log = ["-wal", "-shm"].map(|ending| beside(database, ending));
        let paths = [database.to_owned()].into_iter().chain(log);
        let files = paths.filter_map(|path| {
            let file = FileId::of(&path).ok()?;
            Some((path, file))
        });
        Self {
            database: database.to_owned(),
            files: files.collect(),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Checks that every file is where it was. Logs when that changes, once.
    pub(super) fn check(&self) -> Result<(), FileLostError> {
        let lost = self.files.iter().find_map(|(path, file)| {
            match FileId::of(path) {
                Ok(found) if found == *file => None,
                Ok(_) => Some(FileLostError::Replaced(path.clone())),
                // Also one in a folder that cannot be looked at any more: a restart would not find it.
                Err(_) => Some(FileLostError::Removed(path.clone())),
            }
        });
        let was_lost = self.is_lost.swap(lost.is_some(), Ordering::Relaxed);
        match lost {
            None if was_lost => tracing::info!("the journal's files are in their places again"),
            None => {}
            Some(lost) => {
                if !was_lost {
                    tracing::error!(
                        "DB_PATH: {lost}: nothing is acknowledged any more. Put the file back, or end this process and \
                         start it on the file that is to be used"
                    );
                }
                return Err(lost);
            }
        }
        Ok(())
    }

    /// The path of the database.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// Whether another file is at one of the paths beside the database. It may be another process's.
    pub(super) fn has_strangers(&self) -> bool {
        let beside = self.files.iter().skip(1);
        let mut found = beside.filter_map(|(path, file)| Some((FileId::of(path).ok()?, *file)));
        found.any(|(found, file)| found != file)
    }
}
