//! Garbage collection of old log objects and snapshots. How old is old is decided in `maintenance.rs`.
//!
//! First comes a decision in the ledger: from now on no process begins below this floor. Only then is anything
//! deleted, so that no process can take a deleted object for the end of the log. The last object of each epoch
//! always stays: it is the seal that keeps the epoch's owner from writing there, however late it wakes.

use bucket::{Bucket, ListEntry, list_all};

use super::ledger::{self, Floor, LedgerDecision, LedgerEntry};
use super::{ReplicaError, WriterIdentity, keys};

/// Deletes what is covered by a snapshot that has been restored on trial. Returns the newest decision, and how many
/// objects were deleted.
///
/// # Errors
///
/// [`ReplicaError::Fenced`] when another process has taken over.
pub(super) async fn collect(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    entry: &LedgerEntry,
    floor: Floor,
) -> Result<(LedgerEntry, u64), ReplicaError> {
    let mut newest = check(bucket, entry).await?;
    if floor.position > newest.floor_position() {
        newest = raise(bucket, owner, &newest, floor).await?;
    }
    let deleted = clear(bucket, &newest).await?;
    Ok((newest, deleted))
}

/// Raises the floor, unless another process made a decision meanwhile.
async fn raise(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    entry: &LedgerEntry,
    floor: Floor,
) -> Result<LedgerEntry, ReplicaError> {
    let raised = entry.floored(owner, floor);
    if ledger::decide(bucket, &raised).await? {
        return Ok(raised);
    }
    check(bucket, entry).await
}

/// Returns the newest decision, if the epoch is still the one of `entry` and its owner was given no notice.
///
/// # Errors
///
/// [`ReplicaError::Fenced`] when another process has taken over, or is about to.
pub(super) async fn check(
    bucket: &dyn Bucket,
    entry: &LedgerEntry,
) -> Result<LedgerEntry, ReplicaError> {
    let mut newest = entry.clone();
    while let Some(next) = ledger::read(bucket, newest.turn + 1).await? {
        newest = next;
        match newest.decided {
            LedgerDecision::Floor => {}
            LedgerDecision::Epoch | LedgerDecision::Notice => {
                return Err(ReplicaError::Fenced { by: newest.owner });
            }
        }
    }
    Ok(newest)
}

/// Deletes what lies below the floor. Returns how many objects.
pub(super) async fn clear(bucket: &dyn Bucket, entry: &LedgerEntry) -> Result<u64, ReplicaError> {
    let floor = entry.floor_position();
    if floor == 0 {
        return Ok(0);
    }
    let snapshots = list_all(bucket, keys::SNAPSHOTS).await?;
    let objects = list_all(bucket, keys::LOG).await?;
    // The manifest is deleted before the parts, so that no restore begins with half a snapshot.
    let old = old_snapshots(&snapshots, floor).chain(old_objects(&objects, floor));
    let mut deleted = 0;
    for key in old {
        bucket.delete(key).await?;
        deleted += 1;
    }
    Ok(deleted)
}

fn old_snapshots(listed: &[ListEntry], floor: u64) -> impl Iterator<Item = &str> {
    listed.iter().rev().filter_map(move |object| {
        let (_, position, _) = keys::snapshot_of(&object.key)?;
        (position < floor).then_some(&*object.key)
    })
}

/// The objects whose every record lies at or below the floor: those that are followed, in their epoch, by one
/// that begins no later than right after it. The last object of an epoch is followed by none.
fn old_objects(listed: &[ListEntry], floor: u64) -> impl Iterator<Item = &str> {
    let place = |object: &ListEntry| keys::log_object_of(&object.key);
    listed.windows(2).filter_map(move |pair| {
        let ((epoch, _), (next_epoch, next)) = (place(&pair[0])?, place(&pair[1])?);
        let is_old = epoch == next_epoch && next <= floor + 1;
        is_old.then_some(&*pair[0].key)
    })
}
