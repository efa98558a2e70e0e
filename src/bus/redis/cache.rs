//! The cache that instances share, as plain keys of Redis.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use redis::cmd;

use super::RedisBus;
use crate::{CACHE_VALUE_BYTES_MAX, CacheCounts, SharedCache};

/// How often this process looked for a value, by what came of it.
#[derive(Debug, Default)]
pub(super) struct CacheLookups {
    hits: AtomicU64,
    misses: AtomicU64,
}

#[async_trait]
impl SharedCache for RedisBus {
    async fn put(&self, key: &str, bytes: &[u8], ttl: Duration) {
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        // Redis refuses a time to live of zero.
        if bytes.len() > CACHE_VALUE_BYTES_MAX || ttl_ms == 0 {
            return;
        }
        let mut set = cmd("SET");
        set.arg(self.context.keys.cached(key))
            .arg(bytes)
            .arg("PX")
            .arg(ttl_ms);
        // An error only means that the value is not cached.
        let _ = self.request::<()>(&set).await;
    }

    async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let mut get = cmd("GET");
        get.arg(self.context.keys.cached(key));
        // An unreachable Redis counts as a miss: the caller pays the same for both.
        let cached: Option<Vec<u8>> = self.request(&get).await.unwrap_or_default();
        let count = if cached.is_some() {
            &self.lookups.hits
        } else {
            &self.lookups.misses
        };
        count.fetch_add(1, Ordering::Relaxed);
        cached
    }

    fn counts(&self) -> CacheCounts {
        CacheCounts {
            hits: self.lookups.hits.load(Ordering::Relaxed),
            misses: self.lookups.misses.load(Ordering::Relaxed),
        }
    }
}
