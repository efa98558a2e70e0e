//! The names of the objects in a folder, in the order of their bytes.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::disk::HEAD;
use crate::{LIST_MAX, ListEntry};

/// Lists at most [`LIST_MAX`] objects whose names begin with `prefix` and come after `after`.
pub(super) fn list(folder: &Path, prefix: &str, after: Option<&str>) -> io::Result<Vec<ListEntry>> {
    let mut walk = Walk {
        prefix,
        after,
        found: Vec::new(),
    };
    walk.enter(folder, "")?;
    Ok(walk.found)
}

struct Walk<'a> {
    prefix: &'a str,
    after: Option<&'a str>,
    found: Vec<ListEntry>,
}

impl Walk<'_> {
    /// Walks through a folder whose objects' names begin with `above`.
    fn enter(&mut self, folder: &Path, above: &str) -> io::Result<()> {
        for name in names(folder)? {
            if self.found.len() == LIST_MAX {
                return Ok(());
            }
            let key = format!("{above}{name}");
            let path = folder.join(&name);
            if name.ends_with('/') {
                if self.may_hold(&key) {
                    self.enter(&path, &key)?;
                }
            } else if self.wants(&key) {
                self.take(&path, key)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, key: String) -> io::Result<()> {
        match fs::metadata(path) {
            Ok(found) => {
                let bytes = found.len().saturating_sub(HEAD as u64);
                self.found.push(ListEntry { key, bytes });
                Ok(())
            }
            // It has been deleted since.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn wants(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && self.after.is_none_or(|after| key > after)
    }

    /// Whether a name that begins with `above` may be wanted.
    fn may_hold(&self, above: &str) -> bool {
        let in_prefix = above.starts_with(self.prefix) || self.prefix.starts_with(above);
        let to_come = self
            .after
            .is_none_or(|after| after.starts_with(above) || above > after);
        in_prefix && to_come
    }
}

/// Returns what a folder has in it, folders with a slash at their end: with it they stand in the order
/// of the names in them, `a-b` before `a/b` before `a0`.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        // What is no text, or begins with a dot, is no object's.
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
