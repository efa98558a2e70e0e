//! The operator's subcommands: backups, restores, checks and copies of a journal.
//!
//! A process parses a [`Subcommand`], gives [`run`] a [`CommandContext`] made from its configuration, and exits with
//! the code that comes back. Each subcommand reports in lines for people, or with `--json` in one object for
//! programs. What it cannot finish it undoes, and it restores what it makes on trial before it puts it in its place.
//! The crate knows the ports of journal, bucket and bus; what the settings name is opened through [`Opener`].

mod backup;
mod copy;
mod doctor;
mod key;
mod quest;
mod replica;
mod restore;
mod store_create;
mod tables;
mod verify;

mod context;

mod backup_name;
mod backup_store;
mod source;

mod progress_bar;
mod report;
mod scratch_dir;
mod timestamp;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use tokio::time::timeout;

use progress_bar::ProgressBar;
use report::CommandReport;

pub use context::{
    AdminSettings, CommandContext, CreatedPart, DatabaseFacts, KeyRole, KeySettings, KnownKey,
    Opener, ProductionFacts, PublicAnswer, ServerJournal,
};
pub use doctor::Diagnosis;
pub use report::{CommandError, EXIT_CODES};

/// The longest any subcommand may take, so that a disk that hangs does not leave a process behind for ever.
const DURATION_MAX: Duration = Duration::from_hours(12);
/// How long blocking work may hold up the end of the process.
const LINGER: Duration = Duration::from_millis(200);

/// A subcommand and its arguments.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Backs the journal up, also while the server runs, and restores the backup on trial
    Backup(backup::BackupArgs),
    /// Makes a database from a backup or a replica, and checks every chain of hashes in it
    Restore(restore::RestoreArgs),
    /// Checks a database, a backup, a replica or an exported Chronicle
    Verify(verify::VerifyArgs),
    /// Copies a journal into a new database or an empty replica
    Copy(copy::CopyArgs),
    /// Shows which keys sign players' cookies, without the keys
    Key(key::KeyArgs),
    /// Reads the replica of the journal
    #[command(subcommand)]
    Replica(replica::ReplicaSubcommand),
    /// Lists the tables of the journal, erases one, or forgets a player
    #[command(subcommand)]
    Tables(tables::TablesSubcommand),
    /// Makes what a journal needs before the first start
    #[command(subcommand)]
    Store(store_create::StoreSubcommand),
    /// Begins, checks, plays, draws and prints quests, for those who write them
    #[command(subcommand)]
    Quest(quest::QuestSubcommand),
    /// Checks settings, disk, journal and replica, and advises what to do
    Doctor(doctor::DoctorArgs),
}

/// Runs a subcommand, prints its report and returns the exit code of the process.
///
/// `context` is an error when the settings cannot be read: a sentence for each that is wrong. `doctor` reports them,
/// and an exported Chronicle is verified without any setting. `interrupted` completes when the process is asked to end.
pub fn run(
    subcommand: Subcommand,
    context: Result<CommandContext, Vec<String>>,
    interrupted: impl Future<Output = ()>,
) -> ExitCode {
    let json = subcommand.wants_json();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(supervise(subcommand, context, interrupted));
            runtime.shutdown_timeout(LINGER);
            done
        }
        Err(error) => Err(CommandError::absent(error)),
    };
    report::print(done, json)
}

/// Runs a subcommand until it ends, exceeds the limit or is interrupted, and shows its progress meanwhile.
async fn supervise(
    subcommand: Subcommand,
    context: Result<CommandContext, Vec<String>>,
    interrupted: impl Future<Output = ()>,
) -> Result<CommandReport, CommandError> {
    let progress_bar = match &context {
        Ok(context) => context.progress_bar.clone(),
        Err(_) => ProgressBar::default(),
    };
    // In a task of its own: a disk that hangs in this one would keep a signal from being heard.
    let mut work = tokio::spawn(subcommand.work(context));
    let done = tokio::select! {
        done = timeout(DURATION_MAX, &mut work) => match done {
            Ok(done) => done.map_err(CommandError::absent).flatten(),
            Err(_) => Err(CommandError::absent(anyhow!("given up after {DURATION_MAX:?}"))),
        },
        () = interrupted => Err(CommandError::interrupted()),
        () = progress_bar.show() => unreachable!("a progress bar is shown for ever"),
    };
    progress_bar.clear();
    if !work.is_finished() {
        work.abort();
        // The task's scratch directories are deleted when it is dropped, so its end is awaited.
        let _ = timeout(LINGER, work).await;
    }
    done
}

impl Subcommand {
    async fn work(
        self,
        context: Result<CommandContext, Vec<String>>,
    ) -> Result<CommandReport, CommandError> {
        if let Self::Verify(args) = &self
            && let Some(chronicle) = args.chronicle()
        {
            return verify::chronicle(&chronicle, args);
        }
        if let Self::Quest(subcommand) = self {
            let work = tokio::task::spawn_blocking(move || quest::work(&subcommand));
            return work.await.map_err(CommandError::absent).flatten();
        }
        if let Self::Doctor(args) = self {
            return Ok(Box::pin(doctor::work(&args, context)).await);
        }
        let context =
            context.map_err(|sentences| CommandError::misused(anyhow!(sentences.join("\n"))))?;
        match self {
            Self::Backup(args) => backup::work(args, &context).await,
            Self::Restore(args) => restore::work(args, &context).await,
            Self::Verify(args) => verify::work(&args, &context).await,
            Self::Copy(args) => copy::work(&args, &context).await,
            Self::Key(args) => key::work(args, &context).await,
            Self::Replica(subcommand) => replica::work(subcommand, &context).await,
            Self::Tables(subcommand) => Box::pin(tables::work(subcommand, &context)).await,
            Self::Store(subcommand) => store_create::work(&subcommand, &context).await,
            Self::Quest(_) | Self::Doctor(_) => unreachable!("handled above"),
        }
    }

    fn wants_json(&self) -> bool {
        match self {
            Self::Backup(args) => args.json,
            Self::Restore(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Copy(args) => args.json,
            Self::Key(args) => args.wants_json(),
            Self::Replica(replica::ReplicaSubcommand::Status(args)) => args.json,
            Self::Tables(subcommand) => subcommand.wants_json(),
            Self::Store(store_create::StoreSubcommand::Create(args)) => args.json,
            Self::Quest(subcommand) => subcommand.wants_json(),
            Self::Doctor(args) => args.json,
        }
    }
}

/// Returns a name that no other process chooses.
fn random_name() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    hex::encode(bytes)
}

/// Runs work that waits for the disk on a thread that may block.
async fn blocking<T, W>(work: W) -> Result<T, CommandError>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, CommandError> + Send + 'static,
{
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(CommandError::absent)?
}
