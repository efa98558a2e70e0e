//! `copy`: a journal carried into another store, which must be empty, and read back there.

use std::path::Path;

use anyhow::anyhow;
use bucket::{BucketUrl, PROBE_PREFIX};
use serde_json::json;
use store::replica::{self, ReplicaJournal};
use store::{JournalSummary, StoreError, backup};

use super::report::{CommandError, CommandReport};
use super::scratch_dir::ScratchDir;
use super::source::{DATABASE, JournalSource};
use super::{CommandContext, blocking};

/// The arguments of the subcommand.
#[derive(Debug, clap::Args)]
pub struct CopyArgs {
    /// Source: a database file, `database` for that of `DATABASE_URL`, a backup, a folder or bucket of backups (the
    /// newest is used), or a replica
    from: String,
    /// Destination: a new database file, `database` for the empty one of `DATABASE_URL`, or an empty replica: s3://…,
    /// gs://… or file://…
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
        into_server(&source, context).await?
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

async fn into_server(
    source: &JournalSource,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    let server = context.opener.database().await?;
    let scratch = ScratchDir::near(&context.settings.db_path)?;
    let (copy, holding) = source.restore(&scratch, &context.progress_bar).await?;
    let progress = context.progress_bar.begin("filling the database");
    server.fill_from(&copy, progress).await?;
    context
        .progress_bar
        .begin("checking every chain in the database");
    server.verify_all().await?;
    Ok(holding)
}

/// Writes a replica the way a server does: by taking over an empty place with a journal that is ahead of it.
async fn into_replica(
    source: &JournalSource,
    place: &BucketUrl,
    context: &CommandContext,
) -> Result<JournalSummary, CommandError> {
    let bucket = context.opener.bucket(place).await?;
    let mut there = bucket.list("", None).await?.into_iter();
    if there.any(|object| !object.key.starts_with(PROBE_PREFIX)) {
        return Err(taken(&place));
    }
    let scratch = ScratchDir::near(&context.settings.db_path)?;
    let (copy, holding) = source.restore(&scratch, &context.progress_bar).await?;
    let settings = context.opener.replica(copy, bucket.clone(), place);
    let progress = context.progress_bar.begin("writing the replica");
    let journal = ReplicaJournal::open(settings, &progress.listener()).await?;
    let closed: Result<(), StoreError> = journal.close().await;
    closed?;
    drop(journal);
    let progress = context.progress_bar.begin("reading back what was written");
    let back = scratch.file("back");
    let there = replica::restore(&*bucket, &back, &progress.listener()).await?;
    if there == holding {
        return Ok(holding);
    }
    Err(CommandError::wrong(anyhow!(
        "{place} does not give back what was written to it: do not use it"
    )))
}

fn taken(target: &dyn std::fmt::Display) -> CommandError {
    CommandError::misused(anyhow!(
        "{target} holds something already, and nothing is written over: name another"
    ))
}
