//! `backup`: a copy of the journal as of one moment, packed, restored on trial, and old ones let go.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::json;
use store::backup::{self, PackedFile};
use store::{JournalExport as _, JournalSummary, megabytes};

use super::backup_store::{BackupStore, StoredBackup};
use super::progress_bar::ProgressBar;
use super::report::{CommandError, CommandReport};
use super::scratch_dir::ScratchDir;
use super::source::{DATABASE, JournalSource};
use super::timestamp::Timestamp;
use super::{CommandContext, blocking, key};

/// The folder of backups beside a journal.
const FOLDER: &str = "backups";

/// The arguments of the subcommand `backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Destination: a folder, s3://…, gs://… or file://…. Default: the folder `backups` beside the journal
    #[arg(long, value_name = "PLACE")]
    to: Option<String>,
    /// Deletes backups older than this many days, but never the newest
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_days: u32,
    /// File of the journal. Default: the journal of `DATABASE_URL` or `DYNAMODB_TABLE`, or else of `DB_PATH`
    #[arg(long, value_name = "DB")]
    from: Option<PathBuf>,
    /// Time in the backup's name, such as `20261123_043412` (UTC). Default: now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(
    args: BackupArgs,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let settings = &context.settings;
    let server = if args.from.is_none() && settings.database.is_some() {
        Some(JournalSource::find(DATABASE, context).await?)
    } else {
        None
    };
    let from = args.from.unwrap_or_else(|| settings.db_path.clone());
    if server.is_none() && !from.is_file() {
        return Err(CommandError::absent(anyhow!(
            "there is no journal at {}: set DB_PATH, or name one with --from",
            from.display()
        )));
    }
    let keys = key::origins(&settings.keys, &from);
    let to = args
        .to
        .unwrap_or_else(|| from.with_file_name(FOLDER).display().to_string());
    let backups = BackupStore::open(&to, context).await?;
    let made = match args.at {
        Some(said) => said,
        None => free(&backups, context.now()).await?,
    };
    let scratch = match backups.folder() {
        Some(folder) => ScratchDir::within(folder)?,
        None => ScratchDir::near(&from)?,
    };
    let from = match server {
        Some(source) => source.restore(&scratch, &context.progress_bar).await?.0,
        None => from,
    };
    let packed = scratch.file("packed");
    let (bytes, mut holding) = pack(&from, &packed, &scratch, &context.progress_bar).await?;
    context
        .progress_bar
        .begin("putting the backup in its place");
    let name = backups.put(&packed, made).await?;
    if backups.folder().is_none() {
        holding = fetched_again(&backups, &name, &context.progress_bar, &scratch).await?;
    }
    let path = backups.path_of(&name);
    let lost = delete_old(&backups, made, args.keep_days).await;
    let JournalSummary {
        records, tables, ..
    } = holding;
    let text = format!(
        "{path}\n{} in {bytes} bytes: {records} records of {tables} tables, restored on trial, every chain whole",
        megabytes(bytes)
    );
    let object = json!({
        "backup": path, "bytes": bytes, "records": records, "tables": tables,
        "hash": String::from(holding.hash),
    });
    let mut report = with_deleted(CommandReport::new(text, object), lost);
    if !keys.is_empty() {
        report.note(&format!(
            "the key that signs players' cookies is not in it: keep a copy of {} elsewhere, too",
            keys.join(" and of ")
        ));
    }
    Ok(report)
}

/// The first second from a moment on that no backup is named by.
async fn free(backups: &BackupStore, mut moment: Timestamp) -> Result<Timestamp, CommandError> {
    for stored in backups.list().await? {
        if stored.made == moment {
            moment.seconds += 1;
        }
    }
    Ok(moment)
}

/// Packs a journal and restores it on trial. Returns its bytes and what it holds.
async fn pack(
    from: &Path,
    packed: &Path,
    scratch: &ScratchDir,
    progress_bar: &ProgressBar,
) -> Result<(u64, JournalSummary), CommandError> {
    let progress = progress_bar
        .begin("copying and packing the journal")
        .listener();
    let (from, into) = (from.to_owned(), packed.to_owned());
    let bytes = blocking(move || {
        backup::pack(&from, &into, &progress)?;
        Ok(std::fs::metadata(&into)
            .map_err(CommandError::absent)?
            .len())
    })
    .await?;
    let holding = try_restoring(packed, scratch, progress_bar).await?;
    Ok((bytes, holding))
}

/// Restores a packed journal on trial, and returns what it holds.
async fn try_restoring(
    packed: &Path,
    scratch: &ScratchDir,
    progress_bar: &ProgressBar,
) -> Result<JournalSummary, CommandError> {
    let progress = progress_bar.begin("unpacking and checking the backup");
    let packed = PackedFile::new(packed, scratch.file("trial"));
    Ok(packed.verify(&progress.listener()).await?)
}

/// Fetches what was sent and restores that on trial: what counts is what the bucket gives back.
async fn fetched_again(
    backups: &BackupStore,
    name: &str,
    progress_bar: &ProgressBar,
    scratch: &ScratchDir,
) -> Result<JournalSummary, CommandError> {
    let again = scratch.file("again");
    progress_bar.begin("fetching what was sent");
    backups.fetch(name, &again).await?;
    let restored = try_restoring(&again, scratch, progress_bar).await;
    if restored.is_err() {
        // What cannot be restored is no backup.
        backups.delete(name).await?;
    }
    restored
}

/// Deletes the backups older than `keep_days`, but never the newest. Returns the names of those it deleted, and the
/// error that stopped it, if any.
async fn delete_old(
    backups: &BackupStore,
    now: Timestamp,
    keep_days: u32,
) -> (Vec<String>, Option<CommandError>) {
    let mut deleted = Vec::new();
    let stored = match backups.list().await {
        Ok(stored) => stored,
        Err(error) => return (deleted, Some(error)),
    };
    let Some((_newest, older)) = stored.split_last() else {
        return (deleted, None);
    };
    let old =
        |stored: &&StoredBackup| stored.made != now && stored.made.is_days_before(keep_days, now);
    for stored in older.iter().filter(old) {
        if let Err(error) = backups.delete(&stored.name).await {
            return (deleted, Some(error));
        }
        deleted.push(stored.name.clone());
    }
    (deleted, None)
}

/// Adds to a report which old backups were deleted.
fn with_deleted(
    mut report: CommandReport,
    (deleted, error): (Vec<String>, Option<CommandError>),
) -> CommandReport {
    if !deleted.is_empty() {
        let _ = write!(report.text, "\ndeleted {}", deleted.join(", "));
    }
    report.json["deleted"] = json!(deleted);
    let Some(error) = error else {
        return report;
    };
    report.note(&format!("old backups stay: {}", error.said()));
    report.found_wrong()
}
