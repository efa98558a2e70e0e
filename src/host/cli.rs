//! The operator's subcommands, and what each ends with.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{self, Config, Environment, Misread, Reading};
use crate::start::run;
use crate::{Platform, codex, healthcheck, listener, logs};

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
    Healthcheck,
    /// Replays an exported Chronicle and checks its hashes, seed and rolls
    Verify {
        /// The Chronicle, as the table's last page exports it
        file: PathBuf,
    },
}

/// Does what the command line and the environment ask. Without a subcommand: serves.
pub fn main(platform: Platform) -> ExitCode {
    let standard = Config::standard(&platform);
    let command = Cli::command().after_help(config::manual(&standard));
    let cli = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    if let Some(Action::Verify { file }) = cli.action {
        return outcome(verify(&file));
    }
    let reading = match standard.read(&environment()) {
        Ok(reading) => reading,
        Err(Misread(sentences)) => {
            complain(&sentences.join("\n"));
            return ExitCode::from(MISCONFIGURED);
        }
    };
    match cli.action {
        None => serve(platform, reading),
        Some(Action::Config) => outcome(Ok(reading.listing())),
        Some(Action::Healthcheck) => outcome(healthcheck(&reading.config)),
        Some(Action::Verify { file }) => outcome(verify(&file)),
    }
}

/// Takes the variables of this process. A name that is not text is none of ours.
fn environment() -> Environment {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect()
}

fn serve(platform: Platform, reading: Reading) -> ExitCode {
    let started = logs::start(&reading.config.log_level, reading.config.log_format);
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
    let ended = runtime.block_on(run(platform, reading));
    runtime.shutdown_timeout(LINGER);
    match ended {
        Ok(end) => ExitCode::from(end.code()),
        Err(error) => {
            tracing::error!("cannot serve: {error:#}");
            ExitCode::from(UNAVAILABLE)
        }
    }
}

fn healthcheck(config: &Config) -> anyhow::Result<String> {
    anyhow::ensure!(
        config.port != 0,
        "PORT is 0, so the port to ask at is not known"
    );
    let address = listener::from_here((config.host, config.port).into());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match runtime.block_on(healthcheck::check(address, healthcheck::ANSWER_TIME)) {
        ready @ healthcheck::Finding::Ready => Ok(ready.to_string()),
        other @ (healthcheck::Finding::Unready(_) | healthcheck::Finding::Silent(_)) => {
            Err(anyhow::anyhow!(other.to_string()))
        }
    }
}

fn verify(file: &Path) -> anyhow::Result<String> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    codex::verify(&text)
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
