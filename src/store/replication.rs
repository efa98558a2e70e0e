//! The status of a journal's replica, for health checks, metrics and operators.

use std::fmt;

/// The acknowledgement mode of a replica: when a command is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// When the bucket has it: it outlives the machine.
    Strict,
    /// When the disk has it: it outlives the process, and within a second the machine.
    Async,
}

impl fmt::Display for Ack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "strict",
            Self::Async => "async",
        })
    }
}

/// The status of a replica. Times are milliseconds since the Unix epoch, by this machine's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaStatus {
    /// The URL of the bucket.
    pub place: String,
    /// The acknowledgement mode.
    pub ack: Ack,
    /// The epoch this process writes in.
    pub epoch: u64,
    /// The last record the bucket has.
    pub position: u64,
    /// The last record the disk has.
    pub local_position: u64,
    /// When the oldest record was decided that only the disk has; nothing if there is none.
    pub behind_since_ms: Option<u64>,
    /// When the last snapshot was made by this process.
    pub last_snapshot_ms: Option<u64>,
    /// When a snapshot was last restored on trial and found whole, by any process.
    pub last_verified_ms: Option<u64>,
    /// Segments this process has written.
    pub segments: u64,
    /// Bytes this process has written to the bucket, segments and snapshots.
    pub bytes: u64,
    /// The fault of the bucket, while it lasts.
    pub fault: Option<String>,
    /// The name of the process that has taken over, if one has.
    pub fenced_by: Option<String>,
}

impl ReplicaStatus {
    /// Returns the status of a replica of which nothing is known yet.
    pub fn new(place: String, ack: Ack) -> Self {
        Self {
            place,
            ack,
            epoch: 0,
            position: 0,
            local_position: 0,
            behind_since_ms: None,
            last_snapshot_ms: None,
            last_verified_ms: None,
            segments: 0,
            bytes: 0,
            fault: None,
            fenced_by: None,
        }
    }

    /// Records that only the disk has.
    pub fn lag_records(&self) -> u64 {
        self.local_position.saturating_sub(self.position)
    }

    /// For how many milliseconds a record has been waiting that only the disk has.
    pub fn lag_ms(&self, now_ms: u64) -> u64 {
        let since = self.behind_since_ms.filter(|_| self.lag_records() > 0);
        since.map_or(0, |since| now_ms.saturating_sub(since))
    }

    /// Whether the replica keeps its promise: no other process has taken over, and the bucket answers.
    pub fn is_well(&self) -> bool {
        self.fault.is_none() && self.fenced_by.is_none()
    }
}
