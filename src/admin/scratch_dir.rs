//! A folder for what is not finished: beside its goal, and gone with whoever made it.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;

use super::outcome::Trouble;
use crate::codex::random;

/// What the name of every such folder begins with.
const PREFIX: &str = ".arcane-codex-";
/// After this time nobody works in one any more: its maker was killed.
const AGE_MAX: Duration = Duration::from_hours(24);

/// A folder that only its owner may enter. It is deleted with all that is in it when this is dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes one in the folder of a file, so that what is made in it can be moved to that file's place.
    pub(super) fn beside(file: &Path) -> Result<Self, Trouble> {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        Self::within(folder.unwrap_or(Path::new(".")))
    }

    /// Makes one beside a file, or where temporary files lie, if that cannot be written.
    pub(super) fn near(file: &Path) -> Result<Self, Trouble> {
        Self::beside(file).or_else(|_| Self::within(&std::env::temp_dir()))
    }

    /// Makes one in a folder, and clears away what others that were killed left in it a day ago.
    pub(super) fn within(folder: &Path) -> Result<Self, Trouble> {
        clear(folder);
        let mut chance = [0; 8];
        random(&mut chance);
        let path = folder.join(format!("{PREFIX}{}", hex::encode(chance)));
        let mut builder = DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Ok(()) => Ok(Self { path }),
            Err(error) => Err(Trouble::absent(anyhow!(
                "{} cannot be written: make the folder and let this user write it, or name another ({error})",
                folder.display()
            ))),
        }
    }

    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is cleared away another day.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn clear(folder: &Path) {
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
