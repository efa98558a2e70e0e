//! Whether a folder is one that objects may be kept in: there, on the disk it should be on, and ours or empty.

use std::fs;
use std::io;
use std::path::Path;

use super::disk::LOCK_FILE;
use super::is_word;
use crate::BucketUrlError;

/// Entries of a folder that are looked at.
const ENTRIES_MAX: usize = 10_000;
/// What a new file system of Linux has in its root.
const OF_FILE_SYSTEMS: &str = "lost+found";

/// Looks at a folder, and changes nothing.
pub(super) fn check(folder: &Path) -> Result<(), BucketUrlError> {
    let shown = folder.display();
    if let Some(point) = mounts::missing_mount(folder) {
        return Err(BucketUrlError(format!(
            "{shown} lies on {}, which /etc/fstab names and where nothing is mounted: mount it",
            point.display()
        )));
    }
    if !folder.is_dir() {
        return Err(BucketUrlError(format!(
            "{shown} is not there: mount it or make the folder, or name another place"
        )));
    }
    match foreign_entry(folder) {
        Ok(None) => Ok(()),
        Ok(Some(entry)) => Err(BucketUrlError(format!(
            "{shown} holds something else ({entry}), which is left as it is: name an empty folder"
        ))),
        Err(error) => Err(BucketUrlError(format!(
            "{shown} cannot be read: let this user read and write it, or name another folder ({error})"
        ))),
    }
}

/// Finds an entry that no bucket has. A folder that has been opened as one has its lock; in any other, an object's name
/// may be one of a copied bucket, and who knows its objects decides.
fn foreign_entry(folder: &Path) -> io::Result<Option<String>> {
    if folder.join(LOCK_FILE).is_file() {
        return Ok(None);
    }
    for entry in fs::read_dir(folder)?.take(ENTRIES_MAX) {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && name != OF_FILE_SYSTEMS && !is_word(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
