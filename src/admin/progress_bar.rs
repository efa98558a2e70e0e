//! How far a subcommand has come, on stderr, once it has taken a second.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::Progress;
use tokio::time::sleep;

/// What is done sooner is not talked about.
const QUIET: Duration = Duration::from_secs(1);
/// Between two pictures on a terminal.
const PICTURE: Duration = Duration::from_millis(200);
/// Between two lines elsewhere.
const LINE: Duration = Duration::from_secs(5);
/// Letters of a bar.
const BAR: usize = 24;

/// What is being done, and how far it has come. Clones tell the same.
#[derive(Clone, Default)]
pub(super) struct ProgressBar(Arc<Mutex<ProgressPhase>>);

#[derive(Clone, Default)]
struct ProgressPhase {
    what: String,
    progress: Progress,
    is_shown: bool,
}

impl ProgressBar {
    /// Something else is done from now on. Returns what is to be told of its progress.
    pub(super) fn begin(&self, what: impl Into<String>) -> Progress {
        let progress = Progress::default();
        let mut phase = self.lock();
        phase.what = what.into();
        phase.progress = progress.clone();
        progress
    }

    /// Shows it for ever: a bar on a terminal, else lines.
    pub(super) async fn show(&self) {
        sleep(QUIET).await;
        let terminal = io::stderr().is_terminal();
        loop {
            let phase = {
                let mut phase = self.lock();
                phase.is_shown = true;
                phase.clone()
            };
            let line = phase.line(terminal);
            let mut out = io::stderr().lock();
            // An error says that nobody reads it.
            let _ = if terminal {
                write!(out, "\r{line}\x1b[K").and_then(|()| out.flush())
            } else {
                writeln!(out, "{line}")
            };
            drop(out);
            sleep(if terminal { PICTURE } else { LINE }).await;
        }
    }

    /// Takes away the bar.
    pub(super) fn clear(&self) {
        if self.lock().is_shown && io::stderr().is_terminal() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ProgressPhase> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProgressPhase {
    fn line(&self, terminal: bool) -> String {
        let (Some(share), Some(line)) = (self.progress.share(), self.progress.line()) else {
            return format!("{} …", self.what);
        };
        if !terminal {
            return format!("{}: {line}", self.what);
        }
        let full = usize::try_from(share).unwrap_or(0) * BAR / 100;
        let bar = format!("{}{}", "#".repeat(full), "-".repeat(BAR - full));
        format!("{} [{bar}] {line}", self.what)
    }
}
