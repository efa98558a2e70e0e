//! A journal in memory: for tests and trials. It keeps the contract except one part: nothing is durable.

mod live_tables;
mod table_log;
mod table_use;
mod transfer;

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};

use crate::chain::{self, BodyHeader, StoredRecord};
use crate::lock::lock;
use crate::transfer::TransferRecord;
use crate::{
    Admission, AppendOutcome, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, READ_MAX,
    Readers, Record, StoreError, TableIndex, TableSummary, UseWindow, Withholding,
};

use live_tables::LiveTables;
use table_log::TableLog;
use table_use::TableUse;

/// A journal that ends with its process.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    state: Mutex<JournalState>,
}

#[derive(Debug, Default)]
struct JournalState {
    tables: BTreeMap<TableId, TableLog>,
    live: LiveTables,
    uses: TableUse,
    /// The table of every record, in the journal's order. The records of one table are in the order of theirs.
    order: Vec<TableId>,
    snapshots: BTreeMap<TableId, StoredSnapshot>,
}

#[derive(Debug)]
struct StoredSnapshot {
    format: u32,
    version: Version,
    state: String,
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        let state = self.state();
        let Some(log) = state.tables.get(table) else {
            return Ok(Vec::new());
        };
        let from = usize::try_from(after.0).unwrap_or(usize::MAX);
        let records = log.records.iter().skip(from).take(READ_MAX);
        records.map(|(stored, _)| stored.record(table)).collect()
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        let state = self.state();
        Ok(state.head(table).0)
    }

    fn head_at_once(&self, table: &TableId) -> Option<Version> {
        Some(self.state().head(table).0)
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        self.state().append(table, expected, commit, None)
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        let mut state = self.state();
        let known = state.find_command(table, &commit.command_id)?.is_some();
        if !known && let Some(why) = state.check_room(admission) {
            return Ok(Err(why));
        }
        let appended = state.append(table, expected, commit, None)?;
        if let (false, Some(share)) = (known, &admission.share) {
            state.uses.opened_by(table, share.opener);
        }
        Ok(Ok(appended))
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        Ok(self.state().check_room(admission))
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        let mut state = self.state();
        for table in tables {
            state.uses.look(table, at_ms);
        }
        Ok(())
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        Ok(self.state().uses.counts(window).count(None, u64::MAX))
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        let mut counts = self.state().uses.counts(window).by_opener();
        counts.truncate(limit);
        Ok(counts)
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        let state = self.state();
        let mut left = state.uses.unattended(opened_ms);
        left.retain(|table| state.head(table).0 == Version(1));
        left.truncate(limit);
        Ok(left)
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        let mut state = self.state();
        let appended = state.append(table, expected, commit, Some(&withholding))?;
        if let AppendOutcome::Appended(_) = appended {
            state.withhold(table, expected, withholding)?;
        }
        Ok(appended)
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        let state = self.state();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let tables = state.tables.range((from, Bound::Unbounded));
        let kept = tables.filter(|(_, log)| !log.is_erased);
        Ok(kept.take(limit).map(|(id, log)| log.summary(id)).collect())
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        let state = self.state();
        let over = state
            .tables
            .iter()
            .filter(|(_, log)| !log.is_erased && !log.index.live && log.committed_ms < before_ms);
        let mut over: Vec<_> = over
            .map(|(id, log)| (log.committed_ms, id, log.head()))
            .collect();
        over.sort_unstable();
        let oldest = over.into_iter().take(limit);
        Ok(oldest
            .map(|(_, id, version)| (id.clone(), version))
            .collect())
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        self.state().find_command(table, command)
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        Ok(self.state().live.find_code(code).cloned())
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        Ok(self.state().live.count())
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        let state = self.state();
        let deadlines = state.live.deadlines();
        let due = deadlines.take_while(|(due_ms, _)| *due_ms <= now_ms);
        Ok(due.take(limit).map(|(_, table)| table.clone()).collect())
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        let state = self.state();
        let mut deadlines = state.live.deadlines();
        Ok(deadlines.next().map(|(due_ms, _)| *due_ms))
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let journal = self.state();
        let snapshot = journal.snapshots.get(table);
        let readable = snapshot.filter(|snapshot| snapshot.format == format);
        // Nobody but this journal can write its memory, so that there is nothing to be sealed.
        Ok(readable.map(|snapshot| (snapshot.version, snapshot.state.clone())))
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let mut journal = self.state();
        if journal.head(table).0 < version {
            return Ok(());
        }
        let newer = journal
            .snapshots
            .get(table)
            .is_some_and(|kept| kept.format == format && kept.version > version);
        let log = journal.tables.get(table);
        if !newer && !log.is_some_and(|log| log.withholds_after(version)) {
            let snapshot = StoredSnapshot {
                format,
                version,
                state,
            };
            journal.snapshots.insert(table.clone(), snapshot);
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Reads take a lock and no connection, so there is no pool to count.
    fn readers(&self) -> Readers {
        Readers::default()
    }
}

impl MemoryJournal {
    fn state(&self) -> MutexGuard<'_, JournalState> {
        lock(&self.state)
    }
}

impl JournalState {
    fn append(
        &mut self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Option<&Withholding>,
    ) -> Result<AppendOutcome, StoreError> {
        if let Some(first) = self.find_command(table, &commit.command_id)? {
            return Ok(AppendOutcome::Repeated(Box::new(first)));
        }
        let (version, before) = self.head(table);
        if version != expected {
            return Err(StoreError::Conflict { expected });
        }
        let code = &commit.index.code;
        let holder = self.live.find_code(code);
        if commit.index.live && holder.is_some_and(|holder| holder != table) {
            return Err(StoreError::CodeTaken { code: code.clone() });
        }
        let next = version.next();
        let header = BodyHeader {
            #[cfg(feature = "replica")]
            version: next,
            at_ms: commit.at_ms,
            command_id: commit.command_id.clone(),
            withholds: None,
        };
        let index = commit.index.clone();
        let stored = StoredRecord::new(commit, withholding, next, before);
        self.push(table, index, header, stored);
        Ok(AppendOutcome::Appended(next))
    }

    /// Stores a record that follows the last one of its table.
    fn push(
        &mut self,
        table: &TableId,
        index: TableIndex,
        header: BodyHeader,
        stored: StoredRecord,
    ) {
        if !index.live {
            self.uses.forget(table);
        } else if !header.command_id.is_reserved() {
            self.uses.commit(table, header.at_ms);
        }
        self.order.push(table.clone());
        let before = self.tables.get(table).map(|log| &log.index);
        self.live.replace(table, before, &index);
        let log = self.tables.entry(table.clone());
        let log = log.or_insert_with(|| TableLog::opened(&index, &header));
        log.push(index, header, stored);
    }

    /// Withholds what the records of a table up to a version tell.
    fn withhold(
        &mut self,
        table: &TableId,
        until: Version,
        withholding: Withholding,
    ) -> Result<(), StoreError> {
        self.snapshots.remove(table);
        let Some(log) = self.tables.get_mut(table) else {
            return Ok(());
        };
        match withholding {
            Withholding::Everything => log.erase(table, until)?,
            Withholding::Records(replaced) => replaced.into_iter().for_each(|it| log.replace(it)),
        }
        Ok(())
    }

    fn check_room(&self, admission: &Admission) -> Option<NoRoom> {
        let counts = self.uses.counts(&admission.window);
        let Ok(refusal) = admission.judge(self.live.count(), &counts);
        refusal
    }

    fn head(&self, table: &TableId) -> (Version, [u8; 32]) {
        let last = self.tables.get(table).and_then(|log| log.records.last());
        last.map_or_else(
            || (Version(0), chain::root(table)),
            |(stored, _)| (stored.version, stored.hash),
        )
    }

    /// Copies all records, in the journal's order.
    fn export(&self) -> Vec<TransferRecord> {
        let mut exported: HashMap<&TableId, usize> = HashMap::new();
        let records = self.order.iter().filter_map(|table| {
            let at = exported.entry(table).or_default();
            let log = self.tables.get(table)?;
            let (stored, index) = log.records.get(*at)?;
            *at += 1;
            Some(TransferRecord {
                table: table.clone(),
                index: TableIndex {
                    code: log.index.code.clone(),
                    ..index.clone()
                },
                version: stored.version,
                body: stored.body.clone(),
                before: stored.before,
                hash: stored.hash,
            })
        });
        records.collect()
    }

    fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let found = self.tables.get(table).and_then(|log| {
            let at = log.commands.get(command)?;
            log.records.get(*at)
        });
        found.map(|(stored, _)| stored.record(table)).transpose()
    }
}
