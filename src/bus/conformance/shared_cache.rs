//! Claims about the cache that instances share.

use super::{PATIENCE, within};
use crate::{CACHE_VALUE_BYTES_MAX, SharedCache};

/// Makes a test of every claim about a shared cache.
#[macro_export]
macro_rules! shared_cache_conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_cached_value_is_returned_as_it_was_or_not_at_all,
            a_value_that_is_too_large_is_not_cached,
            each_look_into_the_cache_is_counted,
            no_look_into_the_cache_waits_for_long,
        );
    };
}

/// A cached value is returned as it was, or not at all.
pub async fn a_cached_value_is_returned_as_it_was_or_not_at_all(cache: &dyn SharedCache) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert_eq!(cache.get("a").await, None);
    cache.put("a", &bytes, PATIENCE).await;
    cache.put("b", b"", PATIENCE).await;
    let found = cache.get("a").await;
    assert!(found.is_none_or(|found| found == bytes));
    let found = cache.get("b").await;
    assert!(found.is_none_or(|found| found.is_empty()));
}

/// A value that is too large is not cached.
pub async fn a_value_that_is_too_large_is_not_cached(cache: &dyn SharedCache) {
    let bytes = vec![7; CACHE_VALUE_BYTES_MAX + 1];
    cache.put("a", &bytes, PATIENCE).await;
    assert_eq!(cache.get("a").await, None);
}

/// Each look into the cache is counted, as a hit or as a miss.
pub async fn each_look_into_the_cache_is_counted(cache: &dyn SharedCache) {
    let mut found = 0;
    for _ in 0..5 {
        cache.put("a", b"bytes", PATIENCE).await;
        found += u64::from(cache.get("a").await.is_some());
    }
    let counts = cache.counts();
    assert_eq!((counts.hits, counts.misses), (found, 5 - found));
}

/// No look into the cache waits for long, whether a server answers or not.
pub async fn no_look_into_the_cache_waits_for_long(cache: &dyn SharedCache) {
    within(cache.put("a", b"bytes", PATIENCE)).await;
    within(cache.get("a")).await;
}
