//! Where a database may lie: a local disk, in a folder that is there and can be written.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::errors::unusable;
use crate::StoreError;

/// File systems on which processes do not see each other's write-ahead index, and a lock may be no lock.
const NETWORK: [(u32, &str); 6] = [
    (0x0000_6969, "NFS"),
    (0x0000_517B, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0xFF53_4D42, "SMB"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9p"),
];

/// Checks the place of a database, and returns where it really is. Nothing is made or opened yet.
pub(super) fn check(given: &Path) -> Result<PathBuf, StoreError> {
    // A link is followed first: what matters is the folder in which SQLite puts its other files.
    let path = fs::canonicalize(given).unwrap_or_else(|_| given.to_owned());
    if path.is_dir() {
        return Err(unusable(&path, "is a folder: name a file in it"));
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    check_folder(folder)?;
    Ok(path)
}

/// Makes the file of a database if there is none. The process must not have it open.
pub(super) fn make_if_missing(path: &Path) -> Result<(), StoreError> {
    match fs::OpenOptions::new().append(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => make(path),
        Err(error) => Err(unusable(
            path,
            &format!("cannot be written: let this user write it, or name another file ({error})"),
        )),
    }
}

fn check_folder(folder: &Path) -> Result<(), StoreError> {
    let found = fs::metadata(folder).map_err(|error| {
        let why = format!(
            "is to hold the database and cannot be opened: make the folder, or name another path \
             ({error})"
        );
        unusable(folder, &why)
    })?;
    if !found.is_dir() {
        return Err(unusable(
            folder,
            "is to hold the database and is not a folder: name another path",
        ));
    }
    check_file_system(folder)
}

#[cfg(target_os = "linux")]
fn check_file_system(folder: &Path) -> Result<(), StoreError> {
    use rustix::fs::{Access, access, statfs};

    let kind = statfs(folder).map_err(|error| unusable(folder, &format!("({error})")))?;
    let network = u32::try_from(kind.f_type).ok().and_then(network_name);
    if let Some(name) = network {
        let why = format!(
            "is on a network file system ({name}), where a database can be damaged: name a path on a \
             local disk"
        );
        return Err(unusable(folder, &why));
    }
    access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        let why = format!(
            "cannot be written, and a database needs files beside it: let this user write it, or name \
             another path ({error})"
        );
        unusable(folder, &why)
    })
}

#[cfg(not(target_os = "linux"))]
fn check_file_system(_folder: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Names the network file system of a `statfs` type. `None` for every other.
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux tells")
)]
fn network_name(kind: u32) -> Option<&'static str> {
    let known = NETWORK.iter().find(|(number, _)| *number == kind);
    known.map(|(_, name)| *name)
}

/// Makes an empty file that only its owner may read: whispers are in it.
pub(crate) fn make_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make(path: &Path) -> Result<(), StoreError> {
    match make_private(path) {
        Ok(_) => Ok(()),
        // Another process has just made it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot_be_made(path, &error)),
    }
}

fn cannot_be_made(path: &Path, error: &io::Error) -> StoreError {
    unusable(
        path,
        &format!("cannot be made: let this user write its folder, or name another path ({error})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_file_system_is_known_by_name() {
        let known = [
            (0x6969, "NFS"),
            (0x517B, "SMB"),
            (0xFE53_4D42, "SMB"),
            (0xFF53_4D42, "SMB"),
            (0x6573_5546, "FUSE"),
            (0x0102_1997, "9p"),
        ];
        for (kind, name) in known {
            assert_eq!(network_name(kind), Some(name), "{kind:#x}");
        }
    }

    #[test]
    fn local_file_systems_are_not_taken_for_network_ones() {
        let (ext4, xfs, btrfs) = (0xEF53, 0x5846_5342, 0x9123_683E);
        let (tmpfs, overlay, zfs) = (0x0102_1994, 0x794C_7630, 0x2FC1_2FC1);
        for kind in [ext4, xfs, btrfs, tmpfs, overlay, zfs] {
            assert_eq!(network_name(kind), None, "{kind:#x}");
        }
    }
}
