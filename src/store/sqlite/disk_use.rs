//! The place a database takes on its disk.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::statvfs;

use super::files::beside;
use crate::DiskUse;

/// What the names of the files end in that a database in use is made of.
const FILES: [&str; 3] = ["", "-wal", "-shm"];

/// Returns the bytes of a database's files, and those of its disk.
pub(super) fn measure(path: &Path) -> io::Result<DiskUse> {
    let disk = statvfs(path)?;
    // One that is not there takes nothing.
    let bytes = FILES.iter().filter_map(|ending| {
        let file = fs::metadata(beside(path, ending)).ok()?;
        Some(file.len())
    });
    Ok(DiskUse {
        bytes: bytes.sum(),
        // What only root may still take does not help this process.
        free_bytes: Some(disk.f_bavail.saturating_mul(disk.f_frsize)),
        disk_bytes: Some(disk.f_blocks.saturating_mul(disk.f_frsize)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_takes_what_its_files_do() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("journal.sqlite");
        fs::write(&path, [0; 700]).expect("it can be written");
        fs::write(beside(&path, "-wal"), [0; 300]).expect("it can be written");
        let used = measure(&path).expect("it is there");
        assert_eq!(used.bytes, 1_000);
        let (free, disk) = (used.free_bytes, used.disk_bytes);
        assert!(free > Some(0) && free <= disk, "{free:?} of {disk:?}");
        assert!(measure(&folder.path().join("elsewhere")).is_err());
    }
}
