//! The maintenance task: notices takeovers, makes snapshots, and collects garbage.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bucket::{Bucket, PutOutcome};
use bytes::Bytes;
use retry::error_chain;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::ledger::{Floor, LedgerEntry};
use super::local::{BUSY, PackedCopy, restore};
use super::snapshots::{self, Manifest};
use super::status::SharedStatus;
use super::{ReplicaError, WriterIdentity, gc, keys};
use crate::ProgressListener;
use crate::sqlite::Database;
use crate::sqlite::files::{beside, discard};

/// How often the ledger is read for a takeover. A write finds it out at once.
const LOOK: Duration = Duration::from_secs(5);
/// Segments after which a snapshot is due, however recent the last one is: a restore fetches each of them.
const SEGMENTS_MAX: u64 = 2_000;
/// The least time between two snapshots even so: a journal that grows fast is not to be copied all the time.
const SPACING: Duration = Duration::from_mins(1);
/// Epochs after which one is due: a restore makes several requests for each, one after the other.
const EPOCHS_MAX: usize = 30;
/// How long a snapshot waits for the bucket to have what it holds.
const CAUGHT_UP: Duration = Duration::from_mins(1);
/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_mins(5);
/// How often what is old is looked for, also while nothing is written.
const COLLECT_EVERY: Duration = Duration::from_mins(10);
/// How much before its time what is old is deleted, so that nothing is kept for longer than was said.
const EARLY: Duration = Duration::from_hours(1);
/// The part of the retention that this may be at most.
const EARLY_PART: u32 = 24;

/// How often the maintenance task makes snapshots, and at which age it deletes them.
#[derive(Clone, Copy, Debug)]
pub struct MaintenanceSchedule {
    /// The time between two snapshots, if anything was written in it.
    pub snapshot: Duration,
    /// The age at which snapshots and log objects are deleted. The newest snapshot older than this stays, and so does
    /// the log since then.
    pub retention: Duration,
}

/// The maintenance task of a replica.
#[derive(Debug)]
pub(super) struct Maintenance {
    pub(super) bucket: Arc<dyn Bucket>,
    pub(super) owner: WriterIdentity,
    pub(super) shared: SharedStatus,
    pub(super) entry: LedgerEntry,
    pub(super) database: PathBuf,
    pub(super) schedule: MaintenanceSchedule,
    pub(super) plan: SnapshotPlan,
}

/// The plan for the next snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SnapshotPlan {
    /// The last position a snapshot holds.
    covered: u64,
    /// Segments this process had written then.
    segments: u64,
    /// When the next one is due by age; none before the bucket was read.
    due: Option<Instant>,
    /// When the next one may be made at the earliest.
    not_before: Option<Instant>,
    /// When what is old is looked for next; none before that was done.
    collect: Option<Instant>,
}

/// The last restore on trial, as it is noted in the bucket.
#[derive(Serialize, Deserialize)]
struct LastVerified {
    at_ms: u64,
    snapshot: String,
}

impl Maintenance {
    /// Runs until another process has taken over.
    pub(super) async fn run(mut self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            match self.round().await {
                Ok(()) => self.shared.see_well(),
                Err(ReplicaError::Fenced { by }) => return self.shared.fence(&by),
                // An idle process makes no writes that would show the fault.
                Err(ReplicaError::Bucket(fault)) => self.shared.fail(&fault),
                Err(error) => tracing::warn!(cause = error_chain(&error), "nothing was learnt"),
            }
        }
    }

    async fn round(&mut self) -> Result<(), ReplicaError> {
        self.entry = gc::check(&*self.bucket, &self.entry).await?;
        let now = Instant::now();
        let due = match self.plan.due {
            Some(due) => due,
            None => self.read_last_snapshot().await?,
        };
        let status = self.shared.status();
        let has_news = status.position > self.plan.covered;
        // Older snapshots and the log still tell what was withheld since: the sooner one does not, the sooner they can go.
        let withheld = self.shared.withheld_position() > self.plan.covered;
        let many = status.segments.saturating_sub(self.plan.segments) >= SEGMENTS_MAX
            || self.entry.epochs_after(self.plan.covered) >= EPOCHS_MAX;
        let is_due = has_news && (now >= due || many || withheld);
        let may_be_tried = self.plan.not_before.is_none_or(|time| now >= time);
        if !is_due || !may_be_tried {
            return self.collect_if_due(now).await;
        }
        let looking = watch_for_fencing(Arc::clone(&self.bucket), self.entry.clone());
        let made = tokio::select! {
            made = self.snapshot() => made,
            fenced = looking => Err(fenced),
        };
        match made {
            Err(error) if !matches!(error, ReplicaError::Fenced { .. }) => {
                self.plan.not_before = Some(Instant::now() + AGAIN);
                tracing::warn!(
                    cause = error_chain(&error),
                    "no snapshot could be made and tried; it will be tried again"
                );
                Ok(())
            }
            done => done,
        }
    }

    /// Reads what earlier processes have left. Done here, so that a start does not wait for it.
    async fn read_last_snapshot(&mut self) -> Result<Instant, ReplicaError> {
        let verified = last_verified(&*self.bucket).await?;
        self.shared
            .note(|status| status.last_verified_ms = verified);
        let newest = snapshots::newest(&*self.bucket, &self.entry).await?;
        let age_ms = newest.as_ref().map_or(0, |manifest| {
            self.owner.now_ms().saturating_sub(manifest.made_ms)
        });
        let wait = (self.schedule.snapshot).saturating_sub(Duration::from_millis(age_ms));
        let due = Instant::now() + wait;
        self.plan.covered = newest.map_or(0, |manifest| manifest.position);
        self.plan.due = Some(due);
        let (database, covered) = (self.database.clone(), self.plan.covered);
        let withheld = tokio::task::spawn_blocking(move || last_withholding(&database, covered));
        let withheld = withheld.await.map_err(ReplicaError::disk)??;
        self.shared.note_withholding(withheld);
        Ok(due)
    }

    async fn snapshot(&mut self) -> Result<(), ReplicaError> {
        let segments = self.shared.status().segments;
        let manifest = make(&*self.bucket, &self.owner, &self.database, &self.shared).await?;
        self.plan.covered = manifest.position;
        self.plan.segments = segments;
        let now = Instant::now();
        self.plan.due = Some(now + self.schedule.snapshot);
        self.plan.not_before = Some(now + SPACING.min(self.schedule.snapshot));
        let at_ms = self.owner.now_ms();
        self.shared.note(|status| {
            status.last_snapshot_ms = Some(at_ms);
            status.bytes += manifest.bytes;
        });
        verify(&*self.bucket, &manifest, &self.database).await?;
        self.shared
            .note(|status| status.last_verified_ms = Some(at_ms));
        tracing::info!(
            position = manifest.position,
            bytes = manifest.bytes,
            "made a snapshot and restored it on trial"
        );
        note_verified(&*self.bucket, at_ms, &manifest.name).await?;
        self.collect().await
    }

    /// Deletes what has become old since it was last looked for. A journal that nobody writes gets no snapshot, after
    /// which this would be done.
    async fn collect_if_due(&mut self, now: Instant) -> Result<(), ReplicaError> {
        if self.plan.collect.is_some_and(|due| now < due) {
            return Ok(());
        }
        self.plan.collect = Some(now + COLLECT_EVERY.min(self.schedule.snapshot));
        self.collect().await
    }

    /// Chooses the newest snapshot older than the retention as the new floor, and deletes everything below it.
    async fn collect(&mut self) -> Result<(), ReplicaError> {
        let retention = self.schedule.retention;
        let retention = retention.saturating_sub(EARLY.min(retention / EARLY_PART));
        let retention = u64::try_from(retention.as_millis()).unwrap_or(u64::MAX);
        let before = self.owner.now_ms().saturating_sub(retention);
        let mut old = None;
        for name in snapshots::usable(&*self.bucket, &self.entry).await? {
            let manifest = snapshots::manifest(&*self.bucket, &name).await?;
            old = manifest.filter(|manifest| manifest.made_ms < before);
            if old.is_some() {
                break;
            }
        }
        let Some(old) = old else {
            return Ok(());
        };
        if old.position > self.entry.floor_position() {
            // Nothing below it will be left, so it must be whole.
            verify(&*self.bucket, &old, &self.database).await?;
        }
        let floor = Floor {
            position: old.position,
            snapshot: old.name,
        };
        let (entry, deleted) = gc::collect(&*self.bucket, &self.owner, &self.entry, floor).await?;
        self.entry = entry;
        if deleted > 0 {
            tracing::info!(deleted, below = old.position, "let go of what is old");
        }
        Ok(())
    }
}

/// Reads the ledger again and again while a snapshot is made, and returns when another process has taken over.
async fn watch_for_fencing(bucket: Arc<dyn Bucket>, entry: LedgerEntry) -> ReplicaError {
    loop {
        sleep(LOOK).await;
        if let Err(fenced @ ReplicaError::Fenced { .. }) = gc::check(&*bucket, &entry).await {
            return fenced;
        }
    }
}

/// Returns the position of the last record after `position` that withholds others; 0 if there is none.
fn last_withholding(database: &Path, position: u64) -> Result<u64, ReplicaError> {
    let database = Database::open_beside(database, BUSY)?;
    Ok(database.last_withholding(position)?)
}

/// Makes a snapshot of a database.
async fn make(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    database: &Path,
    shared: &SharedStatus,
) -> Result<Manifest, ReplicaError> {
    let path = database.to_owned();
    let copied = tokio::task::spawn_blocking(move || PackedCopy::of(&path)).await;
    let (mut copy, position, hash) = copied.map_err(ReplicaError::disk)??;
    // A snapshot must not hold records that the log does not have: the epoch may be taken over before they are
    // written, and then they never happened.
    let patience = Instant::now() + CAUGHT_UP;
    while shared.status().position < position {
        if Instant::now() >= patience {
            return Err(ReplicaError::Missing(format!("position {position}")));
        }
        sleep(Duration::from_millis(50)).await;
    }
    snapshots::write(bucket, owner, position, hash, &mut copy).await
}

/// Restores a snapshot on trial.
async fn verify(
    bucket: &dyn Bucket,
    manifest: &Manifest,
    database: &Path,
) -> Result<(), ReplicaError> {
    let trial = beside(database, ".trial");
    let restored = restore(bucket, manifest, &trial, &ProgressListener::none()).await;
    discard(&trial);
    restored
}

/// Notes in the bucket, for later processes and other machines, when a snapshot was last restored on trial.
///
/// # Errors
///
/// [`ReplicaError::Bucket`] when it cannot be written down.
#[expect(clippy::missing_panics_doc, reason = "plain data is always JSON")]
pub async fn note_verified(
    bucket: &dyn Bucket,
    at_ms: u64,
    snapshot: &str,
) -> Result<(), ReplicaError> {
    let verified = LastVerified {
        at_ms,
        snapshot: snapshot.to_owned(),
    };
    let body = Bytes::from(serde_json::to_vec(&verified).expect("plain data is always JSON"));
    let there = bucket.get(keys::VERIFIED).await?;
    let noted = match there {
        Some(there) => bucket.replace(keys::VERIFIED, body, &there.tag).await?,
        None => bucket.create(keys::VERIFIED, body).await?,
    };
    match noted {
        // Another process has noted something newer.
        PutOutcome::Done(_) | PutOutcome::Exists | PutOutcome::Changed => Ok(()),
    }
}

/// Reads when a snapshot was last restored on trial.
pub(super) async fn last_verified(bucket: &dyn Bucket) -> Result<Option<u64>, ReplicaError> {
    let there = bucket.get(keys::VERIFIED).await?;
    let verified = there.and_then(|there| serde_json::from_slice::<LastVerified>(&there.body).ok());
    Ok(verified.map(|verified| verified.at_ms))
}
