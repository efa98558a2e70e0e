//! What instances tell each other: that a table has moved on, and who was lately there.
//!
//! [`Bus`] is the port. Nothing here is true for long or needed for safety: news may be late, doubled or
//! lost, and the game goes on. The journal is the truth. No call fails, and none waits for long: what a bus
//! cannot say, it says it does not know. Adapters: [`memory`], and `redis` and `postgres` behind the
//! features of their names.
//! The module `conformance` holds the contract as tests that every adapter runs.

pub mod memory;
mod presence;
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

pub use state::{BusState, LinkState, TokenDecision};

/// News and presence, by topic: a table's id. Beside them limits and a cache that instances share.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Tells everybody who watches `topic` that it has come to `version`.
    async fn publish(&self, topic: &str, version: u64);

    /// Watches `topic`: the receiver holds the newest version announced, 0 before the first.
    ///
    /// It may be told that something changed while the version did not: news may have been missed then, and
    /// a look at the journal is due.
    fn subscribe(&self, topic: &str) -> watch::Receiver<u64>;

    /// Notes that `seat` of `topic` was there at `at_ms`.
    async fn record_presence(&self, topic: &str, seat: u8, at_ms: u64);

    /// Returns when each seat of `topic` was last there, in milliseconds since the Unix epoch.
    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64>;

    /// Returns how this bus stands, for those who look after it.
    fn state(&self) -> BusState {
        BusState::default()
    }

    /// Takes one of `capacity` tokens from the bucket `key`, which all instances share. An empty one is full
    /// again after `per`, and fills evenly.
    async fn take_token(&self, _key: &str, _capacity: u32, _per: Duration) -> TokenDecision {
        TokenDecision::Unknown
    }

    /// Whether this bus can remember anything: who would have to make bytes first may spare it.
    fn has_cache(&self) -> bool {
        false
    }

    /// Remembers `bytes` for all instances, for as long as `ttl` or less. What is larger than
    /// [`CACHE_VALUE_BYTES_MAX`] is not.
    async fn cache_put(&self, _key: &str, _bytes: &[u8], _ttl: Duration) {}

    /// Returns what was last remembered as `key`, if it still is.
    async fn cache_get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    /// Tells others what still waits to be told, for a second at most, and leaves them. Here the bus goes on as
    /// one for one process.
    async fn close(&self) {}
}

/// How many bytes [`Bus::remember`] takes at most.
pub const CACHE_VALUE_BYTES_MAX: usize = 256 * 1024;

/// What is locked here holds whole values only, so what a panicking holder left behind is sound.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
