//! The progress of a subcommand, shown on stderr once it has taken a second.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::Progress;
use tokio::time::sleep;

/// The time before anything is shown: shorter work shows nothing.
const QUIET: Duration = Duration::from_secs(1);
/// The interval of redrawing on a terminal.
const REDRAW: Duration = Duration::from_millis(200);
/// The interval of lines where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// The width of the bar in characters.
const BAR: usize = 24;

/// The current phase of a subcommand and its progress. Clones share one state.
#[derive(Clone, Default)]
pub(super) struct ProgressBar(Arc<Mutex<ProgressPhase>>);

#[derive(Clone, Default)]
struct ProgressPhase {
    what: String,
    progress: Progress,
    is_shown: bool,
}

impl ProgressBar {
    /// Begins the next phase, and returns the progress to count it with.
    pub(super) fn begin(&self, what: impl Into<String>) -> Progress {
        let progress = Progress::default();
        let mut phase = self.lock();
        phase.what = what.into();
        phase.progress = progress.clone();
        progress
    }

    /// Shows the progress for ever: a bar on a terminal, else lines.
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
            // An error says that nobody reads the output.
            let _ = if terminal {
                write!(out, "\r{line}\x1b[K").and_then(|()| out.flush())
            } else {
                writeln!(out, "{line}")
            };
            drop(out);
            sleep(if terminal { REDRAW } else { LINE_EVERY }).await;
        }
    }

    /// Removes the bar from the terminal.
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
