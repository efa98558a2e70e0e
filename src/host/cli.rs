//! The command line: serves without a subcommand, else runs one and prints its result.

#[cfg(feature = "sqlite")]
mod admin_context;

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::front::listener;
use crate::healthcheck::{HealthProbe, ProbeResult};
use crate::memory::memory_limit;
use crate::process::config::{self, Config, ConfigError, Environment, LoadedConfig};
use crate::process::logs;
use crate::run::run;
use crate::{Open, Platform, healthcheck, signals};

/// A service that is needed is not there: the port, the disk (`EX_UNAVAILABLE`).
const UNAVAILABLE: u8 = 69;

/// Not all of a Chronicle could be checked.
#[cfg(not(feature = "sqlite"))]
const UNCHECKED: u8 = 3;

/// Something is set wrong (`EX_CONFIG`).
const MISCONFIGURED: u8 = 78;

/// How long blocking work may hold up the end of the process.
const LINGER: Duration = Duration::from_millis(100);

/// Serves The Arcane Codex, a game of whispers for one to six people.
#[derive(Debug, Parser)]
#[command(name = "arcane-codex", version)]
struct Cli {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Prints every setting in force and where it came from, secrets masked
    Config,
    /// Asks the server on this machine whether it is ready
    Healthcheck {
        /// Asks only whether the server answers: for platforms that kill an unhealthy process
        #[arg(long)]
        live: bool,
    },
    /// Replays an exported Chronicle and checks its hashes, seed and rolls
    #[cfg(not(feature = "sqlite"))]
    Verify {
        /// The Chronicle, as the table's last page exports it
        file: std::path::PathBuf,
        /// A hash that the table showed, its seal, its head or a fingerprint: checks whether it is of this story
        #[arg(long, value_name = "HASH")]
        seen: Vec<service::verify::SeenHash>,
    },
    #[cfg(feature = "sqlite")]
    #[command(flatten)]
    Admin(admin::Subcommand),
}

/// Runs the subcommand of the command line, or serves without one, with the settings of the environment.
///
/// `entry_point` is the platform that this program was built for, `known` are all platforms that it recognises.
pub fn main(entry_point: Platform, known: &[Platform], open: Open) -> ExitCode {
    let environment = environment();
    let platform = entry_point.found_among(known, &environment);
    let defaults = Config::defaults(&platform);
    let command = Cli::command().after_help(manual(&defaults));
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let action = match parsed {
        Ok(Cli { action }) => action,
        Err(error) => return explain(&error),
    };
    let action = match action {
        #[cfg(feature = "sqlite")]
        Some(Action::Admin(subcommand)) => {
            let context = admin_context::read(&platform, environment);
            return admin::run(subcommand, context, signals::interrupted());
        }
        #[cfg(not(feature = "sqlite"))]
        Some(Action::Verify { file, seen }) => return verify(&file, &seen),
        Some(Action::Config) => Some(ConfiguredAction::Config),
        Some(Action::Healthcheck { live }) => Some(ConfiguredAction::Healthcheck(if live {
            HealthProbe::Liveness
        } else {
            HealthProbe::Readiness
        })),
        None => None,
    };
    let loaded = match Config::read(&platform, &environment) {
        Ok(loaded) => loaded.within(memory_limit()).on_this_disk(),
        Err(error) => {
            explain_settings(&error, &environment, action.is_none());
            return ExitCode::from(MISCONFIGURED);
        }
    };
    match action {
        None => serve(loaded, open),
        Some(ConfiguredAction::Config) => print(Ok(loaded.listing())),
        Some(ConfiguredAction::Healthcheck(probe)) => print(healthcheck(&loaded.config, probe)),
    }
}

/// Says what is set wrong: to whoever runs a subcommand in words, and else in the log, where collectors look for why a
/// server does not start. `LOG_LEVEL` may be among what is wrong, and does not count.
fn explain_settings(error: &ConfigError, environment: &Environment, serves: bool) {
    let ConfigError(sentences) = error;
    let format = config::format_in(environment);
    if serves && let Ok(_flushed_at_the_end) = logs::start("error", format) {
        for sentence in sentences {
            tracing::error!("{sentence}");
        }
    } else {
        print_error(&sentences.join("\n"));
    }
}

/// A subcommand of the host that needs valid settings.
enum ConfiguredAction {
    Config,
    Healthcheck(HealthProbe),
}

/// Returns the part of the help text below the list of subcommands.
fn manual(defaults: &Config) -> String {
    let variables = config::help(defaults);
    #[cfg(feature = "sqlite")]
    let variables = format!("{}\n{variables}", admin::EXIT_CODES);
    variables
}

/// Prints the help that was asked for, or what is wrong with the arguments.
fn explain(error: &clap::Error) -> ExitCode {
    // An error says that nobody reads the output.
    let _ = error.print();
    if error.use_stderr() {
        ExitCode::from(MISCONFIGURED)
    } else {
        ExitCode::SUCCESS
    }
}

/// Returns the variables of this process. A name that is not UTF-8 is none of ours.
fn environment() -> Environment {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect()
}

fn serve(loaded: LoadedConfig, open: Open) -> ExitCode {
    let started = logs::start(loaded.config.logging.level(), loaded.config.logging.format);
    let started = started.and_then(|log| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        Ok((log, runtime.context("cannot start the runtime")?))
    });
    // Dropped last: the end of the process is logged, too.
    let (_log, runtime) = match started {
        Ok(started) => started,
        Err(error) => return print(Err(error)),
    };
    let ended = runtime.block_on(run(loaded, open));
    runtime.shutdown_timeout(LINGER);
    match ended {
        Ok(end) => ExitCode::from(end.code()),
        Err(error) => {
            tracing::error!("cannot serve: {error:#}");
            ExitCode::from(UNAVAILABLE)
        }
    }
}

fn healthcheck(config: &Config, probe: HealthProbe) -> anyhow::Result<String> {
    anyhow::ensure!(
        config.server.port != 0,
        "PORT is 0, so the port to ask at is not known"
    );
    let address = listener::from_here((config.server.host, config.server.port).into());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asked = healthcheck::check(address, probe, healthcheck::CHECK_TIMEOUT);
    match runtime.block_on(asked) {
        ProbeResult::Passed => Ok(probe.passed_state().to_owned()),
        other @ (ProbeResult::Failed(_) | ProbeResult::NoAnswer(_)) => {
            Err(anyhow::anyhow!(other.to_string()))
        }
    }
}

#[cfg(not(feature = "sqlite"))]
fn verify(file: &std::path::Path, seen: &[service::verify::SeenHash]) -> ExitCode {
    let read = || -> anyhow::Result<_> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let world = world::library().context("the written world cannot be read")?;
        Ok((text, world))
    };
    let (text, world) = match read() {
        Ok(read) => read,
        Err(error) => return print(Err(error)),
    };
    match service::verify::verify(&text, seen, &world) {
        Ok(found) => {
            let code = print(Ok(found.to_string()));
            if found.unchecked() == 0 {
                code
            } else {
                ExitCode::from(UNCHECKED)
            }
        }
        Err(error) => {
            let is_newer = matches!(error, service::verify::VerifyError::NewerRelease { .. });
            let code = print(Err(error.into()));
            if is_newer {
                ExitCode::from(UNCHECKED)
            } else {
                code
            }
        }
    }
}

/// Prints a result on stdout or an error on stderr, and returns the exit code.
fn print(result: anyhow::Result<String>) -> ExitCode {
    match result {
        Ok(text) => {
            // An error says that nobody reads the output.
            let _ = writeln!(io::stdout(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            print_error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn print_error(sentence: &str) {
    // An error says that nobody reads the output.
    let _ = writeln!(io::stderr(), "{sentence}");
}
