//! The alarm by which a commit wakes the clock.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Wakes the clock when a deadline comes nearer than the moment it wakes anyway. Most commits set one that is further
/// away, and the clock sleeps on.
#[derive(Debug, Default)]
pub(crate) struct ClockAlarm {
    /// When the clock wakes by itself, in milliseconds since the Unix epoch.
    wakes_ms: AtomicU64,
    rung: Notify,
}

impl ClockAlarm {
    /// Notes when the clock wakes by itself.
    pub(crate) fn set(&self, wakes_ms: u64) {
        self.wakes_ms.store(wakes_ms, Ordering::SeqCst);
    }

    /// Notes a table's deadline, in milliseconds since the Unix epoch.
    pub(crate) fn deadline_is(&self, deadline_ms: Option<u64>) {
        let wakes_ms = self.wakes_ms.load(Ordering::SeqCst);
        if deadline_ms.is_some_and(|deadline_ms| deadline_ms < wakes_ms) {
            self.rung.notify_one();
        }
    }

    /// Waits until a deadline has come nearer.
    pub(crate) async fn rung(&self) {
        self.rung.notified().await;
    }
}
