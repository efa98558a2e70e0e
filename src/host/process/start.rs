//! The first steps of a process: its settings are read, and its log is started.

use std::env;
use std::io::{self, Write as _};

use crate::Platform;
use crate::memory::memory_limit;
use crate::process::config::{self, Config, ConfigError, Environment, LoadedConfig};
use crate::process::logs::{self, LogFlush};

/// A process that has read its settings and started its log, and serves nothing yet.
///
/// Its caller owns the async runtime, which may be that of a provider. Dropping it writes the last lines of the log.
#[derive(Debug)]
pub struct Process {
    pub(crate) loaded: LoadedConfig,
    _log: LogFlush,
}

/// Why a process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings are wrong. The log has said which.
    #[error("settings are wrong")]
    Settings(#[source] ConfigError),
    /// The log cannot be started.
    #[error("the log cannot be started")]
    Log(#[source] anyhow::Error),
}

impl Process {
    /// Reads the settings of `environment` and starts the log.
    ///
    /// `entry_point` is the platform that this program was built for, `known` are all platforms that it recognises.
    ///
    /// # Errors
    ///
    /// [`StartError`] when a setting is wrong or the log cannot be started. Wrong settings are logged, a line each.
    pub fn begin(
        entry_point: Platform,
        known: &[Platform],
        environment: &Environment,
    ) -> Result<Self, StartError> {
        let platform = entry_point.found_among(known, environment);
        let loaded = match Config::read(&platform, environment) {
            Ok(loaded) => loaded.within(memory_limit()).on_this_disk(),
            Err(error) => {
                log_settings(&error, environment);
                return Err(StartError::Settings(error));
            }
        };
        let logging = &loaded.config.logging;
        let log = logs::start(logging.level(), logging.format).map_err(StartError::Log)?;
        Ok(Self { loaded, _log: log })
    }

    /// Returns the configuration in force.
    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// Logs what may be wrong with the settings. A process that serves at a port has it logged by [`Process::serve`].
    pub fn log_warnings(&self) {
        self.loaded.log_warnings();
    }
}

/// Returns the variables of this process. A name that is not UTF-8 is none of ours.
pub fn process_environment() -> Environment {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect()
}

/// Says what is set wrong in the log, where collectors look for why a server does not start. `LOG_LEVEL` may be among
/// what is wrong, and does not count.
fn log_settings(error: &ConfigError, environment: &Environment) {
    let ConfigError(sentences) = error;
    if let Ok(_flushed_at_the_end) = logs::start("error", config::format_in(environment)) {
        for sentence in sentences {
            tracing::error!("{sentence}");
        }
    } else {
        // An error says that nobody reads the output.
        let _ = writeln!(io::stderr(), "{}", sentences.join("\n"));
    }
}
