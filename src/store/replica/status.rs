//! The status of a replica, shared by the tasks that work on it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bucket::BucketError;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use retry::error_chain;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::lock::lock;
use crate::{Ack, ReplicaStatus};

/// How long a write to the bucket may take before commands are refused at once instead of waiting for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The status of a replica. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct SharedStatus {
    status: Arc<Mutex<ReplicaStatus>>,
    /// When the write began that is not answered yet.
    writing: watch::Sender<Option<Instant>>,
    fenced: watch::Sender<bool>,
    /// How long each write took that the bucket answered.
    write_seconds: Histogram,
    /// The position of the last record that withholds others, as far as that is known.
    withheld: Arc<AtomicU64>,
}

impl SharedStatus {
    pub(super) fn new(place: String, ack: Ack) -> Self {
        Self {
            status: Arc::new(Mutex::new(ReplicaStatus::new(place, ack))),
            writing: watch::Sender::new(None),
            fenced: watch::Sender::new(false),
            // A millisecond to about half a minute.
            write_seconds: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
            withheld: Arc::default(),
        }
    }

    /// Returns the histogram of how long writes took.
    pub(super) fn write_seconds(&self) -> Histogram {
        self.write_seconds.clone()
    }

    pub(super) fn status(&self) -> ReplicaStatus {
        self.lock().clone()
    }

    pub(super) fn note(&self, note: impl FnOnce(&mut ReplicaStatus)) {
        note(&mut self.lock());
    }

    /// Notes that the record at a position withholds others.
    pub(super) fn note_withholding(&self, position: u64) {
        self.withheld.fetch_max(position, Ordering::Relaxed);
    }

    /// Returns the position of the last record that withholds others; 0 if none is known.
    pub(super) fn withheld_position(&self) -> u64 {
        self.withheld.load(Ordering::Relaxed)
    }

    /// A write to the bucket begins.
    pub(super) fn begin(&self) {
        self.writing.send_replace(Some(Instant::now()));
    }

    /// Notes a failure of the bucket. Only the first of a row is logged.
    pub(super) fn fail(&self, fault: &BucketError) {
        let told = error_chain(fault);
        self.note(|status| {
            if status.fault.is_none() {
                tracing::warn!(cause = told, "the replica's bucket fails; trying on");
            }
            status.fault = Some(told);
        });
    }

    /// A write to the bucket is done, or given up.
    pub(super) fn end(&self) {
        if let Some(began) = self.writing.send_replace(None) {
            self.write_seconds.observe(began.elapsed().as_secs_f64());
        }
        self.recover();
    }

    /// Notes that the bucket answered a read. A write in flight reports its own result.
    pub(super) fn see_well(&self) {
        if self.writing.borrow().is_none() {
            self.recover();
        }
    }

    fn recover(&self) {
        self.note(|status| {
            if status.fault.take().is_some() {
                tracing::info!("the replica's bucket answers again");
            }
        });
    }

    /// Notes that another process has taken over, or asks to: from here on nothing more is written.
    pub(super) fn fence(&self, by: &str) {
        self.note(|status| status.fenced_by = Some(by.to_owned()));
        if !self.fenced.send_replace(true) {
            tracing::error!(
                by,
                "another process has taken over the replica; this one ends. Only one may run on it"
            );
        }
    }

    pub(super) fn is_fenced(&self) -> bool {
        *self.fenced.borrow()
    }

    /// Waits until another process has taken over.
    pub(super) async fn fenced(&self) {
        // The sender lives in self, so the wait cannot end for want of one.
        let _ = self.fenced.subscribe().wait_for(|fenced| *fenced).await;
    }

    /// Whether a write takes so long that commands should be refused instead of waiting for it.
    pub(super) fn is_stuck(&self) -> bool {
        self.writing
            .borrow()
            .is_some_and(|began| began.elapsed() >= PATIENCE)
    }

    /// Waits until a write takes so long that commands should be refused.
    pub(super) async fn stuck(&self) {
        let mut writing = self.writing.subscribe();
        loop {
            let began = *writing.borrow_and_update();
            let Some(began) = began else {
                // The sender lives in self.
                let _ = writing.changed().await;
                continue;
            };
            tokio::select! {
                () = tokio::time::sleep_until(began + PATIENCE) => return,
                _ = writing.changed() => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, ReplicaStatus> {
        lock(&self.status)
    }
}
