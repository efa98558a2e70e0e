//! The command line: serves without a subcommand, else runs one and prints its result.

#[cfg(feature = "sqlite")]
mod admin_context;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::front::listener;
use crate::healthcheck::{HealthProbe, ProbeResult};
use crate::memory::memory_limit;
use crate::process::config::{self, Config, ConfigError, Environment};
use crate::{Open, Platform, Process, StartError, healthcheck, process_environment};

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
    /// Plays a seat at a table of any server until its Chronicle opens
    #[cfg(feature = "play")]
    Play(player::PlayArgs),
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
    let environment = process_environment();
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
            return admin::run(subcommand, context, crate::signals::interrupted());
        }
        #[cfg(feature = "play")]
        Some(Action::Play(arguments)) => {
            return player::run(&arguments, crate::signals::interrupted());
        }
        #[cfg(not(feature = "sqlite"))]
        Some(Action::Verify { file, seen }) => return verify(&file, &seen),
        Some(Action::Config) => ConfiguredAction::Config,
        Some(Action::Healthcheck { live }) => ConfiguredAction::Healthcheck(if live {
            HealthProbe::Liveness
        } else {
            HealthProbe::Readiness
        }),
        None => return serve(platform, known, &environment, open),
    };
    let loaded = match Config::read(&platform, &environment) {
        Ok(loaded) => loaded.within(memory_limit()).on_this_disk(),
        Err(ConfigError(sentences)) => {
            print_error(&sentences.join("\n"));
            return ExitCode::from(MISCONFIGURED);
        }
    };
    match action {
        ConfiguredAction::Config => print(Ok(loaded.listing())),
        ConfiguredAction::Healthcheck(probe) => print(healthcheck(&loaded.config, probe)),
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

fn serve(
    platform: Platform,
    known: &[Platform],
    environment: &Environment,
    open: Open,
) -> ExitCode {
    // Dropped last: the end of the process is logged, too.
    let process = match Process::begin(platform, known, environment) {
        Ok(process) => process,
        Err(StartError::Settings(_logged)) => return ExitCode::from(MISCONFIGURED),
        Err(StartError::Log(error)) => return print(Err(error)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime.context("cannot start the runtime") {
        Ok(runtime) => runtime,
        Err(error) => return print(Err(error)),
    };
    let ended = runtime.block_on(process.serve(open));
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
