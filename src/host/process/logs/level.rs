//! The level of the log while the process runs: as it was set, or `debug` until it is told back.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_subscriber::EnvFilter;

use super::filter;

/// The level of this process's log, once it is started.
static LEVEL: OnceLock<LogLevel> = OnceLock::new();

/// Replaces the filter of the log. Returns whether that worked.
type Reload = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

struct LogLevel {
    /// The level or directives that were set.
    configured: String,
    reload: Reload,
    is_debug: AtomicBool,
}

/// Remembers what was set, and how to set it otherwise.
pub(super) fn remember(configured: &str, reload: Reload) {
    let level = LogLevel {
        configured: configured.to_owned(),
        reload,
        is_debug: AtomicBool::new(false),
    };
    // A process starts its log once.
    let _ = LEVEL.set(level);
}

/// Returns the level or the directives in force; nothing before the log is started.
pub(crate) fn shown() -> String {
    LEVEL.get().map_or_else(String::new, |level| {
        if level.is_debug.load(Ordering::Relaxed) {
            "debug".to_owned()
        } else {
            level.configured.clone()
        }
    })
}

/// Has the log show everything that `debug` shows, or what it showed before. Libraries that log what they transport stay
/// silenced. Says so in a line that is seen at either level.
pub(crate) fn toggle_debug() {
    let Some(level) = LEVEL.get() else { return };
    let was_debug = level.is_debug.fetch_xor(true, Ordering::Relaxed);
    let shown = if was_debug {
        level.configured.as_str()
    } else {
        "debug"
    };
    if was_debug {
        tracing::info!(level = shown, "the level of the log is as it was set");
    }
    // What was set was a filter at the start.
    let changed = filter(shown).is_ok_and(|filter| (level.reload)(filter));
    if !changed {
        tracing::warn!(level = shown, "the level of the log could not be changed");
    } else if !was_debug {
        tracing::info!(
            level = shown,
            "the level of the log is debug; another SIGUSR1 changes it back"
        );
    }
}
