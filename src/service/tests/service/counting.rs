//! A journal and a presence in memory that count what they are asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bus::Presence;
use bus::memory::MemoryBus;
use game::{Code, CommandId, TableId, Version};
use store::memory::MemoryJournal;
use store::{
    Admission, AppendOutcome, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, Readers, Record,
    StoreError, TableSummary, UseWindow, Withholding,
};

/// A journal that counts its calls. Like a database, it cannot say a version at once.
#[derive(Default)]
pub(crate) struct CountingJournal {
    pub(crate) inner: Arc<MemoryJournal>,
    reads: AtomicU64,
    appends: AtomicU64,
    heads: AtomicU64,
    dues: AtomicU64,
    uses: AtomicU64,
}

/// How often a journal was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Reads of records, and single heads.
    pub(crate) reads: u64,
    /// Appends, whatever came of them.
    pub(crate) appends: u64,
    /// Questions for the heads of several tables.
    pub(crate) heads: u64,
    /// Questions for deadlines.
    pub(crate) dues: u64,
    /// Notes that tables are used.
    pub(crate) uses: u64,
}

impl CountingJournal {
    /// Returns how often it was asked since the last time this was called.
    pub(crate) fn asked(&self) -> Asked {
        let taken = |count: &AtomicU64| count.swap(0, Ordering::SeqCst);
        Asked {
            reads: taken(&self.reads),
            appends: taken(&self.appends),
            heads: taken(&self.heads),
            dues: taken(&self.dues),
            uses: taken(&self.uses),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

#[async_trait]
impl Journal for CountingJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        count(&self.reads);
        self.inner.read(table, after).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        count(&self.reads);
        self.inner.head(table).await
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        count(&self.heads);
        self.inner.heads(tables).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        count(&self.appends);
        // As long as a disk takes: whoever decides meanwhile decides on what was.
        tokio::task::yield_now().await;
        self.inner.append(table, expected, commit).await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        count(&self.appends);
        self.inner.open(table, expected, admission, commit).await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        self.inner.check_room(admission).await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        count(&self.uses);
        self.inner.note_use(tables, at_ms).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        self.inner.count_in_use(window).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        self.inner.count_by_opener(window, limit).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.inner.unattended(opened_ms, limit).await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        self.inner
            .withhold(table, expected, commit, withholding)
            .await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        self.inner.list_tables(after, limit).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.inner.over_before(before_ms, limit).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        count(&self.reads);
        self.inner.find_command(table, command).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        self.inner.find_code(code).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.inner.count_live().await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        count(&self.dues);
        self.inner.due(now_ms, limit).await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.inner.next_due().await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        self.inner.snapshot(table, format).await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        self.inner
            .keep_snapshot(table, format, version, state)
            .await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    fn readers(&self) -> Readers {
        self.inner.readers()
    }
}

/// A presence that counts the questions for it, of one table or of many.
#[derive(Default)]
pub(crate) struct CountingPresence {
    inner: MemoryBus,
    questions: AtomicU64,
}

impl CountingPresence {
    /// Returns how often it was asked since the last time this was called.
    pub(crate) fn asked(&self) -> u64 {
        self.questions.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl Presence for CountingPresence {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        self.inner.record(topic, seat, at_ms).await;
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        count(&self.questions);
        self.inner.last_seen(topic).await
    }

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        count(&self.questions);
        self.inner.last_seen_of(topics).await
    }
}
