//! The database files that this process has open.
//!
//! The system forgets every lock that a process has on a file as soon as the process closes any descriptor of that file.
//! SQLite knows that of its own descriptors. So nothing else may open and close a database that this process has open:
//! another process would take it for free, and delete the write-ahead log under this one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use super::file_id::FileId;
use super::unavailable;
use crate::StoreError;
use crate::lock::lock;

/// How many connections or groups of them each file is open for.
static OPEN: Mutex<BTreeMap<FileId, usize>> = Mutex::new(BTreeMap::new());

/// A database file that this process has open for as long as this lives. It must outlive the connections.
#[derive(Debug)]
pub(super) struct OpenFile(FileId);

impl OpenFile {
    /// Claims the file at `path` before it is opened as a database. `check` looks at its bytes, and may make it; it is
    /// left out where this process has the file open, and so has looked at it.
    pub(super) fn claim(
        path: &Path,
        check: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        // Held during the check: nobody opens the file between its look and its closing.
        let mut open = lock(&OPEN);
        let known = FileId::of(path).ok();
        if known.is_none_or(|file| !open.contains_key(&file)) {
            check()?;
        }
        let file = FileId::of(path).map_err(unavailable)?;
        *open.entry(file).or_default() += 1;
        Ok(Self(file))
    }
}

/// Whether this process has the file at `path` open.
#[cfg(feature = "replica")]
pub(super) fn holds(path: &Path) -> bool {
    FileId::of(path).is_ok_and(|file| lock(&OPEN).contains_key(&file))
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = lock(&OPEN);
        if let Some(count) = open.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.0);
            }
        }
    }
}
