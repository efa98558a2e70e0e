//! What instances tell each other, and may lose: versions of tables, presence, rate limits and a cache.
//!
//! There are four ports: [`PubSub`], [`Presence`], [`TokenBucket`] and [`SharedCache`]. An adapter implements those it
//! can, and a [`Bus`] holds them. Nothing in them is durable or needed for safety: a message may be late, repeated or
//! lost and the game goes on, because the journal is the truth. No method fails and each is bounded in time. While the
//! other instances cannot be reached, an adapter answers from what this process knows, or that it does not know.
//!
//! Adapters: [`memory`] for one process; `redis`, `postgres` and `dynamodb`, behind the features of their names, for
//! many. The module `conformance` holds the contract of each port as tests that its adapters run.

mod presence;
mod published;
mod pubsub;
mod shared_cache;
mod token_bucket;

mod last_seen;
pub mod memory;
pub mod metrics;

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod remote;

#[cfg(feature = "conformance")]
pub mod conformance;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use presence::Presence;
pub use published::PublishedVersions;
pub use pubsub::{LinkFailure, LinkState, PubSub};
#[cfg(any(feature = "redis", feature = "postgres"))]
pub use remote::BusConfigError;
pub use shared_cache::{CACHE_VALUE_BYTES_MAX, CacheCounts, SharedCache};
pub use token_bucket::{TokenBucket, TokenDecision};

/// The ports that one adapter offers. What it lacks is `None`.
#[derive(Clone)]
pub struct Bus {
    /// Announcements of new versions, and the connection that all ports share.
    pub pubsub: Arc<dyn PubSub>,
    /// When each seat was last seen.
    pub presence: Arc<dyn Presence>,
    /// Rate limits that instances count together; without them each counts by itself.
    pub token_bucket: Option<Arc<dyn TokenBucket>>,
    /// The cache that instances share.
    pub cache: Option<Arc<dyn SharedCache>>,
}

/// Locks a mutex of this crate, also after a panic of its holder: each holds whole values only, so nothing half
/// written can be behind it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
