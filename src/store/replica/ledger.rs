//! The decisions about a replica, in the order they were made.
//!
//! Each is one object, created only if absent under the next number, and never removed. So every decision is
//! made by one process, in knowledge of all the decisions before it, whatever the clocks say and however
//! long a process slept. There are three kinds: a process takes over (a new epoch), the owner of the epoch gives
//! up what a snapshot covers (a new floor), and a process that cannot take over from an owner that writes without
//! a pause asks it to end (a notice). An entry holds the whole state it leads to.

use bucket::{Bucket, PutOutcome, list_all};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{ReplicaError, WriterIdentity, keys};
use crate::LogHash;

/// The number of this way of writing.
const FORMAT: u32 = 1;

/// A decision and the state it led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LedgerEntry {
    format: u32,
    /// The number of the decision; the first is 1.
    pub(super) turn: u64,
    /// The kind of decision.
    pub(super) decided: LedgerDecision,
    /// A random value that distinguishes this entry from any other under the same number.
    nonce: String,
    /// The name of the process that made it.
    pub(super) owner: String,
    /// When, in milliseconds since the Unix epoch, by the decider's clock.
    pub(super) at_ms: u64,
    /// The epochs that hold records above the floor, oldest first. The last one is the current one.
    pub(super) epochs: Vec<Epoch>,
    /// What restoring may begin with, when the log no longer goes back to the first record.
    pub(super) floor: Option<Floor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LedgerDecision {
    Epoch,
    Floor,
    Notice,
}

/// A stretch of the log with one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Epoch {
    /// The turn at which it was claimed.
    pub(super) number: u64,
    /// The position of its first record. What comes before lies in other epochs, complete.
    pub(super) start: u64,
    /// The hash of the log before it.
    pub(super) before: LogHash,
}

/// Below here nothing of the log need be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Floor {
    /// The last position the snapshot holds.
    pub(super) position: u64,
    /// The snapshot that holds everything up to there.
    pub(super) snapshot: String,
}

impl LedgerEntry {
    /// The first decision there is: an epoch that begins with the first record.
    pub(super) fn first(owner: &WriterIdentity) -> Self {
        let nothing = Self {
            format: FORMAT,
            turn: 0,
            decided: LedgerDecision::Epoch,
            nonce: String::new(),
            owner: String::new(),
            at_ms: 0,
            epochs: Vec::new(),
            floor: None,
        };
        nothing.claimed(owner, 1, LogHash::of_nothing())
    }

    /// The decision by which `owner` takes over at `start`.
    pub(super) fn claimed(&self, owner: &WriterIdentity, start: u64, before: LogHash) -> Self {
        let mut next = self.next(owner, LedgerDecision::Epoch);
        next.epochs.push(Epoch {
            number: next.turn,
            start,
            before,
        });
        next
    }

    /// The decision to let go of what `floor` covers.
    pub(super) fn floored(&self, owner: &WriterIdentity, floor: Floor) -> Self {
        let mut next = self.next(owner, LedgerDecision::Floor);
        // An epoch is needed as long as it may hold the position after the floor.
        while let [_, second, ..] = &next.epochs[..]
            && second.start <= floor.position + 1
        {
            next.epochs.remove(0);
        }
        next.floor = Some(floor);
        next
    }

    /// The decision that the owner of the epoch is to end, because `owner` stands ready to go on.
    pub(super) fn noticed(&self, owner: &WriterIdentity) -> Self {
        self.next(owner, LedgerDecision::Notice)
    }

    fn next(&self, owner: &WriterIdentity, decided: LedgerDecision) -> Self {
        Self {
            format: FORMAT,
            turn: self.turn + 1,
            decided,
            nonce: owner.nonce(),
            owner: owner.name.clone(),
            at_ms: owner.now_ms(),
            epochs: self.epochs.clone(),
            floor: self.floor.clone(),
        }
    }

    /// The current epoch.
    pub(super) fn current(&self) -> Epoch {
        *self.epochs.last().expect("every entry names its epoch")
    }

    /// The epoch that holds a position, or will.
    pub(super) fn holding(&self, position: u64) -> Option<(Epoch, Option<u64>)> {
        let index = self
            .epochs
            .iter()
            .rposition(|epoch| epoch.start <= position)?;
        let end = self.epochs.get(index + 1).map(|next| next.start);
        Some((self.epochs[index], end))
    }

    /// How many epochs begin after a position that a snapshot holds.
    pub(super) fn epochs_after(&self, position: u64) -> usize {
        let after = self
            .epochs
            .iter()
            .filter(|epoch| epoch.start > position + 1);
        after.count()
    }

    /// The last position that only the snapshot of the floor tells.
    pub(super) fn floor_position(&self) -> u64 {
        self.floor.as_ref().map_or(0, |floor| floor.position)
    }

    fn decode(key: &str, body: &[u8]) -> Result<Self, ReplicaError> {
        let damaged = |why: &str| ReplicaError::Damaged(format!("{key} cannot be read: {why}"));
        let entry: Self =
            serde_json::from_slice(body).map_err(|error| damaged(&error.to_string()))?;
        if entry.format != FORMAT {
            return Err(damaged("its format is newer than this release"));
        }
        if entry.epochs.is_empty() {
            return Err(damaged("it names no epoch"));
        }
        Ok(entry)
    }
}

/// Reads the newest decision. Nothing if none was ever made.
///
/// A list may be old; what decides is that the next number is not there.
pub(super) async fn newest(bucket: &dyn Bucket) -> Result<Option<LedgerEntry>, ReplicaError> {
    let listed = list_all(bucket, keys::LEDGER).await?;
    let turns = listed
        .iter()
        .filter_map(|object| keys::turn_of(&object.key));
    let mut newest = None;
    let mut turn = turns.max().unwrap_or(1);
    while let Some(entry) = read(bucket, turn).await? {
        newest = Some(entry);
        turn += 1;
    }
    Ok(newest)
}

/// Reads one decision, if it was made.
pub(super) async fn read(
    bucket: &dyn Bucket,
    turn: u64,
) -> Result<Option<LedgerEntry>, ReplicaError> {
    let key = keys::turn(turn);
    let object = bucket.get(&key).await?;
    object
        .map(|object| LedgerEntry::decode(&key, &object.body))
        .transpose()
}

/// Makes a decision, unless somebody else has made one since the one it rests on. Returns whether it is made.
///
/// # Errors
///
/// After a [`bucket::BucketError`] it may have been made.
pub(super) async fn decide(bucket: &dyn Bucket, entry: &LedgerEntry) -> Result<bool, ReplicaError> {
    let body = serde_json::to_vec(entry).expect("plain data is always JSON");
    match bucket
        .create(&keys::turn(entry.turn), Bytes::from(body))
        .await?
    {
        PutOutcome::Done(_) => Ok(true),
        // It may be this very one, whose answer was lost.
        PutOutcome::Exists | PutOutcome::Changed => {
            let there = read(bucket, entry.turn).await?;
            Ok(there.is_some_and(|there| there.nonce == entry.nonce))
        }
    }
}
