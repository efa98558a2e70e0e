//! `copy`: a journal carried into another store, which must be empty, and read back there.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::anyhow;
use bucket::{BucketUrl, PROBE_PREFIX};
use serde_json::json;
use store::replica::{ReplicaSource, ReplicaTarget};
use store::sqlite::SqliteFile;
use store::{JournalExport, JournalImport, JournalSummary, backup};

use super::report::{CommandError, CommandReport};
use super::scratch_dir::ScratchDir;
use super::source::{DATABASE, JournalSource, TABLE};
use super::{CommandContext, DatabaseFacts, ServerJournal, blocking};

/// The arguments of the subcommand `copy`.
#[derive(Debug, clap::Args)]
pub struct CopyArgs {
    /// Source: a database file, `database` for that of `DATABASE_URL` or `DYNAMODB_TABLE`, `dynamodb://TABLE`, a backup, a
    /// folder or bucket of backups (the newest is used), or a replica
    from: String,
    /// Destination: a new database file, `database` for the empty one of `DATABASE_URL` or `DYNAMODB_TABLE`, an empty
    /// `dynamodb://TABLE`, or an empty replica: s3://…, gs://… or file://…
    to: String,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(
    args: &CopyArgs,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let source = JournalSource::find(&args.from, context).await?;
    let holding = if args.to == DATABASE {
        let server = context.opener.database().await?;
        into_server(&source, &server, context).await?
    } else if let Some(name) = args.to.strip_prefix(TABLE) {
        let server = context.opener.table(name).await?;
        into_server(&source, &server, context).await?
    } else if args.to.contains("://") {
        let place = args
            .to
            .parse::<BucketUrl>()
            .map_err(CommandError::misused)?;
        into_replica(&source, &place, context).await?
    } else {
        into_database(&source, Path::new(&args.to), context).await?
    };
    let (from, to) = (source.name(), &args.to);
    let (records, tables) = (holding.records, holding.tables);
    let hash = String::from(holding.hash);
    let text = format!(
        "{to}\ncopied from the {} {from}: {records} records of {tables} tables, every chain whole, log {}…",
        source.kind(),
        &hash[..16]
    );
    let object = json!({
        "copied": to, "from": from, "records": records, "tables": tables, "hash": hash,
    });
    Ok(CommandReport::new(text, object))
}

async fn into_database(
    source: &JournalSource,
    to: &Path,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    if to.exists() {
        return Err(taken(&to.display()));
    }
    let scratch = ScratchDir::beside(to)?;
    let (copy, holding) = source.restore(&scratch, &context.progress_bar).await?;
    let to = to.to_owned();
    blocking(move || backup::settle(&copy, &to).map_err(CommandError::unplaced)).await?;
    Ok(holding)
}

/// Fills a database server, which must hold no journal.
pub(super) async fn into_server(
    source: &JournalSource,
    server: &ServerJournal,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    let DatabaseFacts {
        address, empty_one, ..
    } = &server.facts;
    // Refused before the work: the import itself looks only after the source was read.
    if server.export.export().next().await?.is_some() {
        return Err(CommandError::misused(anyhow!(
            "{address} holds a journal already, and nothing is written over: {empty_one}"
        )));
    }
    let scratch = ScratchDir::near(&context.settings.db_path)?;
    fill(
        source,
        &scratch,
        &*server.import,
        &*server.export,
        address,
        context,
    )
    .await
}

async fn into_replica(
    source: &JournalSource,
    place: &BucketUrl,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    if let BucketUrl::Folder(path) = place {
        make_folder(path)?;
    }
    place.check_place()?;
    let bucket = context.opener.bucket(place).await?;
    // Refused before the work: the target itself looks only after the source was read.
    let mut there = bucket.list("", None).await?.into_iter();
    if there.any(|object| !object.key.starts_with(PROBE_PREFIX)) {
        return Err(taken(&place));
    }
    let scratch = ScratchDir::near(&context.settings.db_path)?;
    let (local, back) = (scratch.file("local"), scratch.file("back"));
    let settings = context.opener.replica(local, bucket.clone(), place);
    let target = ReplicaTarget::new(settings);
    let written = ReplicaSource::new(bucket, back);
    fill(
        source,
        &scratch,
        &target,
        &written,
        &place.to_string(),
        context,
    )
    .await
}

/// Makes a folder for a replica, but none above it: one that is missing there is perhaps a disk that is not mounted.
fn make_folder(path: &Path) -> Result<(), CommandError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(CommandError::absent(anyhow!(
            "{} cannot be made: make the folder it lies in, or name another ({error})",
            path.display()
        ))),
    }
}

/// Fills an empty journal, reads it back and compares.
///
/// The source is restored into a file first: that checks all of it before anything is written, and a source that is
/// in use is read once.
async fn fill(
    source: &JournalSource,
    scratch: &ScratchDir,
    target: &dyn JournalImport,
    written: &dyn JournalExport,
    name: &str,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    let progress_bar = &context.progress_bar;
    let (copy, summary) = source.restore(scratch, progress_bar).await?;
    let progress = progress_bar.begin("writing the journal");
    let records = SqliteFile::new(copy).export();
    target.import(records, &progress.listener()).await?;
    let progress = progress_bar.begin("reading back what was written");
    let found = written.verify(&progress.listener()).await?;
    if found == summary {
        return Ok(summary);
    }
    Err(CommandError::wrong(anyhow!(
        "{name} does not give back what was written to it: do not use it"
    )))
}

fn taken(target: &dyn std::fmt::Display) -> CommandError {
    CommandError::misused(anyhow!(
        "{target} holds something already, and nothing is written over: name another"
    ))
}
