//! What is mounted where, as Linux tells a process, and how long files on it last.
//!
//! A path alone does not say whether what is written there is kept: a container's own disk, a file system in memory and
//! a volume look alike. `/proc/self/mountinfo` tells them apart, and `/etc/fstab` names the file systems that should be
//! mounted and may not be.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

/// The mounts of this process, a line each.
const MOUNTS: &str = "/proc/self/mountinfo";
/// What is to be mounted at the start of the machine, a line each.
const PROMISED: &str = "/etc/fstab";
/// Bytes of either that are read at most. A machine with thousands of containers has less than one megabyte.
const BYTES_MAX: u64 = 8 * 1024 * 1024;

/// File systems that are in memory.
const IN_MEMORY: [&str; 4] = ["tmpfs", "ramfs", "devtmpfs", "rootfs"];
/// File systems that a container's image and its own writes are laid over each other in.
const LAYERED: [&str; 4] = ["overlay", "overlayfs", "aufs", "fuse-overlayfs"];
/// Digits of the name that a container engine gives a volume that nobody has named.
const ENGINE_NAME_DIGITS: usize = 64;
/// The folder of the volumes that Kubernetes makes empty for a pod, and deletes with it.
const POD_VOLUMES: &str = "kubernetes.io~empty-dir";

/// A file system, or a part of one, at its place in the tree of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where it is mounted.
    pub point: PathBuf,
    /// The folder of its file system that is seen there.
    pub root: PathBuf,
    /// The kind of its file system, such as `ext4`.
    pub kind: String,
}

/// How long files on a mount last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As long as the machine's or the container's own disk.
    OwnDisk,
    /// Until the memory is lost that they are in.
    Memory,
    /// As long as one container.
    ContainerLayer,
    /// As long as one container or pod: a volume that nobody has named, and that no other finds.
    ContainerVolume,
    /// Beyond the container: something was mounted for them.
    Volume,
}

impl Mount {
    /// Finds the mount that a path lies on, or would lie on if it were there.
    ///
    /// # Errors
    ///
    /// When the system does not tell what is mounted.
    pub fn of(path: &Path) -> io::Result<Self> {
        let text = read(MOUNTS)?;
        holding(&mounts(&text), &real(path)?).ok_or_else(|| {
            io::Error::other(format!("{MOUNTS} names no mount for {}", path.display()))
        })
    }

    /// Returns how long files on it last.
    pub fn durability(&self) -> Durability {
        let kind = self.kind.as_str();
        if IN_MEMORY.contains(&kind) {
            Durability::Memory
        } else if LAYERED.contains(&kind) {
            Durability::ContainerLayer
        } else if self.point == Path::new("/") {
            Durability::OwnDisk
        } else if is_container_volume(&self.root) {
            Durability::ContainerVolume
        } else {
            Durability::Volume
        }
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.point.display(), self.kind)
    }
}

/// Returns the mount point that `/etc/fstab` names for a path, if nothing is mounted there now: what is written below
/// goes to the disk that the mount point lies on.
pub fn missing_mount(path: &Path) -> Option<PathBuf> {
    // A machine without either file promises nothing.
    let (promised, mounted) = (read(PROMISED).ok()?, read(MOUNTS).ok()?);
    missing(&promised, &mounts(&mounted), &real(path).ok()?)
}

fn missing(promised: &[u8], mounted: &[Mount], path: &Path) -> Option<PathBuf> {
    let points = lines(promised).filter_map(|line| {
        let point = unescaped(fields(line).nth(1)?);
        // Not the root, which is always mounted, nor `none`, where swap space is not mounted.
        (point.is_absolute() && point.parent().is_some() && path.starts_with(&point))
            .then_some(point)
    });
    let point = points.max_by_key(|point| point.components().count())?;
    let is_mounted = mounted.iter().any(|mount| mount.point == point);
    (!is_mounted).then_some(point)
}

/// Returns where a path really is: without links, as far as it is there.
fn real(path: &Path) -> io::Result<PathBuf> {
    for above in path.ancestors() {
        let there = if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        };
        if let Ok(found) = fs::canonicalize(there) {
            let rest = path.strip_prefix(above).unwrap_or(Path::new(""));
            return Ok(found.join(rest));
        }
    }
    fs::canonicalize(path)
}

/// Of the mounts above a path, the nearest one; of several at one point, the last one hides the others.
fn holding(mounts: &[Mount], path: &Path) -> Option<Mount> {
    let above = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    above
        .max_by_key(|mount| mount.point.components().count())
        .cloned()
}

/// Reads lines such as `36 35 98:0 /folder /point rw - ext4 /dev/sda rw`; optional fields stand before the dash.
fn mounts(text: &[u8]) -> Vec<Mount> {
    let mount = |line| {
        let mut fields = fields(line).skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
        Some(Mount {
            point: unescaped(point),
            root: unescaped(root),
            kind: String::from_utf8_lossy(kind).into_owned(),
        })
    };
    lines(text).filter_map(mount).collect()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|field| !field.is_empty())
}

/// Reads a path in which blanks and backslashes are written as three octal digits.
fn unescaped(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..3).filter(|_| *first == b'\\');
        let byte =
            digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[3..] } else { tail };
    }
    OsString::from_vec(bytes).into()
}

/// Whether a folder is one that a container engine keeps for a volume without a name, `…/volumes/<64 digits>/…`, or that a
/// node of Kubernetes keeps for an `emptyDir`.
fn is_container_volume(root: &Path) -> bool {
    let mut parts = root.iter().skip_while(|part| *part != "volumes").skip(1);
    parts.any(|part| {
        let is_engines_name =
            part.len() == ENGINE_NAME_DIGITS && part.as_bytes().iter().all(u8::is_ascii_hexdigit);
        is_engines_name || part == POD_VOLUMES
    })
}

fn read(path: &str) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(BYTES_MAX).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A container with a named volume, an unnamed one, a folder of the host and a file system in memory.
    const CONTAINER: &str = "\
700 600 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a:/b
701 700 0:53 / /proc rw - proc proc rw
702 700 254:1 /var/lib/docker/volumes/codex_data/_data /data rw,relatime - ext4 /dev/vda1 rw
703 700 254:1 /var/lib/docker/volumes/2b6f0cc904d137be2e1730235f5664094b831186b5ae85ef5c0d0f4c1f0a7f3e/_data /other rw - ext4 /dev/vda1 rw
704 700 254:1 /srv/my\\040games /mnt/my\\040games rw shared:2 master:3 - xfs /dev/vda1 rw
705 700 0:60 / /tmp rw - tmpfs tmpfs rw
706 702 0:61 / /data/scratch rw - tmpfs tmpfs rw
707 700 254:1 /var/lib/kubelet/pods/1-2/volumes/kubernetes.io~empty-dir/data /pod rw - ext4 /dev/vda1 rw
708 700 254:9 / /claimed rw - ext4 /dev/vdb rw
";

    fn durability_of(path: &str) -> Durability {
        let mounts = mounts(CONTAINER.as_bytes());
        holding(&mounts, Path::new(path)).unwrap().durability()
    }

    #[test]
    fn what_a_container_is_given_is_told_from_what_goes_with_it() {
        assert_eq!(durability_of("/codex.db"), Durability::ContainerLayer);
        assert_eq!(durability_of("/data/codex.db"), Durability::Volume);
        assert_eq!(
            durability_of("/other/codex.db"),
            Durability::ContainerVolume
        );
        assert_eq!(durability_of("/pod/codex.db"), Durability::ContainerVolume);
        assert_eq!(durability_of("/claimed/codex.db"), Durability::Volume);
        assert_eq!(durability_of("/mnt/my games/codex.db"), Durability::Volume);
        assert_eq!(durability_of("/tmp/codex.db"), Durability::Memory);
        assert_eq!(durability_of("/data/scratch/codex.db"), Durability::Memory);
        assert_eq!(durability_of("/data2/codex.db"), Durability::ContainerLayer);
    }

    #[test]
    fn the_disk_of_a_machine_is_its_own() {
        let machine = mounts(b"27 1 254:0 / / rw - ext4 /dev/vda rw\n");
        let found = holding(&machine, Path::new("/var/lib/codex.db")).unwrap();
        assert_eq!(found.durability(), Durability::OwnDisk);
        assert_eq!(found.to_string(), "/ (ext4)");
    }

    #[test]
    fn of_two_mounts_at_one_point_the_later_one_is_seen() {
        let text = b"1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /d rw - ext4 b rw\n3 2 0:9 / /d rw - tmpfs c rw\n";
        let found = holding(&mounts(text), Path::new("/d/codex.db")).unwrap();
        assert_eq!(found.kind, "tmpfs");
    }

    #[test]
    fn a_mount_that_is_promised_and_not_there_is_named() {
        let promised = b"# a comment\n/dev/sda1 / ext4 defaults 0 1\nnone none swap sw 0 0\n\
            nas:/codex /mnt/nas nfs rw 0 0\nnas:/more /mnt/my\\040nas nfs rw 0 0\n";
        let mounted = mounts(b"27 1 254:0 / / rw - ext4 /dev/vda rw\n");
        let missing_at = |path| missing(promised, &mounted, Path::new(path));
        assert_eq!(missing_at("/mnt/nas/codex"), Some("/mnt/nas".into()));
        assert_eq!(missing_at("/mnt/nas"), Some("/mnt/nas".into()));
        assert_eq!(missing_at("/mnt/my nas/codex"), Some("/mnt/my nas".into()));
        assert_eq!(missing_at("/mnt/nasty"), None);
        assert_eq!(missing_at("/var/lib/codex"), None);
        let there = mounts(b"27 1 254:0 / / rw - ext4 a rw\n28 27 0:4 / /mnt/nas rw - nfs4 b rw\n");
        assert_eq!(missing(promised, &there, Path::new("/mnt/nas/codex")), None);
    }

    #[test]
    fn a_path_that_is_not_there_yet_lies_on_the_mount_of_the_folder_above() {
        let folder = std::env::temp_dir();
        let above = Mount::of(&folder).unwrap();
        assert_eq!(Mount::of(&folder.join("not/there/yet")).unwrap(), above);
        assert!(Mount::of(Path::new("not-there.db")).is_ok());
    }

    #[test]
    fn lines_that_are_none_are_passed_over() {
        assert_eq!(mounts(b"\n1 2 3\nnonsense\n\xFF\xFE 1 1:1 / /a rw\n"), []);
        assert_eq!(unescaped(b"/a\\04"), Path::new("/a\\04"));
        assert_eq!(unescaped(b"/a\\999b"), Path::new("/a\\999b"));
    }
}
