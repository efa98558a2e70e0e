//! A SQLite journal that outlives its disk: replicated to a bucket while it is written.
//!
//! The bucket holds a *log*: segments of records, in the one order of the whole journal, each at a place that
//! names its epoch and its first position, and created only if nothing is there. In strict mode a segment is
//! in the bucket before SQLite commits it and a command is answered; in async mode it follows within a second.
//! From time to time a *snapshot* of the database shortens a restore. The *ledger* records the decisions: which
//! process took over, and from which position on the log is kept.
//!
//! One process writes at a time; the bucket's conditional writes enforce it. A process that takes over follows the log
//! to its end, puts a
//! *seal* there, and claims the next epoch. The old owner's next write finds the seal, and is *fenced*: it
//! answers nothing more, and ends. Seals and decisions are never removed, so this holds for however long a
//! process was asleep. Clocks decide nothing but which objects are old enough to be deleted.

mod keys;
mod log_object;

mod ledger;

mod follow;
mod writer_epoch;

mod gc;
mod snapshots;

mod local;
mod log_writer;
mod maintenance;
mod status;

mod journal;
mod opening;
mod restore;
mod transfer;

mod writer_identity;

#[cfg(test)]
mod simulation;

use bucket::{BucketError, Cause};

use crate::StoreError;

pub use journal::ReplicaJournal;
pub use local::was_replicated_to;
pub use log_object::Segment;
pub use maintenance::{MaintenanceSchedule, note_verified};
pub use opening::Settings;
pub use restore::{ObjectTotals, ReplicaOverview, SnapshotSummary, overview, restore};
pub use transfer::{ReplicaSource, ReplicaTarget};
pub use writer_identity::WriterIdentity;

/// What went wrong with a replica, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// Another process has taken over, or is ready to and asks for it. This one must end.
    #[error("another process, {by}, has taken over the replica")]
    Fenced {
        /// The name of that process.
        by: String,
    },
    /// The bucket cannot be used now.
    #[error("the replica's bucket cannot be used")]
    Bucket(#[from] BucketError),
    /// The local journal cannot be used.
    #[error("the local journal cannot be used")]
    Local(#[source] Cause),
    /// The local journal ends before the first record that the log still has. A snapshot must be restored first.
    #[error("the local journal ends before the log begins")]
    Behind,
    /// The local journal and the log differ. A person must choose.
    #[error("the local journal and the replica disagree up to position {position}")]
    Disagree {
        /// The first position at which they were compared and found to differ.
        position: u64,
    },
    /// The bucket holds something else. Nothing was changed.
    #[error("the bucket holds {object}, which is none of a replica's objects")]
    Foreign {
        /// The name of one such object.
        object: String,
    },
    /// The bucket holds no replica.
    #[error("the bucket holds no replica")]
    Nothing,
    /// The bucket holds no replica any more, although the local journal was written with one there.
    #[error("the replica that this journal was written with is not there any more")]
    Vanished,
    /// The object store ignores conditions, so nothing would stop a second writer.
    #[error("the object store creates an object twice, so two processes could write one replica")]
    Unconditional,
    /// An object is missing. It may just have been deleted by garbage collection, or not be visible yet.
    #[error("the replica has a hole: {0} is not there")]
    Missing(String),
    /// Another process made a decision meanwhile. Start over.
    #[error("other processes keep taking over the replica")]
    Moved,
    /// What the bucket holds cannot be understood. A person must look.
    #[error("the replica is damaged: {0}")]
    Damaged(String),
}

impl ReplicaError {
    fn disk(cause: impl Into<Cause>) -> Self {
        Self::Local(cause.into())
    }

    /// Whether a retry may succeed.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Bucket(BucketError::Unavailable(_) | BucketError::Unknown(_))
                | Self::Moved
                | Self::Missing(_)
        )
    }
}

impl From<StoreError> for ReplicaError {
    fn from(error: StoreError) -> Self {
        Self::Local(error.into())
    }
}
