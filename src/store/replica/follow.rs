//! Replays the log into a local journal, to the log's end.

use async_trait::async_trait;
use bucket::{Bucket, LIST_MAX, ListEntry, list_all};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::ledger::{Epoch, LedgerEntry};
use super::log_object::{LogObject, SEGMENT_RECORDS_MAX, Segment};
use super::snapshots::{self, Manifest};
use super::{ReplicaError, keys};
use crate::LogHash;
use crate::{ProgressListener, ProgressStep};

/// Log objects fetched concurrently.
const FETCHES: usize = 32;
/// Listings in a row that were not full, were replayed wholly and had a successor, after which the end is close and
/// moving. A store that lists short pages for reasons of its own only makes the owner be asked too early.
const LAPS_MAX: u32 = 8;

/// How far to follow a log that its owner may still be writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FollowGoal {
    /// To a position at which no object was found.
    End,
    /// The same, or close to it if the owner writes as fast as this reads.
    Close,
}

/// A journal that a log is replayed into.
#[async_trait]
pub(super) trait ReplayTarget: Send {
    /// The position of its last record; 0 if it holds none.
    fn position(&self) -> u64;

    /// The hash of its log up to a position it holds.
    fn hash_at(&mut self, position: u64) -> Result<LogHash, ReplicaError>;

    /// Appends the records of a segment that come after its own last one, durably, all or none, and checks that
    /// they lead to the segment's hash.
    fn take(&mut self, segment: &Segment) -> Result<(), ReplicaError>;

    /// Replaces its content by a snapshot's, if that is whole and continues the local records. Else changes nothing.
    async fn become_snapshot(
        &mut self,
        bucket: &dyn Bucket,
        manifest: &Manifest,
        progress: &ProgressListener,
    ) -> Result<(), ReplicaError>;
}

/// Lets a journal that is empty, or that the log does not go back to, begin with a snapshot, the newest that
/// is whole.
pub(super) async fn catch_up(
    bucket: &dyn Bucket,
    entry: &LedgerEntry,
    local: &mut dyn ReplayTarget,
    progress: &ProgressListener,
) -> Result<(), ReplicaError> {
    if local.position() > 0 && local.position() >= entry.floor_position() {
        return Ok(());
    }
    let mut failed = None;
    for name in snapshots::usable(bucket, entry).await? {
        let Some(manifest) = snapshots::manifest(bucket, &name).await? else {
            continue;
        };
        progress.report(&ProgressStep::Found {
            objects: manifest.parts as u64,
            bytes: manifest.bytes,
        });
        match local.become_snapshot(bucket, &manifest, progress).await {
            Ok(()) => return Ok(()),
            Err(error @ (ReplicaError::Damaged(_) | ReplicaError::Missing(_))) => {
                let cause: &dyn std::error::Error = &error;
                tracing::warn!(cause, snapshot = manifest.name, "a snapshot cannot be used");
                failed = Some(error);
            }
            Err(other) => return Err(other),
        }
    }
    // Without a floor the log itself tells everything.
    let Some(floor) = &entry.floor else {
        return Ok(());
    };
    Err(failed.unwrap_or_else(|| ReplicaError::Missing(keys::manifest(&floor.snapshot))))
}

/// The end of the log, as far as it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogEnd {
    /// The position of the next record.
    pub(super) next: u64,
    /// The hash of the log before it.
    pub(super) hash: LogHash,
    /// Whether a seal lies there.
    pub(super) sealed: bool,
}

/// Replays the records that the log has beyond the local journal, and returns the end of the log.
///
/// The local journal may be ahead of the log, as long as both agree as far as the log goes.
pub(super) async fn follow(
    bucket: &dyn Bucket,
    entry: &LedgerEntry,
    local: &mut dyn ReplayTarget,
    goal: FollowGoal,
    progress: &ProgressListener,
) -> Result<LogEnd, ReplicaError> {
    // Never below the floor: what lies there may be gone, or may be a seal that came too late.
    let known = local.position();
    if known < entry.floor_position() {
        return Err(ReplicaError::Behind);
    }
    let (mut epoch, mut end) = entry
        .holding(known + 1)
        .ok_or_else(|| ReplicaError::Missing("position 1".to_owned()))?;
    let mut at = begin(bucket, epoch, known).await?;
    agree(local, at.hash, at.next)?;
    loop {
        let range = EpochRange {
            epoch: epoch.number,
            end,
            goal,
        };
        at = walk(bucket, range, at, local, progress).await?;
        if end != Some(at.next) {
            break;
        }
        let Some(next) = entry.holding(at.next) else {
            break;
        };
        (epoch, end) = next;
        if epoch.before != at.hash {
            return Err(ReplicaError::Damaged(format!(
                "epoch {} does not continue the log at position {}",
                epoch.number, at.next
            )));
        }
        at.sealed = false;
    }
    Ok(at)
}

/// Finds the object to begin with: the one at the first unknown position; else the one after the last object that is
/// known wholly, or the one that is known in part.
async fn begin(bucket: &dyn Bucket, epoch: Epoch, known: u64) -> Result<LogEnd, ReplicaError> {
    let mut at = LogEnd {
        next: epoch.start,
        hash: epoch.before,
        sealed: false,
    };
    if known < epoch.start {
        return Ok(at);
    }
    if let Some(object) = fetch(bucket, epoch.number, known + 1).await? {
        at.next = known + 1;
        at.hash = match object {
            LogObject::Segment(segment) => segment.head.before,
            LogObject::Seal(seal) => seal.hash,
        };
        return Ok(at);
    }
    let Some(first) = last_object(bucket, epoch, known).await? else {
        return Ok(at);
    };
    match fetch(bucket, epoch.number, first).await? {
        Some(LogObject::Segment(segment)) if segment.last() <= known => {
            at.next = segment.last() + 1;
            at.hash = segment.head.after;
        }
        Some(LogObject::Segment(segment)) => {
            at.next = first;
            at.hash = segment.head.before;
        }
        Some(LogObject::Seal(seal)) => {
            at.next = first;
            at.hash = seal.hash;
        }
        None => return Err(ReplicaError::Moved),
    }
    Ok(at)
}

/// Finds the last object of an epoch that begins at or before a position.
async fn last_object(
    bucket: &dyn Bucket,
    epoch: Epoch,
    position: u64,
) -> Result<Option<u64>, ReplicaError> {
    let folder = keys::epoch(epoch.number);
    let last = |listed: &[ListEntry]| {
        let firsts = listed
            .iter()
            .filter_map(|object| keys::log_object_of(&object.key));
        firsts
            .map(|(_, first)| first)
            .rfind(|first| *first <= position)
    };
    // Nearby first: an epoch may have any number of objects.
    let nearby = keys::log_object(epoch.number, position.saturating_sub(SEGMENT_RECORDS_MAX));
    let found = last(&bucket.list(&folder, Some(&nearby)).await?);
    if found.is_some() {
        return Ok(found);
    }
    Ok(last(&list_all(bucket, &folder).await?))
}

/// The objects of one epoch.
#[derive(Clone, Copy)]
struct EpochRange {
    epoch: u64,
    /// Where the next epoch begins, if there is one.
    end: Option<u64>,
    goal: FollowGoal,
}

/// Replays the objects of one epoch, from one listing to the next.
async fn walk(
    bucket: &dyn Bucket,
    range: EpochRange,
    mut at: LogEnd,
    local: &mut dyn ReplayTarget,
    progress: &ProgressListener,
) -> Result<LogEnd, ReplicaError> {
    let EpochRange { epoch, end, goal } = range;
    let (mut laps, mut doubted) = (0, false);
    loop {
        let listed = list_after(bucket, epoch, at.next).await?;
        let mut is_lap = listed.len() < LIST_MAX;
        progress.report(&ProgressStep::found(&listed));
        let before = at.next;
        let mut objects = stream::iter(listed)
            .map(|(first, bytes)| async move { (first, bytes, fetch(bucket, epoch, first).await) })
            .buffered(FETCHES);
        while let Some((first, bytes, object)) = objects.next().await {
            let Some(object) = object?.filter(|_| first == at.next) else {
                // An object is missing: it was deleted below the floor, or the listing ran ahead of a read.
                is_lap = false;
                break;
            };
            if step(&mut at, object, local)? {
                return Ok(at);
            }
            progress.report(&ProgressStep::Taken { bytes });
        }
        drop(objects);
        laps = if is_lap { laps + 1 } else { 0 };
        // Only the current epoch has an end that moves: that of an older one is written in the ledger.
        let is_close = goal == FollowGoal::Close && end.is_none() && laps > LAPS_MAX;
        if is_close || end == Some(at.next) {
            return Ok(at);
        }
        if at.next > before {
            doubted = false;
            continue;
        }
        // Listings may lag behind. Only a read of the next key shows that the log ends here, and only a second
        // listing that shows nothing beyond it shows that the key is not a hole.
        match fetch(bucket, epoch, at.next).await? {
            Some(object) => {
                if step(&mut at, object, local)? {
                    return Ok(at);
                }
            }
            None => match list_after(bucket, epoch, at.next).await?.first() {
                None if end.is_none() => return Ok(at),
                // It was written between the read and the listing. That may happen once in a row; a second time
                // the store lists what it cannot return.
                Some((first, _)) if *first == at.next && !doubted => doubted = true,
                _ => return Err(ReplicaError::Missing(keys::log_object(epoch, at.next))),
            },
        }
    }
}

/// Replays one object. Returns whether it was a seal.
fn step(
    at: &mut LogEnd,
    object: LogObject,
    local: &mut dyn ReplayTarget,
) -> Result<bool, ReplicaError> {
    let segment = match object {
        LogObject::Seal(seal) => {
            agree(local, seal.hash, at.next)?;
            at.hash = seal.hash;
            at.sealed = true;
            return Ok(true);
        }
        LogObject::Segment(segment) => segment,
    };
    if segment.head.before != at.hash || segment.first() != at.next {
        let why = format!("the log is broken at position {}", at.next);
        return Err(ReplicaError::Damaged(why));
    }
    if segment.last() > local.position() {
        local.take(&segment)?;
    } else {
        agree(local, segment.hash(), segment.last() + 1)?;
    }
    at.next = segment.last() + 1;
    at.hash = segment.hash();
    Ok(false)
}

/// Checks that the local journal holds what the log holds before `next`, as far as it goes.
fn agree(local: &mut dyn ReplayTarget, hash: LogHash, next: u64) -> Result<(), ReplicaError> {
    let position = next - 1;
    if position <= local.position() && local.hash_at(position)? != hash {
        return Err(ReplicaError::Disagree { position });
    }
    Ok(())
}

/// Lists the objects of an epoch from a position on, with their sizes.
async fn list_after(
    bucket: &dyn Bucket,
    epoch: u64,
    from: u64,
) -> Result<Vec<(u64, u64)>, ReplicaError> {
    let before = keys::log_object(epoch, from - 1);
    let listed: Vec<ListEntry> = bucket.list(&keys::epoch(epoch), Some(&before)).await?;
    let places = listed
        .iter()
        .filter_map(|object| Some((keys::log_object_of(&object.key)?.1, object.bytes)));
    Ok(places.collect())
}

/// Reads the log object at a position, if there is one.
pub(super) async fn fetch(
    bucket: &dyn Bucket,
    epoch: u64,
    position: u64,
) -> Result<Option<LogObject>, ReplicaError> {
    let key = keys::log_object(epoch, position);
    let object = bucket.get(&key).await?;
    object
        .map(|object| LogObject::decode(&key, &object.body))
        .transpose()
}
