//! A journal in Amazon DynamoDB, shared by any number of processes anywhere.
//!
//! All is in one table, whose shape is in [`dynamo::schema`]; reads are strongly consistent. The items:
//!
//! | partition key | sort key | item |
//! |---|---|---|
//! | `T#<table>` | `R#<version>` | a record; what does not fit one item goes on in `R#<version>#P<number>` |
//! | | `R#HEAD` | where the table stands: after its records, so that one query reads both |
//! | | `R#SNAP` | its newest snapshot: after both, so that one query backwards finds it and its record |
//! | | `K#<command>` | which version a command led to |
//! | `I#<shard>` | `<table>` | what the table is found by: deadline, last use, end |
//! | `J#<code>` | `CODE` | the live table that has the code |
//! | `ADMISSION` | `ADMISSION` | the number of openings so far |
//! | `META` | `META` | the number of this layout |
//!
//! An append is one transaction. It puts the record and the command, unless they are there, moves the head on if it is the
//! one expected, and changes the index item where the commit does. The head that a record follows is remembered from the
//! append or the read before, so that a command costs no read; a memory that is wrong fails a condition. A request whose
//! answer is lost is sent again with the token it had, and the service answers it once. The token is new for each append:
//! with one made of the command, a repeat would be answered as if it were appended again.
//!
//! No partition is hot: the index is spread over four by a hash of the table's id, and everything else by the table.
//! The limit of tables in use is kept by a number that every opening moves on: whoever opens has read it before counting,
//! and its transaction fails if another opened since; then it counts again. Only openings wait for each other.
//!
//! What a commit withholds may be more than a transaction holds. The commit is one, and leaves a mark on the head; from
//! then on whoever reads the table, finishes the work before it shows anything.

mod admission;
mod append;
mod append_transaction;
mod body;
mod errors;
mod items;
mod keys;
mod meta;
mod queries;
mod records;
mod requests;
mod snapshots;
mod stand;
mod table_index;
mod transaction;
mod transfer;
mod withholding;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use dynamo::DynamoTable;
use game::{Code, CommandId, TableId, Version};
use tokio::sync::Mutex;

use crate::{
    Admission, AppendOutcome, Journal, JournalExport, JournalImport, JournalSummary, NewCommit,
    NoRoom, OpenOutcome, OpenerTag, ProgressListener, Readers, Record, RecordStream, StoreError,
    TableSummary, UseWindow, Withholding,
};

use append::AppendTerms;
use stand::StandCache;

pub use meta::create_table;

/// A journal in a table of DynamoDB.
pub struct DynamoJournal {
    store: Arc<DynamoStore>,
}

/// The table and what this process remembers of it.
struct DynamoStore {
    table: DynamoTable,
    stands: StandCache,
    /// The number of openings, as it was seen last. Who opens a table holds it.
    admissions: Mutex<Option<u64>>,
}

impl DynamoJournal {
    /// Opens the journal in a table that is there. The first to open one that was just made writes down its layout.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] with what to do: no such table, a table of another shape or of a newer release, an import
    /// that broke off, credentials that are missing or lack a right. [`StoreError::Unavailable`] when the service cannot
    /// be reached now.
    pub async fn open(table: DynamoTable) -> Result<Self, StoreError> {
        let store = DynamoStore {
            table,
            stands: StandCache::default(),
            admissions: Mutex::default(),
        };
        store.check_layout().await?;
        Ok(Self {
            store: Arc::new(store),
        })
    }
}

impl fmt::Debug for DynamoJournal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("DynamoJournal")
            .field("table", &self.store.table.name)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl JournalExport for DynamoJournal {
    fn export(&self) -> RecordStream {
        transfer::export(Arc::clone(&self.store))
    }

    async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        self.store.unfit_snapshots().await
    }
}

#[async_trait]
impl JournalImport for DynamoJournal {
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        self.store.import(records, progress).await
    }
}

#[async_trait]
impl Journal for DynamoJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        self.store.read(table, after).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        let stand = self.store.stand(table).await?;
        Ok(stand.map_or(Version(0), |stand| stand.version))
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        self.store.heads(tables).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        let terms = AppendTerms::default();
        self.store.append(table, expected, &commit, terms).await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        self.store.open(table, expected, admission, &commit).await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        self.store.check_room(admission).await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        self.store.note_use(tables, at_ms).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        self.store.count_in_use(window).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        self.store.count_by_opener(window, limit).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.store.unattended(opened_ms, limit).await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        self.store
            .withhold(table, expected, &commit, &withholding)
            .await
    }

    /// Finishes what a process that ended left to be withheld. Backups of the service keep old items for as long as they
    /// are kept.
    async fn scrub(&self) -> Result<(), StoreError> {
        self.store.finish_all_withholdings().await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        self.store.list_tables(after, limit).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.store.over_before(before_ms, limit).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        self.store.find_command(table, command).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        self.store.find_code(code).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.store.count_live().await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.store.due(now_ms, limit).await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.store.next_due().await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        self.store.snapshot(table, format).await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        self.store
            .keep_snapshot(table, format, version, &state)
            .await
    }

    /// Reads the layout's number and writes beside it: a right that was taken away is found here and not by a player.
    async fn check(&self) -> Result<(), StoreError> {
        self.store.touch().await
    }

    /// Requests share connections as they come, so there is no pool to count.
    fn readers(&self) -> Readers {
        Readers::default()
    }
}
