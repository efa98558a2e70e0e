//! The operator's subcommands, and what each ends with.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{self, Config, ConfigError, Environment, LoadedConfig};
use crate::front::listener;
use crate::healthcheck::{HealthProbe, ProbeResult};
#[cfg(feature = "sqlite")]
use crate::process::storage::ConfiguredStorage;
#[cfg(feature = "sqlite")]
use crate::process::{now_ms, random};
use crate::run::run;
use crate::{Open, Platform, healthcheck, logs};

/// A service that is needed is not there: the port, the disk (`EX_UNAVAILABLE`).
const UNAVAILABLE: u8 = 69;

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
    },
    #[cfg(feature = "sqlite")]
    #[command(flatten)]
    Admin(admin::Subcommand),
}

/// Does what the command line and the environment ask. Without a subcommand: serves.
pub fn main(platform: Platform, open: Open) -> ExitCode {
    let defaults = Config::defaults(&platform);
    let command = Cli::command().after_help(manual(&defaults));
    let asked = command
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let action = match asked {
        Ok(Cli { action }) => action,
        Err(error) => return explain(&error),
    };
    let action = match action {
        #[cfg(feature = "sqlite")]
        Some(Action::Admin(subcommand)) => {
            return admin::run(subcommand, admin_context(&platform, environment()));
        }
        #[cfg(not(feature = "sqlite"))]
        Some(Action::Verify { file }) => return outcome(verify(&file)),
        Some(Action::Config) => Some(Reads::Config),
        Some(Action::Healthcheck { live }) => Some(Reads::Healthcheck(if live {
            HealthProbe::Liveness
        } else {
            HealthProbe::Readiness
        })),
        None => None,
    };
    let loaded = match Config::read(&platform, &environment()) {
        Ok(loaded) => loaded,
        Err(ConfigError(sentences)) => {
            complain(&sentences.join("\n"));
            return ExitCode::from(MISCONFIGURED);
        }
    };
    match action {
        None => serve(loaded, open),
        Some(Reads::Config) => outcome(Ok(loaded.listing())),
        Some(Reads::Healthcheck(probe)) => outcome(healthcheck(&loaded.config, probe)),
    }
}

/// What needs settings that can be read.
enum Reads {
    Config,
    Healthcheck(HealthProbe),
}

/// What stands below the list of subcommands.
fn manual(defaults: &Config) -> String {
    let variables = config::help(defaults);
    #[cfg(feature = "sqlite")]
    let variables = format!("{}\n{variables}", admin::EXIT_CODES);
    variables
}

/// Prints what was asked for, or what is wrong with the asking.
fn explain(error: &clap::Error) -> ExitCode {
    // An error says that nobody reads it.
    let _ = error.print();
    if error.use_stderr() {
        ExitCode::from(MISCONFIGURED)
    } else {
        ExitCode::SUCCESS
    }
}

/// Takes the variables of this process. A name that is not text is none of ours.
fn environment() -> Environment {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect()
}

/// Reads the settings for a subcommand, or returns a sentence for each that is wrong.
#[cfg(feature = "sqlite")]
fn admin_context(
    platform: &Platform,
    mut environment: Environment,
) -> Result<admin::CommandContext, Vec<String>> {
    let has_secret_key = ["SECRET_KEY", "SECRET_KEY_FILE"].iter().any(|name| {
        let value = environment.get(*name);
        value.is_some_and(|value| !value.is_empty())
    });
    if !has_secret_key {
        // A machine that restores a journal and serves nothing need not have the key that signs players' cookies.
        let mut key = [0; 32];
        random(&mut key);
        environment.insert("SECRET_KEY".to_owned(), hex::encode(key).into());
    }
    let loaded = Config::read(platform, &environment);
    let LoadedConfig {
        config, warnings, ..
    } = loaded.map_err(|ConfigError(sentences)| sentences)?;
    let settings = admin::AdminSettings {
        db_path: config.journal.path.clone(),
        key_path: config.journal.key_path(),
        has_secret_key,
        database: config.database.url.as_ref().map(ToString::to_string),
        has_bus: config.bus.redis_url.is_some() || config.database.url.is_some(),
        replica: config.replica.url.clone(),
        replica_ack: config.replica.ack,
        open_files_max: crate::run::open_files_max(&config),
        warnings,
    };
    let opener = std::sync::Arc::new(ConfiguredStorage(config));
    Ok(admin::CommandContext::new(settings, opener, now_ms))
}

fn serve(loaded: LoadedConfig, open: Open) -> ExitCode {
    let started = logs::start(loaded.config.logging.level(), loaded.config.logging.format);
    let runtime = started.and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        runtime.context("cannot start the runtime")
    });
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return outcome(Err(error)),
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
fn verify(file: &std::path::Path) -> anyhow::Result<String> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    crate::process::verify(&text)
}

/// Prints what was found and succeeds, or prints what went wrong and fails.
fn outcome(found: anyhow::Result<String>) -> ExitCode {
    match found {
        Ok(found) => {
            // An error says that nobody reads it.
            let _ = writeln!(io::stdout(), "{}", found.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn complain(sentence: &str) {
    // An error says that nobody reads it.
    let _ = writeln!(io::stderr(), "{sentence}");
}
