//! The terms of one limit: its name, how much of it there is, and what the log says of it.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::log_throttle::LogThrottle;

/// Bytes of a key's hash: nobody meets another's by chance.
const KEY_BYTES: usize = 16;

/// The terms of a limit.
#[derive(Debug)]
pub(super) struct LimitTerms {
    pub(super) name: &'static str,
    /// What each client has at once.
    pub(super) capacity: NonZeroU32,
    /// The time after which a client that has used all of it has it again.
    pub(super) per: Duration,
    /// Of refusals.
    log: LogThrottle,
}

impl LimitTerms {
    pub(super) fn new(name: &'static str, capacity: u32, per: Duration) -> Self {
        Self {
            name,
            capacity: NonZeroU32::new(capacity).unwrap_or(NonZeroU32::MIN),
            per,
            log: LogThrottle::default(),
        }
    }

    /// Logs, at most once a minute, that clients are made to wait. Who they are is nobody's business.
    pub(super) fn log_now_and_then(&self) {
        if let Some(refused) = self.log.due() {
            let class = self.name;
            tracing::warn!(class, refused, "clients ask too often and are made to wait");
        }
    }

    /// Returns a key for the shared limiter, of one form and length, from which nobody reads at a glance whose it is.
    pub(super) fn key(&self, client: &impl Display) -> String {
        let hash = Sha256::new()
            .chain_update(self.name)
            .chain_update(b":")
            .chain_update(client.to_string())
            .finalize();
        format!("{}-{}", self.name, hex::encode(&hash[..KEY_BYTES]))
    }
}
