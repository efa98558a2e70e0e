//! What the process says: lines for people on a terminal, lines for programs elsewhere.

mod bounded;
mod json;

use std::io::{self, IsTerminal as _};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::JsonFields;

use crate::config::LogFormat;
use bounded::Bounded;
use json::JsonLine;

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

/// Starts the log of this process, panics included.
///
/// # Errors
///
/// When `level` is no filter, or the process has a log already.
pub(crate) fn start(level: &str, format: LogFormat) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(level)?)
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
