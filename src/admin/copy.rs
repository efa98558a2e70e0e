//! `copy`: a journal carried into another store, which must be empty, and read back there.

use std::path::Path;

use anyhow::anyhow;
use bucket::{BucketUrl, PROBE_PREFIX};
use serde_json::json;
use store::replica::{self, ReplicaJournal};
use store::sqlite::Holding;
use store::{StoreError, backup, sqlite};

use super::outcome::{Report, Trouble};
use super::scratch::Scratch;
use super::source::{DATABASE, Source};
use super::{Desk, blocking};
use crate::storage::{replica_settings, watcher};

#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// A database file, `database` for that of `DATABASE_URL`, a backup, a place of backups (the newest is taken), or
    /// a replica
    from: String,
    /// A database file that is not there yet, `database` for the empty one of `DATABASE_URL`, or an empty place:
    /// s3://…, gs://… or file://…
    to: String,
    /// Prints one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(asked: &Asked, desk: &Desk) -> Result<Report, Trouble> {
    let source = Source::find(&asked.from, &desk.config).await?;
    let holding = if asked.to == DATABASE {
        into_server(&source, desk).await?
    } else if asked.to.contains("://") {
        let place = asked.to.parse::<BucketUrl>().map_err(Trouble::misused)?;
        into_replica(&source, &place, desk).await?
    } else {
        into_database(&source, Path::new(&asked.to), desk).await?
    };
    let (from, to) = (source.name(), &asked.to);
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
    Ok(Report::new(text, object))
}

async fn into_database(source: &Source, to: &Path, desk: &Desk) -> Result<Holding, Trouble> {
    if to.exists() {
        return Err(taken(&to.display()));
    }
    let scratch = Scratch::beside(to)?;
    let (copy, holding) = source.restore(&scratch, &desk.meter).await?;
    let to = to.to_owned();
    blocking(move || backup::settle(&copy, &to).map_err(Trouble::unplaced)).await?;
    Ok(holding)
}

#[cfg(feature = "postgres")]
async fn into_server(source: &Source, desk: &Desk) -> Result<Holding, Trouble> {
    let served = super::served::Served::open(&desk.config).await?;
    let scratch = Scratch::near(&desk.config.db_path)?;
    let (copy, holding) = source.restore(&scratch, &desk.meter).await?;
    served.fill(&copy, &desk.meter).await?;
    Ok(holding)
}

#[cfg(not(feature = "postgres"))]
#[expect(clippy::unused_async, reason = "other builds ask a server")]
async fn into_server(_source: &Source, _desk: &Desk) -> Result<Holding, Trouble> {
    Err(super::source::unspoken())
}

/// Writes a replica the way a server does: by taking over an empty place with a journal that is ahead of it.
async fn into_replica(source: &Source, place: &BucketUrl, desk: &Desk) -> Result<Holding, Trouble> {
    let bucket = place.open().await?;
    let mut there = bucket.list("", None).await?.into_iter();
    if there.any(|object| !object.key.starts_with(PROBE_PREFIX)) {
        return Err(taken(&place));
    }
    let config = &desk.config;
    let scratch = Scratch::near(&config.db_path)?;
    let (copy, holding) = source.restore(&scratch, &desk.meter).await?;
    let sqlite = sqlite::Settings {
        path: copy,
        readers: 1,
        timeout: config.db_timeout,
    };
    let settings = replica_settings(config, sqlite, bucket.clone(), place);
    let progress = desk.meter.begin("writing the replica");
    let journal = ReplicaJournal::open(settings, &watcher(progress)).await?;
    let closed: Result<(), StoreError> = journal.close().await;
    closed?;
    drop(journal);
    let progress = desk.meter.begin("reading back what was written");
    let back = scratch.file("back");
    let there = replica::restore(&*bucket, &back, &watcher(progress)).await?;
    if there == holding {
        return Ok(holding);
    }
    Err(Trouble::wrong(anyhow!(
        "{place} does not give back what was written to it: do not use it"
    )))
}

fn taken(target: &dyn std::fmt::Display) -> Trouble {
    Trouble::misused(anyhow!(
        "{target} holds something already, and nothing is written over: name another"
    ))
}
