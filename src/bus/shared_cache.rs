//! The port for a cache that instances share.

use std::time::Duration;

use async_trait::async_trait;

/// How many bytes [`SharedCache::put`] takes at most.
pub const CACHE_VALUE_BYTES_MAX: usize = 256 * 1024;

/// A cache that all instances share.
#[async_trait]
pub trait SharedCache: Send + Sync + 'static {
    /// Puts `bytes` into the cache for at most `ttl`. A value larger than [`CACHE_VALUE_BYTES_MAX`] is ignored.
    async fn put(&self, key: &str, bytes: &[u8], ttl: Duration);

    /// Returns the value last put into the cache as `key`, unless it has expired, was evicted or cannot be reached.
    async fn get(&self, key: &str) -> Option<Vec<u8>>;

    /// Returns how often this process found a value, and how often not.
    fn counts(&self) -> CacheCounts;
}

/// How often a process found a value in a shared cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Values that were found.
    pub hits: u64,
    /// Values that were not found, or not in time.
    pub misses: u64,
}
