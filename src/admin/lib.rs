//! What an operator does with a journal beside serving it: backups, restores, checks, copies.
//!
//! Each subcommand says what it did in lines for people, or with `--json` in one object for programs. What it
//! cannot finish it undoes. Nothing it makes is put in its place before it was restored on trial.

mod backup;
mod copy;
mod doctor;
mod replica;
mod restore;
mod verify;

#[cfg(feature = "postgres")]
mod served;
mod shelf;
mod source;

mod meter;
mod outcome;
mod scratch;
mod times;

use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Subcommand;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use crate::codex::random;
use crate::config::{Config, Environment, Misread};
use meter::Meter;
use outcome::{Report, Trouble};

pub(crate) use outcome::MANUAL;

/// How long anything may take at most: a disk that hangs is not waited for until somebody looks.
const LIMIT: Duration = Duration::from_hours(12);
/// How long blocking work may hold up the end of the process.
const LINGER: Duration = Duration::from_millis(200);

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Makes a backup of the journal, also while the server runs, and restores it on trial
    Backup(backup::Asked),
    /// Makes a database of a backup or a replica, and checks every chain in it
    Restore(restore::Asked),
    /// Checks a database, a backup, a replica or an exported Chronicle
    Verify(verify::Asked),
    /// Copies a journal into a new database or an empty replica
    Copy(copy::Asked),
    /// Tells of the journal's replica
    #[command(subcommand)]
    Replica(replica::Asked),
    /// Checks settings, disk, journal and replica, and says what to do
    Doctor(doctor::Asked),
}

/// What every task is given.
struct Desk {
    config: Config,
    meter: Meter,
}

/// Does a task and says what came of it.
pub(crate) fn run(task: Task, standard: Config, environment: Environment) -> ExitCode {
    let json = task.wants_json();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(watched(task, standard, environment));
            runtime.shutdown_timeout(LINGER);
            done
        }
        Err(error) => Err(Trouble::absent(error)),
    };
    outcome::tell(done, json)
}

/// Does a task until it is done, takes too long, or somebody asks for its end.
async fn watched(
    task: Task,
    standard: Config,
    environment: Environment,
) -> Result<Report, Trouble> {
    let meter = Meter::default();
    // Beside this task, so that a disk that hangs does not keep an order to end from being heard.
    let mut work = tokio::spawn(task.work(standard, environment, meter.clone()));
    let done = tokio::select! {
        done = timeout(LIMIT, &mut work) => match done {
            Ok(done) => done.map_err(Trouble::absent).flatten(),
            Err(_) => Err(Trouble::absent(anyhow!("given up after {LIMIT:?}"))),
        },
        () = interrupted() => Err(Trouble::interrupted()),
        () = meter.show() => unreachable!("a meter shows until nobody looks"),
    };
    meter.clear();
    if !work.is_finished() {
        work.abort();
        // With the task goes what it has begun.
        let _ = timeout(LINGER, work).await;
    }
    done
}

async fn interrupted() {
    let asked = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    let (Ok(mut terminate), Ok(mut interrupt)) = asked else {
        return pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

impl Task {
    async fn work(
        self,
        standard: Config,
        environment: Environment,
        meter: Meter,
    ) -> Result<Report, Trouble> {
        if let Self::Verify(asked) = &self
            && let Some(chronicle) = asked.chronicle()
        {
            return verify::chronicle(&chronicle);
        }
        if let Self::Doctor(asked) = self {
            return Ok(Box::pin(doctor::work(&asked, standard, environment, meter)).await);
        }
        let config = read(standard, environment)?;
        let desk = Desk { config, meter };
        match self {
            Self::Backup(asked) => backup::work(asked, &desk).await,
            Self::Restore(asked) => restore::work(asked, &desk).await,
            Self::Verify(asked) => verify::work(&asked, &desk).await,
            Self::Copy(asked) => copy::work(&asked, &desk).await,
            Self::Replica(asked) => replica::work(asked, &desk).await,
            Self::Doctor(_) => unreachable!("it has been answered"),
        }
    }

    fn wants_json(&self) -> bool {
        match self {
            Self::Backup(asked) => asked.json,
            Self::Restore(asked) => asked.json,
            Self::Verify(asked) => asked.json,
            Self::Copy(asked) => asked.json,
            Self::Replica(replica::Asked::Status(asked)) => asked.json,
            Self::Doctor(asked) => asked.json,
        }
    }
}

fn read(standard: Config, environment: Environment) -> Result<Config, Trouble> {
    match standard.read(&with_some_key(environment)) {
        Ok(reading) => Ok(reading.config),
        Err(Misread(sentences)) => Err(Trouble::misused(anyhow!(sentences.join("\n")))),
    }
}

/// Who restores a journal on a machine that serves nothing need not have the key that signs players' cookies.
fn with_some_key(mut environment: Environment) -> Environment {
    if !is_keyed(&environment) {
        let mut key = [0; 32];
        random(&mut key);
        environment.insert("SECRET_KEY".to_owned(), hex::encode(key).into());
    }
    environment
}

fn is_keyed(environment: &Environment) -> bool {
    ["SECRET_KEY", "SECRET_KEY_FILE"].iter().any(|name| {
        environment
            .get(*name)
            .is_some_and(|value| !value.is_empty())
    })
}

/// Does work that waits for the disk where it holds up nobody.
async fn blocking<T, W>(work: W) -> Result<T, Trouble>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, Trouble> + Send + 'static,
{
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(Trouble::absent)?
}
