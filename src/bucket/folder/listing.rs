//! Lists the objects in a folder in the order of the bytes of their keys.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::disk::HEADER_BYTES;
use crate::{LIST_MAX, ListEntry};

/// Lists at most [`LIST_MAX`] objects whose keys begin with `prefix` and come after `after`.
pub(super) fn list(folder: &Path, prefix: &str, after: Option<&str>) -> io::Result<Vec<ListEntry>> {
    let mut walk = ListingWalk {
        prefix,
        after,
        found: Vec::new(),
    };
    walk.visit(folder, "")?;
    Ok(walk.found)
}

/// A walk through the folder, depth first.
struct ListingWalk<'a> {
    prefix: &'a str,
    after: Option<&'a str>,
    found: Vec<ListEntry>,
}

impl ListingWalk<'_> {
    /// Visits a folder whose objects' keys begin with `above`.
    fn visit(&mut self, folder: &Path, above: &str) -> io::Result<()> {
        for name in names(folder)? {
            if self.found.len() == LIST_MAX {
                return Ok(());
            }
            let key = format!("{above}{name}");
            let path = folder.join(&name);
            if name.ends_with('/') {
                if self.may_contain(&key) {
                    self.visit(&path, &key)?;
                }
            } else if self.wants(&key) {
                self.add(&path, key)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, key: String) -> io::Result<()> {
        match fs::metadata(path) {
            Ok(found) => {
                let bytes = found.len().saturating_sub(HEADER_BYTES as u64);
                self.found.push(ListEntry { key, bytes });
                Ok(())
            }
            // Deleted since the folder was read.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn wants(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && self.after.is_none_or(|after| key > after)
    }

    /// Returns whether a key that begins with `above` may be wanted. Other folders are skipped unread.
    fn may_contain(&self, above: &str) -> bool {
        let in_prefix = above.starts_with(self.prefix) || self.prefix.starts_with(above);
        let to_come = self
            .after
            .is_none_or(|after| after.starts_with(above) || above > after);
        in_prefix && to_come
    }
}

/// Returns the sorted names in a folder, subfolders with a slash at the end: with it they sort as the keys below
/// them do, `a-b` before `a/b` before `a0`.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        // A name that is no UTF-8 or begins with a dot is of no object.
        let Ok(mut name) = entry.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            name.push('/');
        }
        names.push(name);
    }
    names.sort_unstable();
    Ok(names)
}
