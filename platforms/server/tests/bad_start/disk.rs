//! Disks of a test's own: mounted where only its server sees them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::fresh_setup;
use crate::common::server::Setup;

/// The journal's folder within the setup's, where a disk of its own can be mounted.
pub(crate) const DISK: &str = "disk";

/// A setup whose journal lies on a memory disk, mounted with `options` and seen by the server alone. Nothing
/// where this user may mount nothing.
pub(crate) fn own_disk(options: &str) -> Option<Setup> {
    mounted(fresh_setup(), &format!("-t tmpfs -o {options} tmpfs"))
}

/// The same setup with its journal on what `mount` is told to mount, seen by the server alone. Nothing where this user
/// may mount nothing.
pub(crate) fn mounted(setup: Setup, what: &str) -> Option<Setup> {
    fs::create_dir(setup.folder().join(DISK)).unwrap();
    let journal = setup.folder().join(DISK).join("codex.db");
    after_mounting(
        setup.with("DB_PATH", &journal.display()),
        &format!("mount {what} {DISK}"),
    )
}

/// The same setup, in which a script has mounted something first.
pub(crate) fn after_mounting(setup: Setup, script: &str) -> Option<Setup> {
    // Who is not root may still mount as the root of a user namespace.
    let unshare = ["-m", "-rm"].into_iter().find(|flags| may_mount(flags));
    let Some(unshare) = unshare else {
        say("not shown: this user may not mount a disk of its own here");
        return None;
    };
    let script = format!("{script} && exec \"$0\" \"$@\"");
    Some(setup.through(&["unshare", unshare, "sh", "-c", &script]))
}

fn may_mount(flags: &str) -> bool {
    let mut trial = Command::new("unshare");
    trial
        .args([flags, "mount", "-t", "tmpfs", "tmpfs", "/tmp"])
        .stderr(Stdio::null());
    trial.status().is_ok_and(|status| status.success())
}

/// Every file in a folder and what is in it.
pub(crate) fn contents(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
            found.insert(path, None);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, Some(bytes));
        }
    }
    found
}

#[expect(
    clippy::print_stderr,
    reason = "a claim that was not tested is not to look tested"
)]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
