//! Tables lately used, so that most loads read only what is new.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use game::{Table, TableId};

/// Tables kept at most; a table is some tens of kilobytes.
const TABLES_MAX: usize = 1_000;

/// Tables lately used.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    tables: Mutex<HashMap<TableId, CachedTable>>,
    uses: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Debug)]
struct CachedTable {
    table: Arc<Table>,
    used: u64,
}

impl Cache {
    /// The table as it was last seen here.
    pub(crate) fn get(&self, id: &TableId) -> Option<Arc<Table>> {
        let used = self.uses.fetch_add(1, Ordering::Relaxed);
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = tables.get_mut(id);
        let count = if kept.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        count.fetch_add(1, Ordering::Relaxed);
        kept.map(|kept| {
            kept.used = used;
            Arc::clone(&kept.table)
        })
    }

    /// Keeps a table, unless a newer one is kept already.
    pub(crate) fn put(&self, id: &TableId, table: Arc<Table>) {
        let used = self.uses.fetch_add(1, Ordering::Relaxed);
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if tables
            .get(id)
            .is_some_and(|kept| kept.table.version() > table.version())
        {
            return;
        }
        if tables.len() >= TABLES_MAX && !tables.contains_key(id) {
            let oldest = tables
                .iter()
                .min_by_key(|(_, kept)| kept.used)
                .map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                tables.remove(&oldest);
            }
        }
        tables.insert(id.clone(), CachedTable { table, used });
    }

    /// Loads that found a table, and loads that did not.
    pub(crate) fn hits_and_misses(&self) -> (u64, u64) {
        (
            self.hits.load(Ordering::Relaxed),
            self.misses.load(Ordering::Relaxed),
        )
    }
}
