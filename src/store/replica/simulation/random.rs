//! The chance of one schedule, from its seed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use game::{Dice, Seed, Version};

/// Chance shared by all that happens in a schedule.
#[derive(Clone, Debug)]
pub(super) struct SimRandom(Arc<Mutex<Dice>>);

impl SimRandom {
    pub(super) fn new(seed: u64) -> Self {
        let mut key = [5; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        Self(Arc::new(Mutex::new(Dice::new(Seed(key), Version(0)))))
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u32) -> u32 {
        self.0.lock().unwrap().below(end)
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub(super) fn percent(&self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A time shorter than `most_ms`.
    pub(super) fn time(&self, most_ms: u32) -> Duration {
        Duration::from_millis(self.below(most_ms.max(1)).into())
    }

    pub(super) fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = u8::try_from(self.below(256)).unwrap_or_default();
        }
    }
}
