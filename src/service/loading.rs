//! Loading a table: from memory, from the shared cache or from a snapshot, and the rest from the journal.

use std::sync::Arc;

use game::{Table, TableId, Version};
use store::{Journal, READ_MAX, Record, StoreError};

use crate::cache::TableCache;
use crate::chain_heads::ChainHeads;
use crate::error::ServiceError;
use crate::snapshots::Snapshots;

/// Commits a table has at least before it goes into the shared cache: fewer are read as quickly.
const SHARED_MIN: u64 = 16;
/// Commits read beyond what the shared cache had, from which on the table is put there anew.
const SHARE_ANEW: usize = 32;

/// Loads tables as the journal has them.
pub struct TableLoader {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) cache: TableCache,
    pub(crate) heads: Arc<ChainHeads>,
    pub(crate) snapshots: Snapshots,
}

impl TableLoader {
    /// Returns a table as this process knows it, if it knows it at `least` or newer. The journal may have more.
    fn known(&self, id: &TableId, least: Version) -> Option<Arc<Table>> {
        let table = self.cache.get(id)?;
        (table.version() >= least).then_some(table)
    }

    /// Returns a table as this process knows it at `least` or newer, and otherwise as the journal has it now.
    pub(crate) async fn known_or_load(
        &self,
        id: &TableId,
        least: Version,
    ) -> Result<Arc<Table>, ServiceError> {
        Ok(self.known_or_read(id, least).await?.table)
    }

    /// Does the same, and returns what was read for it.
    pub(crate) async fn known_or_read(
        &self,
        id: &TableId,
        least: Version,
    ) -> Result<LoadedTable, ServiceError> {
        match self.known(id, least) {
            Some(table) => Ok(table.into()),
            None => self.read(id).await,
        }
    }

    /// Loads a table as the journal has it now. One that is in memory is returned without a read where the journal
    /// says at once that there is nothing newer.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it, [`ServiceError::Erased`] when it was erased.
    pub async fn load(&self, id: &TableId) -> Result<Arc<Table>, ServiceError> {
        Ok(self.read(id).await?.table)
    }

    /// Does the same, and returns what was read for it.
    pub(crate) async fn read(&self, id: &TableId) -> Result<LoadedTable, ServiceError> {
        let mut loading = match self.cache.get(id) {
            Some(table) if self.journal.head_at_once(id) == Some(table.version()) => {
                return Ok(table.into());
            }
            Some(table) => Loading::from(LoadStart::Memory, table),
            None => self.begin(id).await?,
        };
        while !loading.is_whole {
            let news = self.journal.read(id, loading.table.version()).await?;
            loading.take(&news);
            loading.is_whole = news.len() < READ_MAX;
        }
        if loading.table.version() == Version(0) {
            return Err(ServiceError::NoSuchTable);
        }
        if loading.table.is_erased() {
            self.forget(id).await;
            return Err(ServiceError::Erased);
        }
        if !loading.table.is_understood() && !loading.table.is_outdated() {
            return Err(newer(id, &loading.table).into());
        }
        if let Some(hash) = &loading.hash {
            self.heads.note(id, loading.table.version(), hash.clone());
        }
        self.cache.put(id, Arc::clone(&loading.table));
        if loading.start == LoadStart::Journal && Snapshots::are_due_after(loading.read) {
            self.snapshots.keep_soon(id, &loading.table, loading.hash);
        } else if loading.is_worth_sharing() {
            self.snapshots.share(id, &loading.table, loading.hash);
        }
        Ok(LoadedTable {
            newest_ms: loading.newest_ms,
            table: loading.table,
        })
    }

    /// Loads a table as it was at a version.
    pub(crate) async fn load_at(
        &self,
        id: &TableId,
        version: Version,
    ) -> Result<Arc<Table>, ServiceError> {
        if let Some(table) = self.cache.get(id)
            && table.version() == version
        {
            return Ok(table);
        }
        let mut table = Table::default();
        loop {
            let records = self.journal.read(id, table.version()).await?;
            let is_whole = records.len() < READ_MAX;
            let until = records.iter().filter(|record| record.version <= version);
            until.for_each(|record| table.fold(&record.events));
            if is_whole || table.version() >= version {
                return Ok(Arc::new(table));
            }
        }
    }

    /// Forgets a table that was erased, here and in the shared cache.
    pub(crate) async fn forget(&self, id: &TableId) {
        self.cache.remove(id);
        self.snapshots.unshare(id).await;
    }

    async fn begin(&self, id: &TableId) -> Result<Loading, ServiceError> {
        if let Some(loading) = self.begin_shared(id).await? {
            return Ok(loading);
        }
        let table = Arc::new(self.snapshots.newest(id).await?);
        Ok(Loading::from(LoadStart::Journal, table))
    }

    /// Begins with what another instance shared, if the journal says the same up to there. The hash of a
    /// record stands for all that went before it: one that was restored since, or belongs to another group of
    /// instances, has another, or none.
    async fn begin_shared(&self, id: &TableId) -> Result<Option<Loading>, ServiceError> {
        let Some(remembered) = self.snapshots.shared(id).await else {
            return Ok(None);
        };
        let version = remembered.table.version();
        let before = Version(version.0.saturating_sub(1));
        let records = match self.journal.read(id, before).await {
            Ok(records) => records,
            // A snapshot may have left the damage behind.
            Err(StoreError::Damaged { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Some((reached, news)) = records.split_first() else {
            return Ok(None);
        };
        if reached.version != version || reached.hash != remembered.hash {
            return Ok(None);
        }
        let mut loading = Loading::from(LoadStart::SharedCache, Arc::new(remembered.table));
        loading.take(news);
        loading.is_whole = records.len() < READ_MAX;
        Ok(Some(loading))
    }
}

/// Returns why a table whose rules this release does not have is left to another.
fn newer(id: &TableId, table: &Table) -> StoreError {
    StoreError::NewerRelease {
        table: id.clone(),
        version: table.version(),
        source: format!("it plays by edition {} of the rules", table.rules()).into(),
    }
}

/// A table as the journal has it.
pub(crate) struct LoadedTable {
    pub(crate) table: Arc<Table>,
    /// When the newest record was decided that had to be read, in milliseconds since the Unix epoch.
    pub(crate) newest_ms: Option<u64>,
}

impl From<Arc<Table>> for LoadedTable {
    fn from(table: Arc<Table>) -> Self {
        let newest_ms = None;
        Self { table, newest_ms }
    }
}

/// A table on its way to where the journal has it.
struct Loading {
    table: Arc<Table>,
    /// The hash of the record it stands at, if that was read.
    hash: Option<String>,
    start: LoadStart,
    read: usize,
    /// When the last record that was read was decided.
    newest_ms: Option<u64>,
    /// Whether the journal had nothing more.
    is_whole: bool,
}

/// Where a loading began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoadStart {
    /// In this process's memory.
    Memory,
    /// In the cache that instances share.
    SharedCache,
    /// In the journal, at a snapshot or at the first record.
    Journal,
}

impl Loading {
    fn from(start: LoadStart, table: Arc<Table>) -> Self {
        Self {
            table,
            hash: None,
            start,
            read: 0,
            newest_ms: None,
            is_whole: false,
        }
    }

    fn take(&mut self, news: &[Record]) {
        let Some(last) = news.last() else { return };
        // The cache may hold the same table: whoever reads it there must not see it change.
        let table = Arc::make_mut(&mut self.table);
        for record in news {
            table.fold(&record.events);
        }
        self.read += news.len();
        self.hash = Some(last.hash.clone());
        self.newest_ms = Some(last.at_ms);
    }

    fn is_worth_sharing(&self) -> bool {
        match self.start {
            LoadStart::Memory => false,
            LoadStart::SharedCache => self.read >= SHARE_ANEW,
            LoadStart::Journal => self.table.version().0 >= SHARED_MIN,
        }
    }
}
