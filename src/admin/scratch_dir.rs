//! A directory for unfinished files, deleted when its owner ends.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;

use super::random_name;
use super::report::CommandError;

/// The prefix of the name of every such directory.
const PREFIX: &str = ".arcane-codex-";
/// The age at which a directory belongs to nobody any more: no subcommand runs for so long.
const AGE_MAX: Duration = Duration::from_hours(24);

/// A directory that only its owner may enter. It is deleted with its contents when this is dropped.
#[derive(Debug)]
pub(super) struct ScratchDir {
    path: PathBuf,
}

impl ScratchDir {
    /// Makes one in the directory of `file`, so that what is made in it can be renamed into that file's place: a
    /// rename does not cross file systems.
    pub(super) fn beside(file: &Path) -> Result<Self, CommandError> {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        Self::within(folder.unwrap_or(Path::new(".")))
    }

    /// Makes one beside `file`, or in the system's directory for temporary files if that cannot be written.
    pub(super) fn near(file: &Path) -> Result<Self, CommandError> {
        Self::beside(file).or_else(|_| Self::within(&std::env::temp_dir()))
    }

    /// Makes one in `folder`, and deletes those that killed processes left there more than a day ago.
    pub(super) fn within(folder: &Path) -> Result<Self, CommandError> {
        delete_abandoned(folder);
        let path = folder.join(format!("{PREFIX}{}", random_name()));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self { path }),
            Err(error) => Err(CommandError::absent(anyhow!(
                "{} cannot be written: make the folder and let this user write it, or name another ({error})",
                folder.display()
            ))),
        }
    }

    /// Returns the path of a file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        // What cannot be deleted now is deleted as abandoned another day.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn delete_abandoned(folder: &Path) {
    let old = |path: &Path| -> io::Result<bool> {
        let age = fs::metadata(path)?.modified()?.elapsed();
        Ok(age.is_ok_and(|age| age > AGE_MAX))
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if ours && old(&entry.path()).unwrap_or(false) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
