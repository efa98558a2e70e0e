//! The log of the process: text for people on a terminal, JSON for log collectors elsewhere.
//!
//! It belongs to the world outside: whatever becomes of the standard output, nobody who logs waits for it, and no failure
//! of it reaches the game. What is lost is counted.

mod dropped;
mod json;
mod level;
mod library_limiter;
mod line_queue;

#[cfg(test)]
mod shared_buffer;

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::AsFd as _;
use std::panic;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use json::JsonFormat;
use library_limiter::LibraryLimiter;
use line_queue::{LineQueue, QueueWriter};

use super::process_metrics;

pub(crate) use dropped::register;
pub(crate) use level::{shown as level, toggle_debug};

/// Libraries that log the data they transport at `debug`: values of statements, headers, bodies. These contain
/// whispers, seeds and keys, so no directive makes these libraries log below the level that stands here.
const SILENCED: [(&str, &str); 15] = [
    ("aws_config", "info"),
    ("aws_runtime", "info"),
    ("aws_sdk_s3", "info"),
    ("aws_sdk_apigatewaymanagement", "info"),
    ("aws_sdk_dynamodb", "info"),
    ("aws_sdk_secretsmanager", "info"),
    ("aws_smithy_http_client", "info"),
    ("aws_smithy_runtime", "info"),
    ("aws_smithy_runtime_api", "info"),
    // It warns of what clients do, as often as they do it.
    ("h2", "error"),
    ("hyper", "info"),
    ("lambda_http", "info"),
    ("lambda_runtime", "info"),
    ("reqwest", "info"),
    ("tokio_postgres", "info"),
];

/// The lines of this process, which has one standard output.
static LINES: LineQueue = LineQueue::new();

/// How long the end of the process waits for the last lines.
const FLUSH_TIME: Duration = Duration::from_millis(500);

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// Text for people.
    Text,
    /// JSON for log collectors.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Bytes of a log line at most, with the line break. Log collectors accept such a line without splitting it.
const LINE_MAX: usize = 8 * 1024;

/// Tells whether log lines are text.
pub(crate) fn is_text(format: LogFormat) -> bool {
    match format {
        LogFormat::Auto => io::stdout().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    }
}

/// Returns the silenced library that `directives` would make log in detail.
///
/// A directive for one of its modules or spans would win over the directive that silences the library, because it
/// is more specific.
pub(crate) fn library_opened_by(directives: &str) -> Option<&'static str> {
    let libraries = SILENCED.into_iter().map(|(library, _)| library);
    libraries.into_iter().find(|library| {
        directives.split(',').any(|directive| {
            let rest = directive.trim().strip_prefix(library);
            rest.is_some_and(|rest| rest.starts_with(['=', ':', '[']))
        })
    })
}

/// Returns the filter of a level or of directives, with the silenced libraries added.
fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    let mut filter = EnvFilter::try_new(level)?;
    for (library, level) in SILENCED {
        filter = filter.add_directive(format!("{library}={level}").parse()?);
    }
    Ok(filter)
}

/// Writes what is queued when the process is about to end, and waits for it, but not for long.
#[derive(Debug)]
pub(crate) struct LogFlush(());

impl Drop for LogFlush {
    fn drop(&mut self) {
        LINES.flush(FLUSH_TIME);
    }
}

/// Waits until the lines of this process are written, for half a second at most. A process that may be stopped for ever
/// after an answer does so before it answers.
pub fn flush() {
    LINES.flush(FLUSH_TIME);
}

/// Starts the log of this process, which also logs panics. The lines queued last are written when the value returned is
/// dropped.
///
/// # Errors
///
/// When `level` is not a valid filter, the process has started its log already, or it may have no further thread.
pub(crate) fn start(level: &str, format: LogFormat) -> anyhow::Result<LogFlush> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(level)?)
        // They would go to the standard error by a macro that panics when that fails, too.
        .log_internal_errors(false)
        .with_writer(|| QueueWriter(&LINES));
    let limiter = LibraryLimiter::new(&LINES.repeated);
    let started = if is_text(format) {
        let lines = lines.compact().with_ansi(io::stdout().is_terminal());
        let lines = lines.with_filter_reloading();
        let handle = lines.reload_handle();
        let started = lines.finish().with(limiter).try_init();
        started.map(|()| level::remember(level, Box::new(move |new| handle.reload(new).is_ok())))
    } else {
        let lines = lines.fmt_fields(JsonFields::new()).event_format(JsonFormat);
        let lines = lines.with_filter_reloading();
        let handle = lines.reload_handle();
        let started = lines.finish().with(limiter).try_init();
        started.map(|()| level::remember(level, Box::new(move |new| handle.reload(new).is_ok())))
    };
    started.map_err(|error| anyhow::anyhow!(error))?;
    // Of its own, without the lock of the standard output: a write that never ends would hold it for ever.
    let output = io::stdout().as_fd().try_clone_to_owned();
    let output = output.context("cannot open the standard output")?;
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || LINES.run(File::from(output)))
        .context("cannot start the thread that writes the log")?;
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        process_metrics::PANICS.fetch_add(1, Ordering::Relaxed);
        let message = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(
            severity = "CRITICAL",
            place,
            "a part of the program panicked: {message}"
        );
    }));
    Ok(LogFlush(()))
}

/// Prints words for people, in their order among the lines of the log.
pub(crate) fn print(text: &str) {
    LINES.push(text.as_bytes());
}
