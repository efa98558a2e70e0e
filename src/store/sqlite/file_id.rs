//! Which file a path leads to.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// The identity of a file. The device is no part of it: its number may be another after the machine was started again.
/// The time of its making is, where the file system knows it, because a number is soon given to another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct FileId {
    inode: u64,
    created_ns: Option<u64>,
}

impl FileId {
    /// Returns the identity of the file that is at a path now. Nothing is opened.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let found = fs::metadata(path)?;
        let created = found.created().ok();
        let created = created.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            inode: found.ino(),
            created_ns: created.and_then(|since| u64::try_from(since.as_nanos()).ok()),
        })
    }
}
