//! What every journal does, done by the writer and the readers of one file.

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};
use rusqlite::Transaction;

use super::{SqliteJournal, admission, disk_use, queries, stamp, unavailable, withholding, writes};
use crate::{
    Admission, AppendOutcome, DiskUse, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, Readers,
    Record, StateOrigin, StoreError, TableSummary, UseWindow, Withholding,
};

#[async_trait]
impl Journal for SqliteJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        let table = table.clone();
        self.readers
            .run(move |database| queries::records(database, &table, after))
            .await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        let table = table.clone();
        self.readers
            .run(move |database| queries::head(database, &table))
            .await
    }

    fn head_at_once(&self, table: &TableId) -> Option<Version> {
        self.head_reader.head(table)
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        let tables = tables.to_vec();
        self.readers
            .run(move |database| queries::heads(database, &tables))
            .await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        let table = table.clone();
        self.writer
            .run(move |database| writes::append(database, &table, expected, commit))
            .await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        let (table, admission) = (table.clone(), *admission);
        self.writer
            .run(move |database| admission::open(database, &table, expected, &admission, commit))
            .await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        let admission = *admission;
        self.readers
            .run(move |database| admission::check_room(database, &admission))
            .await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        let tables = tables.to_vec();
        self.writer
            .run(move |database| admission::note_use(database, &tables, at_ms))
            .await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        let window = *window;
        self.readers
            .run(move |database| admission::count_in_use(database, &window))
            .await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        let window = *window;
        self.readers
            .run(move |database| admission::count_by_opener(database, &window, limit))
            .await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.readers
            .run(move |database| admission::unattended(database, opened_ms, limit))
            .await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withheld: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        let table = table.clone();
        self.writer
            .run(move |database| {
                withholding::withhold(database, &table, expected, commit, &withheld)
            })
            .await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.writer.clean().await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        let after = after.cloned();
        self.readers
            .run(move |database| withholding::list(database, after.as_ref(), limit))
            .await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.readers
            .run(move |database| withholding::over_before(database, before_ms, limit))
            .await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let (table, command) = (table.clone(), command.clone());
        self.readers
            .run(move |database| queries::command(database, &table, &command))
            .await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        let code = code.clone();
        self.readers
            .run(move |database| queries::code(database, &code))
            .await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.readers.run(queries::count_live).await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.readers
            .run(move |database| queries::due(database, now_ms, limit))
            .await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.readers.run(queries::next_due).await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let asked = table.clone();
        let kept = self
            .readers
            .run(move |database| queries::snapshot(database, &asked, format))
            .await?;
        let Some(kept) = kept else { return Ok(None) };
        if let Some(state) = kept.state(table, format) {
            return Ok(Some((kept.version, state.to_owned())));
        }
        kept.warn(table);
        let table = table.clone();
        // An error leaves it for the next time: whoever loads the table needs none.
        let _ = self
            .writer
            .run(move |database| writes::discard_snapshot(database, &table, &kept.sealed))
            .await;
        Ok(None)
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let table = table.clone();
        let keep = move |database: &Transaction<'_>| {
            let origin = StateOrigin {
                table: &table,
                format,
                version,
            };
            writes::keep_snapshot(database, &origin, &state)
        };
        self.writer.run(keep).await
    }

    /// Reads, and writes through to the disk: a full disk is found here and not by a player. After a write that failed
    /// as much must fit as any write takes.
    async fn check(&self) -> Result<(), StoreError> {
        self.readers.run(queries::count_live).await?;
        if self.writer.is_failing() {
            self.writer.run(writes::fill).await?;
        }
        let path = self.path.clone();
        let touch = move |database: &Transaction<'_>| {
            stamp::follow(&path, database)?;
            writes::touch(database)
        };
        self.writer.run(touch).await
    }

    async fn disk_use(&self) -> Result<Option<DiskUse>, StoreError> {
        let path = self.path.clone();
        let measured = tokio::task::spawn_blocking(move || disk_use::measure(&path)).await;
        let used = measured.map_err(unavailable)?.map_err(unavailable)?;
        Ok(Some(used))
    }

    fn readers(&self) -> Readers {
        self.readers.count()
    }
}
