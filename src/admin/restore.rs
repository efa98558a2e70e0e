//! `restore`: the journal made of a backup or a replica, checked before it is put in its place: the file of `DB_PATH`, or
//! the database of `DATABASE_URL`, or the table of `DYNAMODB_TABLE`.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::json;
use store::backup;

use super::report::{CommandError, CommandReport};
use super::scratch_dir::ScratchDir;
use super::source::{DATABASE, JournalSource};
use super::timestamp::Timestamp;
use super::{AdminSettings, CommandContext, blocking, copy};

/// The arguments of the subcommand `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// Source: a backup, a folder or bucket of backups (the newest is used), or a replica
    from: String,
    /// New file to restore into, which must not exist, or `database` for the empty one of `DATABASE_URL` or
    /// `DYNAMODB_TABLE`. Default: that database if one is set, or else `DB_PATH`
    #[arg(long, value_name = "FILE", conflicts_with = "in_place")]
    to: Option<PathBuf>,
    /// Replaces the file at `DB_PATH`, and keeps the old one beside it. No server may have it open
    #[arg(long)]
    in_place: bool,
    /// Time in the old file's new name, such as `20261123_043412` (UTC). Default: now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

impl RestoreArgs {
    /// Whether the journal is to be restored into the database server: where one is set, the file of `DB_PATH` is not
    /// the journal that is served, and restoring that would change nothing.
    fn is_into_server(&self, settings: &AdminSettings) -> Result<bool, CommandError> {
        if let Some(to) = &self.to {
            return Ok(to.as_os_str() == DATABASE);
        }
        match &settings.database {
            Some(facts) if self.in_place => Err(CommandError::misused(anyhow!(
                "the journal is in {}, and --in-place replaces the file at DB_PATH: {} and restore without --in-place, or \
                 unset it to restore the file",
                facts.address,
                facts.empty_one
            ))),
            database => Ok(database.is_some()),
        }
    }
}

pub(super) async fn work(
    args: RestoreArgs,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let settings = &context.settings;
    if args.is_into_server(settings)? {
        return into_server(&args.from, context).await;
    }
    let target = args.to.unwrap_or_else(|| settings.db_path.clone());
    // A link is followed: the old file is kept where it really lies.
    let target = std::fs::canonicalize(&target).unwrap_or(target);
    let source = JournalSource::find(&args.from, context).await?;
    refuse_taken(&target, args.in_place)?;
    let scratch = ScratchDir::beside(&target)?;
    let (restored, holding) = source.restore(&scratch, &context.progress_bar).await?;
    let known = known_journals(&target, &settings.db_path);
    let erased = reapply_erasures(known, restored.clone()).await?;
    let made = args.at.unwrap_or_else(|| context.now());
    let kept = target.exists().then(|| kept_as(&target, made));
    context
        .progress_bar
        .begin("putting the journal in its place");
    blocking({
        let (target, kept) = (target.clone(), kept.clone());
        move || match kept {
            Some(kept) => backup::replace(&restored, &target, &kept).map_err(in_use),
            None => backup::settle(&restored, &target).map_err(CommandError::unplaced),
        }
    })
    .await?;

    let from = source.name();
    let (records, tables) = (holding.records, holding.tables);
    let text = format!(
        "{}\nrestored from the {} {from}: {records} records of {tables} tables, every chain whole",
        target.display(),
        source.kind()
    );
    let object = json!({
        "restored": target, "from": from, "kept": kept, "records": records, "tables": tables,
        "hash": String::from(holding.hash),
    });
    let mut report = CommandReport::new(text, object);
    for note in erased {
        report.note(&note);
    }
    if let Some(kept) = &kept {
        report.note(&format!(
            "the journal that was there is kept as {}",
            kept.display()
        ));
    }
    if let Some(place) = &settings.replica
        && place.to_string() != from
        && target == std::fs::canonicalize(&settings.db_path).unwrap_or_default()
    {
        report.note(&format!(
            "REPLICA_URL names {place}. If both tell one story, the next start brings this journal to the \
             replica's end; if not, it refuses. To go on from here without what the replica has beyond, set \
             REPLICA_URL to an empty place"
        ));
    }
    Ok(report)
}

/// Restores into the database of the settings, which must hold no journal.
async fn into_server(from: &str, context: &CommandContext) -> Result<CommandReport, CommandError> {
    let source = JournalSource::find(from, context).await?;
    let server = context.opener.database().await?;
    let holding = copy::into_server(&source, &server, context).await?;
    let into = &server.facts.address;
    let (from, records, tables) = (source.name(), holding.records, holding.tables);
    let text = format!(
        "{into}\nrestored from the {} {from}: {records} records of {tables} tables, every chain whole",
        source.kind()
    );
    let object = json!({
        "restored": into, "from": from, "kept": null, "records": records, "tables": tables,
        "hash": String::from(holding.hash),
    });
    Ok(CommandReport::new(text, object))
}

/// Returns the journals that may know of erasures since the backup was made: the one that is replaced, and the one in
/// use.
fn known_journals(target: &Path, in_use: &Path) -> Vec<PathBuf> {
    let in_use = std::fs::canonicalize(in_use).unwrap_or_else(|_| in_use.to_owned());
    let mut known = vec![target.to_owned(), in_use];
    known.dedup();
    known.retain(|path| path.exists());
    known
}

/// Erases in a restored journal what other journals know to be erased. Returns what is to be said of each.
async fn reapply_erasures(
    known: Vec<PathBuf>,
    restored: PathBuf,
) -> Result<Vec<String>, CommandError> {
    blocking(move || {
        let notes = known.iter().filter_map(|known| {
            let name = known.display();
            match backup::reapply_erasures(known, &restored) {
                Ok(0) => None,
                Ok(records) => Some(format!(
                    "{records} records are withheld again: what they told was erased in {name} since"
                )),
                // A journal that is damaged is a reason to restore another.
                Err(error) => Some(format!(
                    "what was erased in {name} is not known, because it cannot be read ({error}): erase it again"
                )),
            }
        });
        Ok(notes.collect())
    })
    .await
}

/// Refuses a target that exists or is in use, before the restore takes its time.
fn refuse_taken(target: &Path, in_place: bool) -> Result<(), CommandError> {
    if !target.exists() {
        return Ok(());
    }
    if !in_place {
        return Err(CommandError::misused(anyhow!(
            "{} is there already: restore beside it with --to FILE, or in its place with --in-place",
            target.display()
        )));
    }
    match backup::holder(target) {
        Ok(None) => Ok(()),
        Ok(Some(process)) => Err(CommandError::absent(anyhow!(
            "{} is in use by process {process}: end it, and try again",
            target.display()
        ))),
        Err(error) => Err(CommandError::absent(error)),
    }
}

/// Returns the error for a file that another process has opened since [`refuse_taken`] checked it.
fn in_use(error: store::StoreError) -> CommandError {
    CommandError::absent(error)
}

fn kept_as(target: &Path, made: Timestamp) -> PathBuf {
    let mut kept = target.as_os_str().to_owned();
    kept.push(format!(".before-{made}"));
    kept.into()
}
