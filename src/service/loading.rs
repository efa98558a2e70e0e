//! Loading a table: what is remembered of it, and the rest from the journal.

use std::sync::Arc;

use game::{Table, TableId, Version};
use store::{READ_MAX, Record, StoreError};

use crate::error::ServiceError;
use crate::tables::Tables;

/// Commits a table has at least before it is remembered for other instances: fewer are read as quickly.
const REMEMBERED_MIN: u64 = 16;
/// Commits read beyond what was remembered, from which on it is remembered anew.
const REMEMBER_ANEW: usize = 32;

/// A table on its way to where the journal has it.
pub(crate) struct Loading {
    pub(crate) table: Arc<Table>,
    /// The hash of the record it stands at, if that was read.
    pub(crate) hash: Option<String>,
    began: LoadStart,
    read: usize,
    /// Whether the journal had nothing more.
    is_whole: bool,
}

/// From what a loading began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoadStart {
    /// What this instance has.
    Here,
    /// What instances remember for each other.
    Remembered,
    /// What the journal has.
    Journal,
}

impl Tables {
    /// Loads a table as the journal has it now.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it.
    pub async fn load(&self, id: &TableId) -> Result<Arc<Table>, ServiceError> {
        let mut loading = self.begin(id).await?;
        while !loading.is_whole {
            let news = self.journal.read(id, loading.table.version()).await?;
            loading.take(&news);
            loading.is_whole = news.len() < READ_MAX;
        }
        if loading.table.version() == Version(0) {
            return Err(ServiceError::NoSuchTable);
        }
        if !loading.table.is_understood() {
            return Err(newer(id, &loading.table).into());
        }
        self.cache.put(id, Arc::clone(&loading.table));
        if loading.is_worth_remembering() {
            self.remember(id, &loading.table, loading.hash);
        }
        Ok(loading.table)
    }

    async fn begin(&self, id: &TableId) -> Result<Loading, ServiceError> {
        if let Some(table) = self.cache.get(id) {
            return Ok(Loading::from(LoadStart::Here, table));
        }
        if let Some(loading) = self.begin_remembered(id).await? {
            return Ok(loading);
        }
        let table = Arc::new(self.snapshot(id).await?);
        Ok(Loading::from(LoadStart::Journal, table))
    }

    /// Begins with what another instance remembered, if the journal says the same up to there. The hash of a
    /// record stands for all that went before it: one that was restored since, or belongs to another group of
    /// instances, has another, or none.
    async fn begin_remembered(&self, id: &TableId) -> Result<Option<Loading>, ServiceError> {
        let Some(remembered) = self.recall(id).await else {
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
        let mut loading = Loading::from(LoadStart::Remembered, Arc::new(remembered.table));
        loading.take(news);
        loading.is_whole = records.len() < READ_MAX;
        Ok(Some(loading))
    }
}

/// Why a table whose rules this release does not have is left to another.
fn newer(id: &TableId, table: &Table) -> StoreError {
    StoreError::NewerRelease {
        table: id.clone(),
        version: table.version(),
        source: format!("it plays by edition {} of the rules", table.rules()).into(),
    }
}

impl Loading {
    fn from(began: LoadStart, table: Arc<Table>) -> Self {
        Self {
            table,
            hash: None,
            began,
            read: 0,
            is_whole: false,
        }
    }

    fn take(&mut self, news: &[Record]) {
        let Some(last) = news.last() else { return };
        let table = Arc::make_mut(&mut self.table);
        for record in news {
            table.fold(&record.events);
        }
        self.read += news.len();
        self.hash = Some(last.hash.clone());
    }

    fn is_worth_remembering(&self) -> bool {
        match self.began {
            LoadStart::Here => false,
            LoadStart::Remembered => self.read >= REMEMBER_ANEW,
            LoadStart::Journal => self.table.version().0 >= REMEMBERED_MIN,
        }
    }
}
