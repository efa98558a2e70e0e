//! The log of the process: text for people on a terminal, JSON for log collectors elsewhere.

mod json;
mod line_limiter;

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::JsonFields;

use json::JsonFormat;
use line_limiter::LineLimiter;

/// Libraries that log the data they transport at `debug`: values of statements, headers, bodies. These contain
/// whispers, seeds and keys, so no directive makes these libraries log below `info`.
const SILENCED: [&str; 10] = [
    "aws_config",
    "aws_runtime",
    "aws_sdk_s3",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "h2",
    "hyper",
    "reqwest",
    "tokio_postgres",
];

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
    SILENCED.into_iter().find(|library| {
        directives.split(',').any(|directive| {
            let rest = directive.trim().strip_prefix(library);
            rest.is_some_and(|rest| rest.starts_with(['=', ':', '[']))
        })
    })
}

/// Returns the filter of a level or of directives, with the silenced libraries added.
fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    let mut filter = EnvFilter::try_new(level)?;
    for library in SILENCED {
        filter = filter.add_directive(format!("{library}=info").parse()?);
    }
    Ok(filter)
}

/// Starts the log of this process, which also logs panics.
///
/// # Errors
///
/// When `level` is not a valid filter, or the process has started its log already.
pub(crate) fn start(level: &str, format: LogFormat) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(level)?)
        .with_writer(|| LineLimiter::new(io::stdout()));
    let started = if is_text(format) {
        lines
            .compact()
            .with_ansi(io::stdout().is_terminal())
            .try_init()
    } else {
        lines
            .fmt_fields(JsonFields::new())
            .event_format(JsonFormat)
            .try_init()
    };
    started.map_err(|error| anyhow::anyhow!(error))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(
            severity = "CRITICAL",
            place,
            "a part of the program panicked: {message}"
        );
    }));
    Ok(())
}
