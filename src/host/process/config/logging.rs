//! Settings of the log: what is logged, and in which format.

use std::time::Duration;

use tracing_subscriber::EnvFilter;

use super::parse;
use super::setting::{Setting, SettingGroup};
use super::source::{self, Environment};
use crate::process::logs::{self, LogFormat};

/// The words that set a level.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Settings of the log: the level and the format.
#[derive(Clone, Debug)]
pub struct LoggingConfig {
    /// The level or filter directives that were set.
    pub directives: Option<String>,
    /// The format of a log line.
    pub format: LogFormat,
    /// Whether the default level is `debug`.
    pub debug: bool,
    /// From when on a request, a command or a statement is slow; `None` never.
    pub slow_after: Option<Duration>,
}

impl LoggingConfig {
    /// Returns the level or filter directives in force.
    pub fn level(&self) -> &str {
        let default = if self.debug { "debug" } else { "info" };
        self.directives.as_deref().unwrap_or(default)
    }
}

impl Default for LoggingConfig {
    fn default() -> Self {
        Self {
            directives: None,
            format: LogFormat::Auto,
            debug: false,
            slow_after: Some(Duration::from_secs(1)),
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Logging",
    summary: "What is logged to the standard output, and in which format.",
    settings: &[
        Setting {
            name: "LOG_LEVEL",
            meaning: "What is logged: a level, or filter directives such as info,web=debug",
            form: "error, warn, info, debug, trace, off, or directives",
            essential: true,
            parse: |config, text| {
                directives(text).map(|level| config.logging.directives = Some(level))
            },
            format: |config| config.logging.level().to_owned(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "LOG_FORMAT",
            meaning: "The format of a log line; auto writes text to a terminal and JSON elsewhere",
            form: "auto, text or json",
            parse: |config, text| format(text).map(|format| config.logging.format = format),
            format: |config| config.logging.format.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DEBUG",
            meaning: "Changes the default of LOG_LEVEL to debug, and nothing else",
            form: "true or false",
            parse: |config, text| parse::boolean(text).map(|debug| config.logging.debug = debug),
            format: |config| config.logging.debug.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "LOG_SLOW_MS",
            meaning: "From when on a request, a command or a statement of the journal is slow: each that is has a warning in \
                      the log, a command with the time of each stage; 0 for never",
            form: "milliseconds, 0 to 600000",
            parse: |config, text| {
                let slow_ms = parse::number(text, 0, 600_000)?;
                let slow = (slow_ms > 0).then(|| Duration::from_millis(slow_ms));
                config.logging.slow_after = slow;
                Ok(())
            },
            format: |config| {
                let slow = config.logging.slow_after.unwrap_or_default();
                slow.as_millis().to_string()
            },
            ..Setting::PUBLIC
        },
    ],
    ..SettingGroup::CONSISTENT
};

fn directives(text: &str) -> Result<String, String> {
    let expected = "a level (error, warn, info, debug, trace, off) or filter directives such as info,web=debug";
    let level = match text.to_ascii_lowercase().as_str() {
        // What other services call these levels.
        "warning" => "warn".to_owned(),
        "critical" | "fatal" => "error".to_owned(),
        lower if LEVELS.contains(&lower) => lower.to_owned(),
        _ => text.to_owned(),
    };
    if let Some(library) = logs::library_opened_by(&level) {
        return Err(format!(
            "{expected}; {library} is not logged in detail, because its details contain what it transports"
        ));
    }
    // A filter takes a lone word for a target to log wholly, so a misspelt level would pass.
    let words_known = level
        .split(',')
        .all(|part| part.contains('=') || LEVELS.contains(&part));
    if words_known && EnvFilter::try_new(&level).is_ok() {
        Ok(level)
    } else {
        Err(expected.to_owned())
    }
}

/// Returns the format that an environment names, in which faults of its other settings are logged.
pub(crate) fn format_in(environment: &Environment) -> LogFormat {
    let named = source::value(environment, "LOG_FORMAT").ok().flatten();
    let named = named.and_then(|text| format(&text).ok());
    named.unwrap_or(LogFormat::Auto)
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(LogFormat::Auto),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("auto, text or json".to_owned()),
    }
}
