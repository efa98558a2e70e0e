//! A control group with a memory limit, where this machine lets one be made.

use std::fs;
use std::path::{Path, PathBuf};

/// A control group. Dropping it removes it, once its processes have ended.
pub(crate) struct MemoryCgroup {
    folder: PathBuf,
    /// The file with the bytes that it takes.
    usage: &'static str,
}

impl MemoryCgroup {
    /// Makes a group with a limit in bytes, of version 2 or 1. Returns `None` where none can be made.
    pub(crate) fn make(name: &str, bytes: u64) -> Option<Self> {
        let name = format!("codex-{name}-{}", std::process::id());
        let versions = [
            ("/sys/fs/cgroup", "memory.max", "memory.current"),
            (
                "/sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
            ),
        ];
        versions.into_iter().find_map(|(root, limit, usage)| {
            let folder = Path::new(root).join(&name);
            fs::create_dir(&folder).ok()?;
            let group = Self { folder, usage };
            // A folder that is no group, or one without the controller, takes no limit.
            fs::metadata(group.folder.join(limit)).ok()?;
            fs::write(group.folder.join(limit), bytes.to_string()).ok()?;
            Some(group)
        })
    }

    /// The program that starts another one in this group.
    pub(crate) fn starter(&self) -> [String; 3] {
        let processes = self.folder.join("cgroup.procs");
        let script = format!("echo $$ >{} && exec \"$0\" \"$@\"", processes.display());
        ["/bin/sh".to_owned(), "-c".to_owned(), script]
    }

    /// The bytes that it takes, with the pages of files that the system keeps for it.
    pub(crate) fn usage_bytes(&self) -> u64 {
        let usage = fs::read_to_string(self.folder.join(self.usage)).unwrap();
        usage.trim().parse().unwrap()
    }
}

impl Drop for MemoryCgroup {
    fn drop(&mut self) {
        // An error says that a process has not ended. The group then stays, empty, until the machine restarts.
        let _ = fs::remove_dir(&self.folder);
    }
}
