//! What the process says: lines for people on a terminal, lines for programs elsewhere.

mod bounded;
mod json;

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::JsonFields;

use bounded::Bounded;
use json::JsonLine;

/// Crates that say at debug what they carry: a statement's values, headers, bodies. What passes through them are
/// whispers, seeds and keys, so no level opens them.
const CLOSED: [&str; 10] = [
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

/// Bytes of a log line at most, its end included: what collectors take without cutting.
const LINE_MAX: usize = 8 * 1024;

/// Says whether log lines are for people.
pub(crate) fn for_people(format: LogFormat) -> bool {
    match format {
        LogFormat::Auto => io::stdout().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    }
}

/// The closed crate that directives would open: one for a part of it would be more particular than ours.
pub(crate) fn library_opened_by(directives: &str) -> Option<&'static str> {
    CLOSED.into_iter().find(|closed| {
        directives.split(',').any(|directive| {
            let rest = directive.trim().strip_prefix(closed);
            rest.is_some_and(|rest| rest.starts_with(['=', ':', '[']))
        })
    })
}

/// What is logged at a level, or by directives.
fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    let mut filter = EnvFilter::try_new(level)?;
    for closed in CLOSED {
        filter = filter.add_directive(format!("{closed}=info").parse()?);
    }
    Ok(filter)
}

/// Starts the log of this process, panics included.
///
/// # Errors
///
/// When `level` is no filter, or the process has a log already.
pub(crate) fn start(level: &str, format: LogFormat) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(level)?)
        .with_writer(|| Bounded::new(io::stdout()));
    let started = if for_people(format) {
        lines
            .compact()
            .with_ansi(io::stdout().is_terminal())
            .try_init()
    } else {
        lines
            .fmt_fields(JsonFields::new())
            .event_format(JsonLine)
            .try_init()
    };
    started.map_err(|error| anyhow::anyhow!(error))?;
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let said = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(
            severity = "CRITICAL",
            place,
            "a part of the program panicked: {said}"
        );
    }));
    Ok(())
}
