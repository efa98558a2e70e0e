//! The tables this process used last, so that most loads read only what is new.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use game::{Phase, Table, TableId};
use lru::LruCache;

use crate::metrics::ServiceMetrics;

/// Tables kept at most; a table is some tens of kilobytes.
const TABLES_MAX: NonZeroUsize = NonZeroUsize::new(1_000).expect("a thousand is not zero");

/// The tables used last; the one not used for the longest time makes way for another.
pub(crate) struct TableCache {
    tables: Mutex<LruCache<TableId, Arc<Table>>>,
    metrics: ServiceMetrics,
}

impl TableCache {
    pub(crate) fn new(metrics: ServiceMetrics) -> Self {
        Self {
            tables: Mutex::new(LruCache::new(TABLES_MAX)),
            metrics,
        }
    }

    /// Returns the table as this process last saw it. The journal may have more.
    pub(crate) fn get(&self, id: &TableId) -> Option<Arc<Table>> {
        let table = self.lock().get(id).cloned();
        let count = match table {
            Some(_) => &self.metrics.cache_hits,
            None => &self.metrics.cache_misses,
        };
        count.inc();
        table
    }

    /// Keeps a table, unless a newer one is kept already: of two loads the slower may have read less.
    pub(crate) fn put(&self, id: &TableId, table: Arc<Table>) {
        let mut tables = self.lock();
        let newer = tables
            .peek(id)
            .is_some_and(|kept| kept.version() > table.version());
        if !newer {
            tables.put(id.clone(), table);
        }
    }

    /// Forgets a table.
    pub(crate) fn remove(&self, id: &TableId) {
        self.lock().pop(id);
    }

    /// Returns the phase of each table that is kept.
    pub(crate) fn phases(&self) -> Vec<Phase> {
        self.lock().iter().map(|(_, table)| table.phase()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<TableId, Arc<Table>>> {
        // Every state of the map is a sound one, also after a panic.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
