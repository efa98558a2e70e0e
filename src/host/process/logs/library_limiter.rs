//! Bounds what libraries log: a client that makes one complain must not fill the log.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The crates whose lines are all written: what a client can make them say is limited where it is said.
const OURS: [&str; 18] = [
    "admin",
    "arcane_codex",
    "bootstrap",
    "bucket",
    "bus",
    "cloudrun",
    "ecs",
    "game",
    "heroku",
    "host",
    "lambda",
    "pg",
    "profiles",
    "retry",
    "service",
    "store",
    "tls",
    "web",
];

/// Lines of one kind that are written in a [`WINDOW`].
const LINES_MAX: u32 = 10;
const WINDOW: Duration = Duration::from_mins(1);
/// Kinds that are counted apart; there are no more than places in the libraries that log.
const KINDS_MAX: usize = 1_000;

/// Lets through some lines of each kind a minute, of those that libraries log at `info` and above. Whoever sets a
/// library's level to `debug` wants them all.
pub(super) struct LibraryLimiter {
    kinds: Mutex<HashMap<LineKind, LineCount>>,
    /// Counts the lines that were left out.
    left_out: &'static AtomicU64,
}

/// Lines that are alike: those of one place in the code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum LineKind {
    Event(Identifier),
    /// One that came through the crate `log`, which has one place for all: its target and its line.
    Record(String, u64),
    /// All others, beyond [`KINDS_MAX`].
    Other,
}

#[derive(Debug)]
struct LineCount {
    since: Instant,
    lines: u32,
}

impl LibraryLimiter {
    pub(super) fn new(left_out: &'static AtomicU64) -> Self {
        Self {
            kinds: Mutex::default(),
            left_out,
        }
    }

    /// Counts a line and tells whether there have been few like it.
    fn is_within_limit(&self, kind: LineKind) -> bool {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = kinds.len() < KINDS_MAX || kinds.contains_key(&kind);
        let kind = if is_known { kind } else { LineKind::Other };
        let now = Instant::now();
        let count = kinds.entry(kind).or_insert(LineCount {
            since: now,
            lines: 0,
        });
        if now.duration_since(count.since) >= WINDOW {
            *count = LineCount {
                since: now,
                lines: 0,
            };
        }
        count.lines = count.lines.saturating_add(1);
        count.lines <= LINES_MAX
    }
}

impl<S: Subscriber> Layer<S> for LibraryLimiter {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        let is_free = *metadata.level() > Level::INFO || is_ours(metadata.target());
        if is_free || self.is_within_limit(kind_of(event)) {
            return true;
        }
        self.left_out.fetch_add(1, Ordering::Relaxed);
        false
    }
}

fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    OURS.contains(&name)
}

fn kind_of(event: &Event<'_>) -> LineKind {
    let metadata = event.metadata();
    if metadata.target() != "log" {
        return LineKind::Event(metadata.callsite());
    }
    let mut place = RecordPlace::default();
    event.record(&mut place);
    LineKind::Record(place.target, place.line)
}

/// Where a record of the crate `log` comes from, as its bridge writes it into fields.
#[derive(Default)]
struct RecordPlace {
    target: String,
    line: u64,
}

impl Visit for RecordPlace {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "log.target" {
            value.clone_into(&mut self.target);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.line = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::process::logs::shared_buffer::SharedBuffer;

    #[test]
    fn a_library_that_repeats_itself_is_cut_short_and_the_rest_is_counted() {
        static LEFT_OUT: AtomicU64 = AtomicU64::new(0);
        let lines = logged(&LEFT_OUT, || {
            for number in 0..1_000 {
                tracing::warn!(target: "h2::proto", number, "the same again");
                tracing::info!(target: "web::guard", number, "ours");
                tracing::debug!(target: "h2::proto", number, "asked for");
            }
            tracing::warn!(target: "h2::proto", "something else");
        });
        let count = |word: &str| lines.matches(word).count();
        assert_eq!(count("the same again"), 10);
        assert_eq!(LEFT_OUT.load(Ordering::Relaxed), 990);
        assert_eq!(
            (count("ours"), count("asked for"), count("something else")),
            (1_000, 1_000, 1)
        );
    }

    #[test]
    fn there_is_an_end_to_what_is_remembered() {
        static LEFT_OUT: AtomicU64 = AtomicU64::new(0);
        let limiter = LibraryLimiter::new(&LEFT_OUT);
        for line in 0..10_000 {
            limiter.is_within_limit(LineKind::Record("rustls".to_owned(), line));
        }
        assert_eq!(limiter.kinds.lock().unwrap().len(), KINDS_MAX + 1);
    }

    #[test]
    fn every_crate_of_the_workspace_that_logs_is_known_as_ours() {
        for folder in ["..", "../../platforms"] {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let manifest = fs::read_to_string(entry.path().join("Cargo.toml"));
                let logs = manifest.is_ok_and(|text| text.contains("\ntracing"));
                let name = entry.file_name().into_string().unwrap();
                assert!(!logs || is_ours(&name), "{name}");
            }
        }
    }

    /// Returns what a log with this limit writes of `action`.
    fn logged(left_out: &'static AtomicU64, action: impl FnOnce()) -> String {
        let out = SharedBuffer::default();
        let writer = out.clone();
        let lines = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish()
            .with(LibraryLimiter::new(left_out));
        tracing::subscriber::with_default(lines, action);
        out.text()
    }
}
