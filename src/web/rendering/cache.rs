//! A cache of renderings, bounded by their number and by their bytes.

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

/// Renderings kept at most.
const KEPT_MAX: NonZeroUsize = NonZeroUsize::new(4_096).expect("4,096 is not zero");

/// What a rendering weighs in a cache.
pub(crate) trait Weighed {
    /// The bytes it holds, about.
    fn bytes(&self) -> usize;
}

/// The renderings used last; the ones not used for the longest time make way for others.
pub(crate) struct RenderingCache<K, R> {
    kept: Mutex<Kept<K, R>>,
    bytes_max: usize,
}

struct Kept<K, R> {
    renderings: LruCache<K, Arc<R>>,
    bytes: usize,
}

impl<K, R> fmt::Debug for RenderingCache<K, R> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("RenderingCache(..)")
    }
}

impl<K: Hash + Eq, R: Weighed> RenderingCache<K, R> {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            kept: Mutex::new(Kept {
                renderings: LruCache::new(KEPT_MAX),
                bytes: 0,
            }),
            bytes_max,
        }
    }

    /// Returns the rendering of `key`, rendered now if it is not kept.
    pub(crate) fn get_or_render<E>(
        &self,
        key: K,
        render: impl FnOnce() -> Result<R, E>,
    ) -> Result<Arc<R>, E> {
        if let Some(kept) = self.lock().renderings.get(&key) {
            return Ok(Arc::clone(kept));
        }
        // Outside of the lock: of two threads that want the same at once both render, and nobody else waits.
        let rendered = Arc::new(render()?);
        self.lock().put(key, &rendered, self.bytes_max);
        Ok(rendered)
    }

    fn lock(&self) -> MutexGuard<'_, Kept<K, R>> {
        // Every state of the map is a sound one, also after a panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq, R: Weighed> Kept<K, R> {
    fn put(&mut self, key: K, rendered: &Arc<R>, bytes_max: usize) {
        self.bytes += rendered.bytes();
        if let Some((_, gone)) = self.renderings.push(key, Arc::clone(rendered)) {
            self.bytes -= gone.bytes();
        }
        while self.bytes > bytes_max
            && let Some((_, gone)) = self.renderings.pop_lru()
        {
            self.bytes -= gone.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    struct Text(String);

    impl Weighed for Text {
        fn bytes(&self) -> usize {
            self.0.len()
        }
    }

    fn get(cache: &RenderingCache<u32, Text>, key: u32, bytes: usize) -> (Arc<Text>, bool) {
        let mut rendered = false;
        let got = cache.get_or_render(key, || {
            rendered = true;
            Ok::<_, Infallible>(Text("x".repeat(bytes)))
        });
        (got.unwrap(), rendered)
    }

    #[test]
    fn a_rendering_is_made_once_while_it_is_kept() {
        let cache = RenderingCache::new(100);
        let (first, rendered) = get(&cache, 1, 40);
        assert!(rendered);
        let (again, rendered) = get(&cache, 1, 40);
        assert!(!rendered && Arc::ptr_eq(&first, &again));
    }

    #[test]
    fn there_is_an_end_to_the_bytes_and_to_the_number_kept() {
        let cache = RenderingCache::new(100);
        for key in [1, 2, 1, 3] {
            get(&cache, key, 40);
        }
        assert!(!get(&cache, 1, 40).1, "used last");
        assert!(get(&cache, 2, 40).1, "made way");
        assert!(get(&cache, 4, 101).1);
        assert!(get(&cache, 4, 101).1, "larger than the cache, so not kept");
        assert_eq!(cache.lock().bytes, 0);
        for key in 0..2 * u32::try_from(KEPT_MAX.get()).unwrap() {
            get(&cache, key, 0);
        }
        assert_eq!(cache.lock().renderings.len(), KEPT_MAX.get());
    }
}
