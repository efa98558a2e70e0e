//! `restore`: a database made of a backup or a replica, checked before it is put in its place.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::json;
use store::backup;

use super::outcome::{Report, Trouble};
use super::scratch::Scratch;
use super::source::Source;
use super::times::Stamp;
use super::{Desk, blocking};
use crate::codex::now_ms;

#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// A backup, a place of backups (the newest is taken), or a replica
    from: String,
    /// The file to make, which must not be there; that of `DB_PATH` if not said
    #[arg(long, value_name = "FILE", conflicts_with = "in_place")]
    to: Option<PathBuf>,
    /// Replaces the file of `DB_PATH`, and keeps the old one beside it. No server may run
    #[arg(long)]
    in_place: bool,
    /// The time to name the old file by, such as `20261123_043412` (UTC); now if not said
    #[arg(long, value_name = "TIME")]
    at: Option<Stamp>,
    /// Prints one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(asked: Asked, desk: &Desk) -> Result<Report, Trouble> {
    let config = &desk.config;
    let target = asked.to.unwrap_or_else(|| config.db_path.clone());
    // A link is followed: the old file is kept where it really lies.
    let target = std::fs::canonicalize(&target).unwrap_or(target);
    let source = Source::find(&asked.from, &desk.config).await?;
    refuse_taken(&target, asked.in_place)?;
    let scratch = Scratch::beside(&target)?;
    let (restored, holding) = source.restore(&scratch, &desk.meter).await?;
    let made = asked.at.unwrap_or_else(|| Stamp::of_ms(now_ms()));
    let kept = target.exists().then(|| kept_as(&target, made));
    desk.meter.begin("putting the journal in its place");
    blocking({
        let (target, kept) = (target.clone(), kept.clone());
        move || match kept {
            Some(kept) => backup::replace(&restored, &target, &kept).map_err(in_use),
            None => backup::settle(&restored, &target).map_err(Trouble::unplaced),
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
    let mut report = Report::new(text, object);
    if let Some(kept) = &kept {
        report.note(&format!(
            "the journal that was there is kept as {}",
            kept.display()
        ));
    }
    if let Some(place) = &config.replica
        && place.to_string() != from
        && target == std::fs::canonicalize(&config.db_path).unwrap_or_default()
    {
        report.note(&format!(
            "REPLICA_URL names {place}. If both tell one story, the next start brings this journal to the \
             replica's end; if not, it refuses. To go on from here without what the replica has beyond, set \
             REPLICA_URL to an empty place"
        ));
    }
    Ok(report)
}

/// Finds out before the work what can be found out before.
fn refuse_taken(target: &Path, in_place: bool) -> Result<(), Trouble> {
    if !target.exists() {
        return Ok(());
    }
    if !in_place {
        return Err(Trouble::misused(anyhow!(
            "{} is there already: restore beside it with --to FILE, or in its place with --in-place",
            target.display()
        )));
    }
    match backup::holder(target) {
        Ok(None) => Ok(()),
        Ok(Some(process)) => Err(Trouble::absent(anyhow!(
            "{} is in use by process {process}: end it, and try again",
            target.display()
        ))),
        Err(error) => Err(Trouble::absent(error)),
    }
}

/// What is refused at the last moment is in use.
fn in_use(error: store::StoreError) -> Trouble {
    Trouble::absent(error)
}

fn kept_as(target: &Path, made: Stamp) -> PathBuf {
    let mut kept = target.as_os_str().to_owned();
    kept.push(format!(".before-{made}"));
    kept.into()
}
