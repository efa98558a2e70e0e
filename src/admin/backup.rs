//! `backup`: a copy of the journal as of one moment, packed, restored on trial, and old ones let go.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde_json::json;
use store::backup;
use store::sqlite::Holding;

use super::meter::{Meter, note};
use super::outcome::{Report, Trouble};
use super::scratch::Scratch;
use super::shelf::{Shelf, Stored};
use super::source::{DATABASE, Source, unpacked};
use super::times::Stamp;
use super::{Desk, blocking};
use crate::codex::now_ms;
use crate::progress::megabytes;

/// The folder of backups beside a journal.
const FOLDER: &str = "backups";

#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// Where to: a folder, s3://…, gs://… or file://…; the folder `backups` beside the journal if not said
    #[arg(long, value_name = "PLACE")]
    to: Option<String>,
    /// Deletes backups made more than so many days ago, but never the newest
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_days: u32,
    /// The journal's file; if not said, the journal of `DATABASE_URL`, or that of `DB_PATH`
    #[arg(long, value_name = "DB")]
    from: Option<PathBuf>,
    /// The time to name it by, such as `20261123_043412` (UTC); now if not said
    #[arg(long, value_name = "TIME")]
    at: Option<Stamp>,
    /// Prints one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(asked: Asked, desk: &Desk) -> Result<Report, Trouble> {
    let config = &desk.config;
    let served = match (&asked.from, &config.database) {
        (None, Some(_)) => Some(Source::find(DATABASE, config).await?),
        _ => None,
    };
    let from = asked.from.unwrap_or_else(|| config.db_path.clone());
    if served.is_none() && !from.is_file() {
        return Err(Trouble::absent(anyhow!(
            "there is no journal at {}: set DB_PATH, or name one with --from",
            from.display()
        )));
    }
    let to = asked
        .to
        .unwrap_or_else(|| from.with_file_name(FOLDER).display().to_string());
    let shelf = Shelf::open(&to).await?;
    let made = match asked.at {
        Some(said) => said,
        None => free(&shelf, Stamp::of_ms(now_ms())).await?,
    };
    let scratch = match shelf.folder() {
        Some(folder) => Scratch::within(folder)?,
        None => Scratch::near(&from)?,
    };
    let from = match served {
        Some(source) => source.restore(&scratch, &desk.meter).await?.0,
        None => from,
    };
    let packed = scratch.file("packed");
    let (bytes, mut holding) = pack(&from, &packed, &scratch, &desk.meter).await?;
    desk.meter.begin("putting the backup in its place");
    let name = shelf.put(&packed, made).await?;
    if shelf.folder().is_none() {
        holding = fetched_again(&shelf, &name, &desk.meter, &scratch).await?;
    }
    let path = shelf.path_of(&name);
    let lost = let_go(&shelf, made, asked.keep_days).await;
    let Holding {
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
    let mut report = told(Report::new(text, object), lost);
    if config.key_path().is_file() {
        report.note(&format!(
            "the key that signs players' cookies is not in it: keep a copy of {} elsewhere, too",
            config.key_path().display()
        ));
    }
    Ok(report)
}

/// The first second from a moment on that no backup is named by.
async fn free(shelf: &Shelf, mut moment: Stamp) -> Result<Stamp, Trouble> {
    for stored in shelf.list().await? {
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
    scratch: &Scratch,
    meter: &Meter,
) -> Result<(u64, Holding), Trouble> {
    let progress = meter.begin("copying and packing the journal");
    let (from, into) = (from.to_owned(), packed.to_owned());
    let bytes = blocking(move || {
        backup::pack(&from, &into, |step| note(&progress, step))?;
        Ok(std::fs::metadata(&into).map_err(Trouble::absent)?.len())
    })
    .await?;
    let holding = unpacked(packed.to_owned(), scratch.file("trial"), meter).await?;
    Ok((bytes, holding))
}

/// Restores what was sent on trial: what counts is what the bucket gives back.
async fn fetched_again(
    shelf: &Shelf,
    name: &str,
    meter: &Meter,
    scratch: &Scratch,
) -> Result<Holding, Trouble> {
    let again = scratch.file("again");
    meter.begin("fetching what was sent");
    shelf.fetch(name, &again).await?;
    let restored = unpacked(again, scratch.file("trial-again"), meter).await;
    if restored.is_err() {
        // What cannot be restored is no backup.
        shelf.delete(name).await?;
    }
    restored
}

/// Deletes what is old. Returns what was deleted, and what went wrong.
async fn let_go(shelf: &Shelf, now: Stamp, keep_days: u32) -> (Vec<String>, Option<Trouble>) {
    let mut deleted = Vec::new();
    let stored = match shelf.list().await {
        Ok(stored) => stored,
        Err(trouble) => return (deleted, Some(trouble)),
    };
    let Some((_newest, older)) = stored.split_last() else {
        return (deleted, None);
    };
    let old = |stored: &&Stored| stored.made != now && stored.made.is_days_before(keep_days, now);
    for stored in older.iter().filter(old) {
        if let Err(trouble) = shelf.delete(&stored.name).await {
            return (deleted, Some(trouble));
        }
        deleted.push(stored.name.clone());
    }
    (deleted, None)
}

/// Adds to a report what became of old backups.
fn told(mut report: Report, (deleted, trouble): (Vec<String>, Option<Trouble>)) -> Report {
    if !deleted.is_empty() {
        let _ = write!(report.text, "\ndeleted {}", deleted.join(", "));
    }
    report.json["deleted"] = json!(deleted);
    let Some(trouble) = trouble else {
        return report;
    };
    report.note(&format!("old backups stay: {}", trouble.said()));
    report.found_wrong()
}
