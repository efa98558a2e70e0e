//! A process that does not outlive the test, nor do its children.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

/// Waits until the test's process is no more, and then ends another and removes its folder. A server that
/// tests share is never dropped, and a killed test drops nothing: but its pipe closes.
const GUARD: &str = r#"cat >/dev/null; kill -s KILL -- "-$1"; rm -rf -- "$2""#;

/// A running server.
#[derive(Debug)]
pub(crate) struct Process {
    server: Child,
    guard: Child,
}

impl Process {
    /// Starts a server whose files are all in `folder`.
    pub(crate) fn start(command: &mut Command, folder: &Path) -> Self {
        let server = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard", &server.id().to_string()])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("a guard cannot be started: {error}"));
        Self { server, guard }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.server.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The guard first: afterwards the number of the server may be another's.
        for child in [&mut self.guard, &mut self.server] {
            // An error says that it has ended already.
            let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
            let _ = child.wait();
        }
    }
}
