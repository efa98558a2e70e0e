//! Turns at a fixed rate.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Turns that come at a fixed rate.
pub(super) struct Pace {
    began: Instant,
    every: Duration,
    turns: AtomicU64,
}

impl Pace {
    /// Begins with the first turn now.
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            began: Instant::now(),
            every: Duration::from_secs(1) / per_second,
            turns: AtomicU64::new(0),
        }
    }

    /// Waits for the next turn.
    pub(super) async fn wait(&self) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let after = self.every * u32::try_from(turn).unwrap_or(u32::MAX);
        sleep_until(self.began + after).await;
    }
}
