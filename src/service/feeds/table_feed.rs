//! The feed of one table: the order of its decisions in this process, and what its watchers are shown.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use game::{TableId, Version};
use lru::LruCache;
use store::USE_NOTED_MS;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::shown::Shown;
use crate::error::ServiceError;

/// Feeds kept without a watcher or a command at most. A feed is some hundred bytes.
const RECENT_MAX: NonZeroUsize = NonZeroUsize::new(1_000).expect("a thousand is not zero");
/// How long a command waits for those before it at its table. Each of them has the journal's own limit.
const TURN_WAIT_MAX: Duration = Duration::from_secs(10);
/// Entries from which on those of feeds that are gone are removed.
const SWEEP_FROM: usize = 2_000;

/// What the feed of an erased table shows.
const LAST: Version = Version(u64::MAX);

/// The feed of one table in this process.
#[derive(Debug)]
pub(crate) struct TableFeed {
    pub(crate) id: TableId,
    /// Counts the feeds of this process. It spreads their heartbeats.
    pub(super) number: usize,
    /// Held from load to append. Seats of one table in one process would otherwise race each other to the journal, and
    /// all but one decide again.
    turn: tokio::sync::Mutex<()>,
    /// Held while the state is brought up to date, so that one watcher asks and the others find the answer.
    pub(super) refresh: tokio::sync::Mutex<()>,
    /// When it was noted last that the table is used, in milliseconds since the Unix epoch.
    use_noted_ms: AtomicU64,
    /// What every watcher is shown.
    pub(super) shown: watch::Sender<Arc<Shown>>,
    /// The task that hears the table's announcements for its watchers, while there are any.
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl TableFeed {
    fn new(id: TableId, number: usize) -> Self {
        Self {
            id,
            number,
            turn: tokio::sync::Mutex::default(),
            refresh: tokio::sync::Mutex::default(),
            use_noted_ms: AtomicU64::default(),
            shown: watch::Sender::default(),
            listener: Mutex::default(),
        }
    }

    /// Waits for the turn to decide at this table.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Busy`] after [`TURN_WAIT_MAX`].
    pub(crate) async fn turn(&self) -> Result<tokio::sync::MutexGuard<'_, ()>, ServiceError> {
        let turn = timeout(TURN_WAIT_MAX, self.turn.lock()).await;
        turn.map_err(|_| ServiceError::Busy)
    }

    pub(super) fn lock_listener(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        // Every value is a sound one, also after a panic.
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is to be noted that the table is used now; not again for some minutes, by whom first asks.
    pub(super) fn is_use_news(&self, now_ms: u64) -> bool {
        let news = |noted_ms: u64| (noted_ms.abs_diff(now_ms) >= USE_NOTED_MS).then_some(now_ms);
        let noted = self
            .use_noted_ms
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, news);
        noted.is_ok()
    }

    /// Remembers that it was noted otherwise that the table is used.
    pub(crate) fn use_is_noted(&self, at_ms: u64) {
        self.use_noted_ms.store(at_ms, Ordering::Relaxed);
    }

    /// Wakes every watcher of a table that was erased, to find that out. No version is newer.
    pub(super) fn end(&self) {
        self.shown.send_if_modified(|shown| {
            let is_news = shown.version != LAST;
            if is_news {
                *shown = Arc::new(Shown::new(LAST));
            }
            is_news
        });
    }

    /// Whether somebody watches the table here.
    pub(super) fn is_watched(&self) -> bool {
        self.shown.receiver_count() > 0
    }
}

/// The feeds of all tables that this process uses, one per table. A feed lives as long as somebody holds it, and some time
/// after that.
#[derive(Debug)]
pub(crate) struct FeedRegistry(Mutex<FeedIndex>);

#[derive(Debug)]
struct FeedIndex {
    by_table: HashMap<TableId, Weak<TableFeed>>,
    /// Kept although nobody may hold them.
    recent: LruCache<TableId, Arc<TableFeed>>,
    sweep_at: usize,
    made: usize,
}

impl Default for FeedRegistry {
    fn default() -> Self {
        Self(Mutex::new(FeedIndex {
            by_table: HashMap::new(),
            recent: LruCache::new(RECENT_MAX),
            sweep_at: SWEEP_FROM,
            made: 0,
        }))
    }
}

impl FeedRegistry {
    /// Returns the feed of a table, making it if there is none.
    pub(crate) fn of(&self, id: &TableId) -> Arc<TableFeed> {
        let mut index = self.lock();
        if let Some(feed) = index.recent.get(id) {
            return Arc::clone(feed);
        }
        let known = index.by_table.get(id).and_then(Weak::upgrade);
        let feed = known.unwrap_or_else(|| index.add(id));
        index.recent.put(id.clone(), Arc::clone(&feed));
        feed
    }

    /// Returns the feeds that are watched.
    pub(super) fn watched(&self) -> Vec<Arc<TableFeed>> {
        let index = self.lock();
        let feeds = index.by_table.values().filter_map(Weak::upgrade);
        feeds.filter(|feed| feed.is_watched()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, FeedIndex> {
        // Every state of the index is a sound one, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FeedIndex {
    fn add(&mut self, id: &TableId) -> Arc<TableFeed> {
        if self.by_table.len() >= self.sweep_at {
            self.by_table.retain(|_, feed| feed.strong_count() > 0);
            self.sweep_at = SWEEP_FROM.max(self.by_table.len() * 2);
        }
        self.made = self.made.wrapping_add(1);
        let feed = Arc::new(TableFeed::new(id.clone(), self.made));
        self.by_table.insert(id.clone(), Arc::downgrade(&feed));
        feed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> TableId {
        // A letter of an id stands for five bits.
        let digit = |at: usize| u8::try_from(number >> (5 * at.min(6)) & 31).unwrap();
        TableId::from_random(std::array::from_fn(digit))
    }

    #[test]
    fn a_table_has_one_feed_for_as_long_as_somebody_holds_it() {
        let registry = FeedRegistry::default();
        let held = registry.of(&id(0));
        for number in 1..=5_000 {
            registry.of(&id(number));
        }
        assert!(Arc::ptr_eq(&held, &registry.of(&id(0))));
        let index = registry.lock();
        assert_eq!(index.recent.len(), RECENT_MAX.get());
        assert!(
            index.by_table.len() < 2 * SWEEP_FROM + 1,
            "the rest is gone"
        );
    }
}
