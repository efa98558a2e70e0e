//! What instances tell each other, and may lose: versions of tables, presence, rate limits and a cache.
//!
//! [`Bus`] is the port. Nothing in it is durable or needed for safety: a message may be late, repeated or lost and
//! the game goes on, because the journal is the truth. No method fails and each is bounded in time. While the other
//! instances cannot be reached, an adapter answers from what this process knows, or that it does not know.
//!
//! Adapters: [`memory`] for one process; `redis` and `postgres`, behind the features of their names, for many. The
//! module `conformance` holds the contract as tests that every adapter runs.

mod last_seen;
pub mod memory;
pub mod metrics;
mod state;

#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod remote;

#[cfg(feature = "conformance")]
pub mod conformance;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

#[cfg(any(feature = "redis", feature = "postgres"))]
pub use remote::BusConfigError;
pub use state::{BusState, LinkState, TokenDecision};

/// Publish/subscribe and presence by topic, which is a table's id; beside them token buckets and a cache that all
/// instances share.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Publishes to all subscribers of `topic`, here and in other instances, that it has come to `version`.
    async fn publish(&self, topic: &str, version: u64);

    /// Subscribes to `topic`: the receiver holds the newest version published, 0 before the first.
    ///
    /// The receiver may be marked as changed while the version is the same. Then messages may have been lost, and
    /// the subscriber should read the journal.
    fn subscribe(&self, topic: &str) -> watch::Receiver<u64>;

    /// Records that `seat` of `topic` was present at `at_ms`, in milliseconds since the Unix epoch.
    async fn record_presence(&self, topic: &str, seat: u8, at_ms: u64);

    /// Returns when each seat of `topic` was last present, in milliseconds since the Unix epoch.
    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64>;

    /// Returns the state of the connection to other instances and the counters, for health and metrics.
    fn state(&self) -> BusState {
        BusState::default()
    }

    /// Takes one token from the token bucket `key`, which all instances share. It holds `capacity` tokens and refills
    /// evenly: an empty one is full after `per`.
    async fn take_token(&self, _key: &str, _capacity: u32, _per: Duration) -> TokenDecision {
        TokenDecision::Unknown
    }

    /// Returns whether this bus has a cache at all. Without one, callers need not serialise a value for it.
    fn has_cache(&self) -> bool {
        false
    }

    /// Puts `bytes` into the shared cache for at most `ttl`. A value larger than [`CACHE_VALUE_BYTES_MAX`] is ignored.
    async fn cache_put(&self, _key: &str, _bytes: &[u8], _ttl: Duration) {}

    /// Returns the value last put into the shared cache as `key`, unless it has expired or was evicted.
    async fn cache_get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    /// Sends what is still queued, for a second at most, and closes the connection. Afterwards the bus works as one
    /// of a single process.
    async fn close(&self) {}
}

/// How many bytes [`Bus::cache_put`] takes at most.
pub const CACHE_VALUE_BYTES_MAX: usize = 256 * 1024;

/// Locks a mutex of this crate, also after a panic of its holder: each holds whole values only, so nothing half
/// written can be behind it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
