//! The journal's disk, the journal on it, and what the system allows the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mounts::Mount;
use rustix::fs::statvfs;
use rustix::process::{Resource, getrlimit};
use store::backup::{self, Depth};
use store::megabytes;
use store::sqlite::{Settings, SqliteJournal};
use tokio::time::timeout;

use super::diagnosis::Diagnosis;
use crate::scratch_dir::ScratchDir;
use crate::{AdminSettings, blocking};

/// How long the disk may take for one thing.
const LIMIT: Duration = Duration::from_secs(30);
/// How long the journal's pages may take.
const READ_LIMIT: Duration = Duration::from_mins(30);
/// Free bytes below which the journal will soon not fit.
const FREE_LEAST: u64 = 64_000_000;
/// Free bytes below which somebody should think about it.
const FREE_SOME: u64 = 1_000_000_000;
/// Copies of the journal that a snapshot and its trial put beside it.
const COPIES: u64 = 3;

/// The name of the check of the folder.
const FOLDER: &str = "journal's folder";

pub(super) async fn look(settings: &AdminSettings) -> Vec<Diagnosis> {
    if let Some(facts) = &settings.database {
        let address = &facts.address;
        let found = format!(
            "the journal is in {address}: the disk only has to hold what backups and restores work with"
        );
        return vec![Diagnosis::skipped(FOLDER, found), files(settings)];
    }
    let path = &settings.db_path;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    vec![
        folder_check(path).await,
        space(&folder, path),
        journal(path.clone()).await,
        files(settings),
    ]
}

/// Opens a journal of its own beside the one that is there: that tells whether the folder can be written, and
/// whether its file system is one a database may lie on.
async fn folder_check(path: &Path) -> Diagnosis {
    let tried = timeout(LIMIT, async {
        let scratch = ScratchDir::beside(path).map_err(|error| error.said())?;
        let settings = Settings {
            path: scratch.file("trial"),
            readers: 1,
            timeout: LIMIT,
        };
        let journal = SqliteJournal::open(settings)
            .await
            .map_err(|error| error.to_string())?;
        journal.close().await.map_err(|error| error.to_string())
    });
    match tried.await {
        Ok(Ok(())) => Diagnosis::fine(FOLDER, writable(path)),
        Ok(Err(why)) => Diagnosis::fault(FOLDER, why, "set DB_PATH to a file in such a folder"),
        Err(_) => Diagnosis::fault(
            FOLDER,
            format!("nothing could be written for {LIMIT:?}"),
            "check the disk, or set DB_PATH to a file on another one",
        ),
    }
}

/// Says on which file system a database can be written: whether that outlives a container is for people to see.
fn writable(path: &Path) -> String {
    Mount::of(path).map_or_else(
        |_| "a database can be written there".to_owned(),
        |mount| format!("a database can be written there, on {mount}"),
    )
}

fn space(folder: &Path, path: &Path) -> Diagnosis {
    const NAME: &str = "free space";
    let found = match statvfs(folder) {
        Ok(found) => found,
        Err(error) => {
            return Diagnosis::skipped(NAME, format!("the free space cannot be read ({error})"));
        }
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let journal = fs::metadata(path).map_or(0, |found| found.len());
    let said = format!(
        "{} free, the journal has {}",
        megabytes(free),
        megabytes(journal)
    );
    let advice = "make room, or move the journal to a larger disk";
    if free < FREE_LEAST {
        Diagnosis::fault(NAME, said, advice)
    } else if free < FREE_SOME.max(journal.saturating_mul(COPIES)) {
        Diagnosis::warning(NAME, said, advice)
    } else {
        Diagnosis::fine(NAME, said)
    }
}

async fn journal(path: PathBuf) -> Diagnosis {
    const NAME: &str = "journal";
    let shown = path.display().to_string();
    if !path.exists() {
        let found = format!("there is none at {shown} yet; the first start makes or restores it");
        return Diagnosis::fine(NAME, found);
    }
    let looked = timeout(
        READ_LIMIT,
        blocking(move || Ok(backup::look_through(&path, Depth::Pages)?)),
    );
    match looked.await {
        Ok(Ok(())) => Diagnosis::fine(
            NAME,
            format!(
                "{shown} opens and its pages are in order; `verify {shown}` follows its chains"
            ),
        ),
        Ok(Err(error)) => Diagnosis::fault(
            NAME,
            error.said(),
            "restore the replica or the newest backup with `restore … --in-place`",
        ),
        Err(_) => Diagnosis::fault(
            NAME,
            format!("{shown} could not be read for {READ_LIMIT:?}"),
            "check the disk",
        ),
    }
}

fn files(settings: &AdminSettings) -> Diagnosis {
    const NAME: &str = "open files";
    let wanted = u64::try_from(settings.open_files_max).unwrap_or(u64::MAX);
    match getrlimit(Resource::Nofile).maximum {
        Some(most) if most < wanted => Diagnosis::warning(
            NAME,
            format!("{most} are allowed, MAX_STREAMS may need {wanted}"),
            "raise the limit (ulimit -n), or lower MAX_STREAMS",
        ),
        most => {
            let most = most.map_or_else(|| "any number".to_owned(), |most| most.to_string());
            Diagnosis::fine(NAME, format!("{most} allowed, {wanted} needed at most"))
        }
    }
}
