//! Reads a replica without writing it: from any machine, while another process writes.

use std::path::{Path, PathBuf};

use bucket::{Bucket, list_all};

use super::follow::{FollowGoal, catch_up, follow};
use super::ledger::{self, LedgerEntry};
use super::local::LocalDatabase;
use super::maintenance::last_verified;
use super::{ReplicaError, keys, snapshots};
use crate::sqlite::Database;
use crate::sqlite::files::discard;
use crate::{JournalSummary, ProgressListener};

/// How often reading starts over because an object was garbage-collected meanwhile.
const TRIES_MAX: u32 = 5;

/// The content of a replica's bucket. Times are milliseconds since the Unix epoch, by the writers' clocks.
#[derive(Clone, Debug)]
pub struct ReplicaOverview {
    /// The current epoch.
    pub epoch: u64,
    /// The process that claimed it.
    pub owner: String,
    /// The time it was claimed.
    pub claimed_ms: u64,
    /// The first position of the newest segment; nothing if the epoch has none yet.
    pub newest_segment: Option<u64>,
    /// Whether the epoch was ended in order, so that nobody writes now.
    pub released: bool,
    /// The position from which on the log is kept, after that of a snapshot.
    pub floor: u64,
    /// Segments of the log and seals, and their bytes.
    pub log: ObjectTotals,
    /// The complete snapshots, the newest first.
    pub snapshots: Vec<SnapshotSummary>,
    /// When a snapshot was last restored on trial and found whole.
    pub last_verified_ms: Option<u64>,
}

/// A number of objects and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObjectTotals {
    /// The number of objects.
    pub objects: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// A snapshot in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotSummary {
    /// Its name.
    pub name: String,
    /// The last position it holds.
    pub position: u64,
    /// When it was made.
    pub made_ms: u64,
    /// Bytes of it, compressed.
    pub bytes: u64,
}

/// Reads the content of a bucket. Returns none if there is no replica.
///
/// # Errors
///
/// Any [`ReplicaError`] of reading.
pub async fn overview(bucket: &dyn Bucket) -> Result<Option<ReplicaOverview>, ReplicaError> {
    let Some(entry) = ledger::newest(bucket).await? else {
        return Ok(None);
    };
    let claim = claim_of(bucket, &entry).await?;
    let epoch = entry.current().number;
    let objects = list_all(bucket, keys::LOG).await?;
    let places = || {
        objects
            .iter()
            .filter_map(|object| keys::log_object_of(&object.key))
    };
    let last = places().rfind(|(of, _)| *of == epoch);
    let last = match last {
        Some((_, position)) => super::follow::fetch(bucket, epoch, position).await?,
        None => None,
    };
    let released = matches!(last, Some(super::log_object::LogObject::Seal(_)));
    let current = places().filter(|(of, _)| *of == epoch).map(|(_, at)| at);
    let segments: Vec<u64> = current.collect();
    let segments = &segments[..segments.len() - usize::from(released)];
    let mut views = Vec::new();
    for name in snapshots::usable(bucket, &entry).await? {
        views.extend(snapshots::manifest(bucket, &name).await?);
    }
    Ok(Some(ReplicaOverview {
        epoch,
        owner: claim.owner,
        claimed_ms: claim.at_ms,
        newest_segment: segments.last().copied(),
        released,
        floor: entry.floor_position(),
        log: ObjectTotals {
            objects: objects.len() as u64,
            bytes: objects.iter().map(|object| object.bytes).sum(),
        },
        snapshots: views
            .into_iter()
            .map(|manifest| SnapshotSummary {
                name: manifest.name,
                position: manifest.position,
                made_ms: manifest.made_ms,
                bytes: manifest.bytes,
            })
            .collect(),
        last_verified_ms: last_verified(bucket).await?,
    }))
}

/// The decision by which the current epoch was claimed.
async fn claim_of(bucket: &dyn Bucket, entry: &LedgerEntry) -> Result<LedgerEntry, ReplicaError> {
    let turn = entry.current().number;
    if turn == entry.turn {
        return Ok(entry.clone());
    }
    let claim = ledger::read(bucket, turn).await?;
    claim.ok_or(ReplicaError::Missing(keys::turn(turn)))
}

/// Restores a replica into a new database file, and checks every chain in it. The process that writes the replica
/// goes on undisturbed.
///
/// # Errors
///
/// [`ReplicaError::Nothing`] when there is no replica; any other of reading. Nothing is left behind.
pub async fn restore(
    bucket: &dyn Bucket,
    path: &Path,
    progress: &ProgressListener,
) -> Result<JournalSummary, ReplicaError> {
    discard(path);
    let mut tried = 0;
    let restored = loop {
        match try_restore(bucket, path, progress).await {
            Err(error @ (ReplicaError::Missing(_) | ReplicaError::Moved)) if tried < TRIES_MAX => {
                tried += 1;
                tracing::debug!(%error, "starting over");
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
            restored => break restored,
        }
    };
    if restored.is_err() {
        discard(path);
    }
    restored
}

async fn try_restore(
    bucket: &dyn Bucket,
    path: &Path,
    progress: &ProgressListener,
) -> Result<JournalSummary, ReplicaError> {
    let Some(entry) = ledger::newest(bucket).await? else {
        return Err(ReplicaError::Nothing);
    };
    let mut local = LocalDatabase::open(path)?;
    catch_up(bucket, &entry, &mut local, progress).await?;
    follow(bucket, &entry, &mut local, FollowGoal::End, progress).await?;
    tokio::task::spawn_blocking(move || finish(local.into_database()?))
        .await
        .map_err(ReplicaError::disk)?
}

fn finish(database: Database) -> Result<JournalSummary, ReplicaError> {
    database.recount()?;
    let summary = database.verify()?;
    let _: PathBuf = database.into_one_file()?;
    Ok(summary)
}
