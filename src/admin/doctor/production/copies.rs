//! Whether what is played outlives a disk and a mistake.

use std::path::Path;

use super::DAY_MS;
use crate::CommandContext;
use crate::backup_store::BackupStore;
use crate::doctor::diagnosis::Diagnosis;
use crate::report::CommandError;
use crate::timestamp::ago;

/// How old the newest backup may be before it is a warning, and before it is a fault.
const AGED_MS: u64 = 2 * DAY_MS;
const OLD_MS: u64 = 7 * DAY_MS;

/// How the sentence begins about a journal that goes with its memory or its container.
const SOON_LOST: &str = "DB_PATH: the journal lies on";

pub(super) fn storage(context: &CommandContext) -> Diagnosis {
    const NAME: &str = "durable storage";
    let settings = &context.settings;
    if let Some(facts) = &settings.database {
        return Diagnosis::fine(NAME, format!("the journal is at {}", facts.address));
    }
    if let Some(place) = &settings.replica {
        let ack = settings.replica_ack;
        return Diagnosis::fine(
            NAME,
            format!("the journal is replicated to {place} ({ack})"),
        );
    }
    let lost = settings
        .warnings
        .iter()
        .find(|it| it.starts_with(SOON_LOST));
    if let Some(sentence) = lost {
        let advice = "put DB_PATH on a disk or a named volume, or set REPLICA_URL";
        return Diagnosis::fault(NAME, sentence, advice);
    }
    Diagnosis::warning(
        NAME,
        format!(
            "the journal {} lies on this disk alone",
            settings.db_path.display()
        ),
        "set REPLICA_URL, so that nothing acknowledged is lost with the disk (docs/operations/backup.md)",
    )
}

pub(super) async fn backups(context: &CommandContext, place: Option<&str>) -> Diagnosis {
    const NAME: &str = "backups";
    const ADVICE: &str = "run `backup` every night, and keep its backups on another machine (docs/operations/backup.md)";
    let beside = context.settings.db_path.with_file_name("backups");
    let place = place.map_or_else(|| beside.display().to_string(), str::to_owned);
    let newest_ms = match newest(context, &place).await {
        Ok(newest) => newest,
        Err(error) => {
            let found = format!("{place}: {}", error.said());
            return Diagnosis::fault(NAME, found, "name the place of the backups with --backups");
        }
    };
    let Some(newest_ms) = newest_ms else {
        let found = format!("there is none in {place}; --backups names another place");
        return Diagnosis::fault(NAME, found, ADVICE);
    };
    let now_ms = (context.now_ms)();
    let found = format!("the newest in {place} was made {}", ago(newest_ms, now_ms));
    match now_ms.saturating_sub(newest_ms) {
        age if age > OLD_MS => Diagnosis::fault(NAME, found, ADVICE),
        age if age > AGED_MS => Diagnosis::warning(NAME, found, ADVICE),
        _ => Diagnosis::fine(NAME, found),
    }
}

/// Returns when the newest backup was made. Looking makes no folder.
async fn newest(context: &CommandContext, place: &str) -> Result<Option<u64>, CommandError> {
    let is_folder = !place.contains("://");
    if is_folder && !Path::new(place).is_dir() {
        return Ok(None);
    }
    let backups = BackupStore::open(place, context).await?.list().await?;
    Ok(backups.last().map(|newest| newest.made.seconds * 1_000))
}
