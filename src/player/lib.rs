//! A bot that plays a seat at a table of any server, as anybody's program does: by the JSON API alone.
//!
//! [`PlayArgs`] are its arguments, and [`run`] plays until the Chronicle opens. What it does next is decided by what its
//! seat is shown, by `strategy`: it believes what it knows to be true, doubts what it knows to be a lie, keeps what
//! its secret aim wants kept, and goes the way that is likeliest to end well. It has no chance of its own, so two bots
//! that are shown the same do the same.

mod api;
mod shown;
mod strategy;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::Certificate;
use tokio::time::{Instant, sleep};
use url::Url;

use api::{Api, ApiError, HeldSeat};
use shown::{StageSeen, TableShown};
use strategy::Strategy;

/// The exit code when the server, or the table, cannot be played on (`EX_UNAVAILABLE`).
const UNAVAILABLE: u8 = 69;
/// The exit code of a wrong argument (`EX_CONFIG`).
const MISUSED: u8 = 78;
/// The exit code after a signal, as shells count SIGINT.
const INTERRUPTED: u8 = 130;

/// Between two commands: a person reads before they answer, and the others at the table read along.
const PAUSE_MS_DEFAULT: u64 = 1_000;
/// Commands for one view at most. What is left has its turn with the next.
const PLAN_MAX: usize = 12;

/// The arguments of the bot.
#[derive(Clone, Debug, clap::Args)]
pub struct PlayArgs {
    /// The server, as a browser is given it, with the scheme in front
    url: Url,
    /// The table's code, or a link to it
    code: String,
    /// The name the bot sits down under
    #[arg(long, default_value = "Automaton")]
    name: String,
    /// A file with the certificates (PEM) of the only authorities to trust, instead of this machine's
    #[arg(long, value_name = "FILE")]
    authorities: Option<PathBuf>,
    /// Milliseconds between two commands
    #[arg(long, value_name = "MS", default_value_t = PAUSE_MS_DEFAULT)]
    pause: u64,
    /// Minutes after which the bot gets up, whatever the story has come to
    #[arg(long, value_name = "MINUTES", default_value_t = 240)]
    minutes: u64,
}

/// Why the bot ends before the Chronicle.
#[derive(Debug, thiserror::Error)]
enum PlayError {
    /// An argument cannot be used.
    #[error("{0:#}")]
    Argument(anyhow::Error),
    /// The server says no, or nothing.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The table ended without a Chronicle.
    #[error("the table was closed before there was anything to tell")]
    Closed,
    /// The time given is over.
    #[error("the story was not over after {0} minutes")]
    TooLong(u64),
}

/// Plays until the Chronicle opens, says so in a line, and returns the exit code of the process. `interrupted` completes
/// when the process is asked to end: the bot's seat stays, and its phrase, which was printed, brings it back.
pub fn run(args: &PlayArgs, interrupted: impl Future<Output = ()>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let played = match runtime.context("cannot start the runtime") {
        Ok(runtime) => runtime.block_on(async {
            tokio::select! {
                played = play(args) => Some(played),
                () = interrupted => None,
            }
        }),
        Err(error) => Some(Err(PlayError::Argument(error))),
    };
    match played {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            let code = if matches!(error, PlayError::Argument(_)) {
                MISUSED
            } else {
                UNAVAILABLE
            };
            say(
                io::stderr(),
                &format!("play: {:#}", anyhow::Error::from(error)),
            );
            ExitCode::from(code)
        }
        None => ExitCode::from(INTERRUPTED),
    }
}

async fn play(args: &PlayArgs) -> Result<(), PlayError> {
    let api = Api::new(&args.url, authorities(args)?).map_err(PlayError::Argument)?;
    let table = api.find(&args.code).await?;
    let key = api.sit(&table, &args.name).await?;
    say(
        io::stdout(),
        &format!(
            "{} sits on seat {} at table {table}. Recovery phrase: {}",
            args.name, key.seat, key.recovery_phrase
        ),
    );
    let end = Instant::now() + Duration::from_secs(args.minutes.saturating_mul(60));
    let told = tokio::time::timeout_at(end, play_on(&api, &key, Duration::from_millis(args.pause)));
    let told = told.await.map_err(|_| PlayError::TooLong(args.minutes))??;
    say(io::stdout(), &told);
    Ok(())
}

/// Plays on until the Chronicle opens, and returns what it is called.
async fn play_on(api: &Api, key: &HeldSeat, pause: Duration) -> Result<String, PlayError> {
    let mut strategy = Strategy::default();
    let mut seen = None;
    loop {
        let Some(shown) = api.news(key, seen).await? else {
            continue;
        };
        seen = Some(shown.version);
        match &shown.stage {
            StageSeen::Chronicle { quest, ending } => {
                let ending = ending
                    .as_ref()
                    .map_or("broken off", |ending| ending.title.as_str());
                return Ok(format!("The Chronicle is open. {quest}: {ending}."));
            }
            StageSeen::Closed => return Err(PlayError::Closed),
            StageSeen::Gathering
            | StageSeen::Question(_)
            | StageSeen::Waiting
            | StageSeen::QuestChoice { .. }
            | StageSeen::Scene(_)
            | StageSeen::Naming { .. }
            | StageSeen::Unknown => {}
        }
        carry_out(api, key, &mut strategy, &shown, pause).await?;
    }
}

/// Does what a view suggests, until the first refusal: then others were quicker, and the next view tells more.
async fn carry_out(
    api: &Api,
    key: &HeldSeat,
    strategy: &mut Strategy,
    shown: &TableShown,
    pause: Duration,
) -> Result<(), PlayError> {
    for command in strategy.plan(shown).into_iter().take(PLAN_MAX) {
        sleep(pause).await;
        if let Some(code) = api.command(key, &command).await? {
            strategy.note_refusal(&command, &code);
            break;
        }
    }
    Ok(())
}

fn authorities(args: &PlayArgs) -> Result<Option<Vec<Certificate>>, PlayError> {
    let Some(path) = &args.authorities else {
        return Ok(None);
    };
    let read = || {
        let pem = std::fs::read(path)
            .with_context(|| format!("--authorities: cannot read {}", path.display()))?;
        let found =
            Certificate::from_pem_bundle(&pem).context("--authorities: the file is not PEM")?;
        anyhow::ensure!(
            !found.is_empty(),
            "--authorities: the file has no certificate"
        );
        Ok(found)
    };
    read().map(Some).map_err(PlayError::Argument)
}

fn say(mut to: impl io::Write, sentence: &str) {
    // An error says that nobody reads it.
    let _ = writeln!(to, "{sentence}");
}
