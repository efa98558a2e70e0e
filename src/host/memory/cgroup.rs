//! The memory limit that the control groups of this process set.

use std::fs;
use std::path::{Path, PathBuf};

/// The limit of a control group without one, and everything near it: version 1 rounds it down to a page.
const UNLIMITED_BYTES: usize = usize::MAX / 4;

/// Returns the memory limit of this process in bytes, if a control group of Linux sets one.
pub(crate) fn memory_limit() -> Option<usize> {
    limit_below(Path::new("/"))
}

/// Reads the groups of this process, and the limit of each and of those above it; the lowest counts.
fn limit_below(root: &Path) -> Option<usize> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let files = groups.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next()?, fields.next()?);
        let (mount, name) = if controllers.is_empty() {
            ("sys/fs/cgroup", "memory.max")
        } else if controllers.split(',').any(|it| it == "memory") {
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            return None;
        };
        Some((root.join(mount), group, name))
    });
    let limits = files.flat_map(|(mount, group, name)| {
        // A container may see its group as the root, though the process is told its name outside.
        let folders = folders(&mount, group).into_iter();
        folders.filter_map(move |folder| read_bytes(&folder.join(name)))
    });
    limits.min().filter(|bytes| *bytes < UNLIMITED_BYTES)
}

/// Returns the folder of a group and of each above it.
fn folders(mount: &Path, group: &str) -> Vec<PathBuf> {
    let group = Path::new(group.trim_start_matches('/'));
    group.ancestors().map(|part| mount.join(part)).collect()
}

/// Reads a number. The word `max` is none.
fn read_bytes(path: &Path) -> Option<usize> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_limit_of_all_groups_counts() {
        let two = [
            ("proc/self/cgroup", "0::/pod/app\n"),
            ("sys/fs/cgroup/memory.max", "max"),
            ("sys/fs/cgroup/pod/memory.max", "268435456\n"),
            ("sys/fs/cgroup/pod/app/memory.max", "max\n"),
        ];
        assert_eq!(limit_of(&two), Some(268_435_456));
        let one = [
            (
                "proc/self/cgroup",
                "4:cpu,cpuacct:/\n3:memory:/docker/a\n0::/\n",
            ),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
        ];
        assert_eq!(limit_of(&one), Some(536_870_912));
    }

    #[test]
    fn a_process_without_a_limit_has_none() {
        let unlimited = [
            ("proc/self/cgroup", "3:memory:/\n"),
            (
                "sys/fs/cgroup/memory/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
        ];
        assert_eq!(limit_of(&unlimited), None);
        assert_eq!(limit_of(&[]), None);
    }

    fn limit_of(files: &[(&str, &str)]) -> Option<usize> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        limit_below(root.path())
    }
}
