//! The writer's epoch: the exclusive right to write the log, how it is taken, used and given back.
//!
//! A process that takes over seals the current epoch at its end, so that its owner, however late, can never write
//! there again, and then claims an epoch of its own in the ledger. Everything is decided by creating objects
//! that must be absent. There is no lease and no clock: no process need be awake for it to hold.
//!
//! An owner that writes without a pause is always first at the end of its log. It is given notice, and ends by
//! itself when it next looks at the ledger: a courtesy that hastens the change, and that nothing rests on.

use std::time::Duration;

use bucket::{Bucket, BucketError, PutOutcome, list_all};
use bytes::Bytes;
use retry::Backoff;
use tokio::time::{sleep, timeout};

use super::follow::{FollowGoal, LogEnd, ReplayTarget, catch_up, fetch, follow};
use super::ledger::{self, LedgerDecision, LedgerEntry};
use super::log_object::{LogObject, Seal, Segment, SegmentHeader};
use super::{ReplicaError, WriterIdentity, keys};
use crate::LogHash;
use crate::ProgressListener;

/// The delays between two tries.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// How long one try may take: a request that hangs is repeated rather than waited for.
const TRY: Duration = Duration::from_secs(4);
/// And how much longer for what is large.
const TRY_PER_MEGABYTE: Duration = Duration::from_secs(10);

/// How often a takeover starts over because another process was quicker, or an object was not visible yet.
const TRIES_MAX: u32 = 64;

/// The right to write the log from a position on, in an epoch of one's own.
#[derive(Debug)]
pub(super) struct WriterEpoch {
    pub(super) epoch: u64,
    /// Where the next record goes.
    pub(super) next: u64,
    /// The hash of the log before it.
    pub(super) hash: LogHash,
}

/// Records that are to be written.
#[derive(Clone, Debug)]
pub(super) struct SegmentDraft {
    /// How many there are.
    pub(super) count: u64,
    /// The records, a line each.
    pub(super) lines: String,
    /// The hash of the log with them.
    pub(super) after: LogHash,
}

/// Takes over: brings the local journal to the end of the log, ends it there for everybody else, and returns
/// the right to write on, with the decision it rests on.
///
/// # Errors
///
/// After a [`BucketError`] the takeover may or may not have happened; trying again is safe.
pub(super) async fn take_over(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    local: &mut dyn ReplayTarget,
    progress: &ProgressListener,
) -> Result<(WriterEpoch, LedgerEntry), ReplicaError> {
    let mut backoff = BACKOFF;
    let mut tried = 0;
    loop {
        let failed = match try_once(bucket, owner, local, progress).await {
            Ok(taken) => return Ok(taken),
            Err(error @ (ReplicaError::Moved | ReplicaError::Missing(_))) => error,
            Err(other) => return Err(other),
        };
        tried += 1;
        if tried >= TRIES_MAX {
            return Err(failed);
        }
        sleep(backoff.next_delay()).await;
    }
}

async fn try_once(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    local: &mut dyn ReplayTarget,
    progress: &ProgressListener,
) -> Result<(WriterEpoch, LedgerEntry), ReplicaError> {
    let Some(entry) = ledger::newest(bucket).await? else {
        check_empty(bucket).await?;
        return claim(bucket, LedgerEntry::first(owner)).await;
    };
    catch_up(bucket, &entry, local, progress).await?;
    let end = follow(bucket, &entry, local, FollowGoal::Close, progress).await?;
    if !end.sealed && !seal(bucket, owner, entry.current().number, end).await? {
        give_notice(bucket, owner, &entry, end).await?;
        return Err(ReplicaError::Moved);
    }
    claim(bucket, entry.claimed(owner, end.next, end.hash)).await
}

/// A replica is begun where nothing else lies. What another process has just begun is no other thing.
async fn check_empty(bucket: &dyn Bucket) -> Result<(), ReplicaError> {
    let there = list_all(bucket, "").await?;
    let foreign = there.iter().find(|object| !keys::is_ours(&object.key));
    foreign.map_or(Ok(()), |object| {
        Err(ReplicaError::Foreign {
            object: object.key.clone(),
        })
    })
}

/// Ends an epoch where its log was found to end. Returns false if something lies there already.
async fn seal(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    epoch: u64,
    end: LogEnd,
) -> Result<bool, ReplicaError> {
    let seal = LogObject::Seal(Seal {
        nonce: owner.nonce(),
        owner: owner.name.clone(),
        at_ms: owner.now_ms(),
        hash: end.hash,
    });
    match bucket
        .create(&keys::log_object(epoch, end.next), seal.encode())
        .await?
    {
        PutOutcome::Done(_) => Ok(true),
        // The owner was quicker, or another process that takes over, or it is this very seal, whose answer was lost:
        // following the log again finds out.
        PutOutcome::Exists | PutOutcome::Changed => Ok(false),
    }
}

/// Asks the owner of the current epoch to end, if it was the owner that was quicker.
async fn give_notice(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    entry: &LedgerEntry,
    end: LogEnd,
) -> Result<(), ReplicaError> {
    if entry.decided == LedgerDecision::Notice {
        return Ok(());
    }
    match fetch(bucket, entry.current().number, end.next).await? {
        Some(LogObject::Segment(_)) => ledger::decide(bucket, &entry.noticed(owner))
            .await
            .map(drop),
        Some(LogObject::Seal(_)) | None => Ok(()),
    }
}

async fn claim(
    bucket: &dyn Bucket,
    entry: LedgerEntry,
) -> Result<(WriterEpoch, LedgerEntry), ReplicaError> {
    if !ledger::decide(bucket, &entry).await? {
        return Err(ReplicaError::Moved);
    }
    let epoch = entry.current();
    let writer_epoch = WriterEpoch {
        epoch: epoch.number,
        next: epoch.start,
        hash: epoch.before,
    };
    Ok((writer_epoch, entry))
}

impl WriterEpoch {
    /// Writes records, and returns when the bucket has them. It tries until the bucket says yes or a rival's
    /// work is found in their place: half an answer is no reason to write something else. Returns what was
    /// written, and its bytes.
    ///
    /// `report` is called with every failure on the way.
    ///
    /// # Errors
    ///
    /// [`ReplicaError::Fenced`], and nothing else that could pass.
    pub(super) async fn write(
        &mut self,
        bucket: &dyn Bucket,
        owner: &WriterIdentity,
        draft: SegmentDraft,
        mut report: impl FnMut(&BucketError) + Send,
    ) -> Result<(Segment, u64), ReplicaError> {
        let segment = Segment {
            head: SegmentHeader {
                first: self.next,
                count: draft.count,
                nonce: owner.nonce(),
                before: self.hash,
                after: draft.after,
            },
            lines: draft.lines,
        };
        let object = LogObject::Segment(segment.clone());
        let body = object.encode();
        let bytes = body.len() as u64;
        self.put(bucket, object.nonce(), body, &mut report).await?;
        self.next += draft.count;
        self.hash = draft.after;
        Ok((segment, bytes))
    }

    /// Seals the epoch at its end. Not required; it spares the next process the seal.
    pub(super) async fn release(
        &self,
        bucket: &dyn Bucket,
        owner: &WriterIdentity,
    ) -> Result<(), ReplicaError> {
        let end = LogEnd {
            next: self.next,
            hash: self.hash,
            sealed: false,
        };
        // A seal of another process serves as well.
        seal(bucket, owner, self.epoch, end).await.map(drop)
    }

    async fn put(
        &self,
        bucket: &dyn Bucket,
        nonce: &str,
        body: Bytes,
        report: &mut (impl FnMut(&BucketError) + Send),
    ) -> Result<(), ReplicaError> {
        // After a timeout the first request may still arrive. It carries the same nonce, so it is no rival.
        let megabytes = u32::try_from(body.len() / 1_000_000).unwrap_or(u32::MAX);
        let patience = TRY + TRY_PER_MEGABYTE.saturating_mul(megabytes);
        let mut backoff = BACKOFF;
        loop {
            let tried = self.try_put(bucket, nonce, body.clone());
            let tried = timeout(patience, tried).await;
            match tried.unwrap_or_else(|late| Err(BucketError::Unknown(late.into()).into())) {
                Ok(true) => return Ok(()),
                // The key exists and cannot be read yet: the store is eventually consistent, and that is no failure.
                Ok(false) => {}
                Err(ReplicaError::Bucket(fault)) => report(&fault),
                Err(other) => return Err(other),
            }
            sleep(backoff.next_delay()).await;
        }
    }

    async fn try_put(
        &self,
        bucket: &dyn Bucket,
        nonce: &str,
        body: Bytes,
    ) -> Result<bool, ReplicaError> {
        let key = keys::log_object(self.epoch, self.next);
        if let PutOutcome::Done(_) = bucket.create(&key, body).await? {
            return Ok(true);
        }
        // Something lies there: this, if an answer was lost on the way, or a rival's.
        match fetch(bucket, self.epoch, self.next).await? {
            Some(there) if there.nonce() == nonce => Ok(true),
            Some(LogObject::Seal(seal)) => Err(ReplicaError::Fenced { by: seal.owner }),
            Some(LogObject::Segment(_)) => Err(ReplicaError::Fenced {
                by: "another process with the same epoch".to_owned(),
            }),
            None => Ok(false),
        }
    }
}
