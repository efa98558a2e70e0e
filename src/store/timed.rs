//! A journal whose statements are timed: by operation for the metrics, and with a warning for each that is slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::{
    Admission, AppendOutcome, DiskUse, Journal, NewCommit, NoRoom, OpenOutcome, OpenerTag, Readers,
    Record, ReplicaStatus, StoreError, TableSummary, UseWindow, Withholding,
};

/// A question to a journal, or an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statement {
    Read,
    Head,
    Heads,
    Append,
    Open,
    CheckRoom,
    NoteUse,
    CountInUse,
    CountByOpener,
    Unattended,
    Withhold,
    Scrub,
    ListTables,
    OverBefore,
    FindCommand,
    FindCode,
    CountLive,
    Due,
    NextDue,
    Snapshot,
    KeepSnapshot,
    Check,
    DiskUse,
}

/// Every statement, in its order, with its word in labels and logs.
const STATEMENTS: [(Statement, &str); 23] = [
    (Statement::Read, "read"),
    (Statement::Head, "head"),
    (Statement::Heads, "heads"),
    (Statement::Append, "append"),
    (Statement::Open, "open"),
    (Statement::CheckRoom, "check-room"),
    (Statement::NoteUse, "note-use"),
    (Statement::CountInUse, "count-in-use"),
    (Statement::CountByOpener, "count-by-opener"),
    (Statement::Unattended, "unattended"),
    (Statement::Withhold, "withhold"),
    (Statement::Scrub, "scrub"),
    (Statement::ListTables, "list-tables"),
    (Statement::OverBefore, "over-before"),
    (Statement::FindCommand, "find-command"),
    (Statement::FindCode, "find-code"),
    (Statement::CountLive, "count-live"),
    (Statement::Due, "due"),
    (Statement::NextDue, "next-due"),
    (Statement::Snapshot, "snapshot"),
    (Statement::KeepSnapshot, "keep-snapshot"),
    (Statement::Check, "check"),
    (Statement::DiskUse, "disk-use"),
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatementLabel {
    statement: &'static str,
}

/// A journal whose statements are timed.
pub struct TimedJournal {
    inner: Arc<dyn Journal>,
    /// From when on a statement is slow; `None` never.
    slow_after: Option<Duration>,
    times: [(Histogram, Counter); STATEMENTS.len()],
}

impl TimedJournal {
    /// Times the statements of `inner`, and registers the metrics of that.
    pub fn over(
        inner: Arc<dyn Journal>,
        slow_after: Option<Duration>,
        registry: &mut Registry,
    ) -> Self {
        // 0.1 ms to about 7 s, each four times the one before: there are many statements.
        let seconds: Family<StatementLabel, Histogram> =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.000_1, 4.0, 9)));
        let failures: Family<StatementLabel, Counter> = Family::default();
        let times = STATEMENTS.map(|(_, statement)| {
            let label = StatementLabel { statement };
            let seconds = seconds.get_or_create(&label).clone();
            (seconds, failures.get_or_create(&label).clone())
        });
        let help = "Seconds the journal took for a statement, its queue included";
        registry.register("journal_seconds", help, seconds);
        let help = "Statements that the journal did not answer, or answered with damage";
        registry.register("journal_failures", help, failures);
        Self {
            inner,
            slow_after,
            times,
        }
    }

    async fn time<T>(
        &self,
        statement: Statement,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let began = Instant::now();
        let answer = answer.await;
        let took = began.elapsed();
        let (seconds, failures) = &self.times[statement as usize];
        seconds.observe(took.as_secs_f64());
        if let Err(
            StoreError::Unavailable(_) | StoreError::Damaged { .. } | StoreError::Unusable(_),
        ) = answer
        {
            failures.inc();
        }
        if self.slow_after.is_some_and(|slow| took >= slow) {
            let (_, statement) = STATEMENTS[statement as usize];
            let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            let failed = answer.is_err();
            tracing::warn!(statement, ms, failed, "a statement of the journal was slow");
        }
        answer
    }
}

#[async_trait]
impl Journal for TimedJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        let answer = self.inner.read(table, after);
        self.time(Statement::Read, answer).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        self.time(Statement::Head, self.inner.head(table)).await
    }

    fn head_at_once(&self, table: &TableId) -> Option<Version> {
        self.inner.head_at_once(table)
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        self.time(Statement::Heads, self.inner.heads(tables)).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        let answer = self.inner.append(table, expected, commit);
        self.time(Statement::Append, answer).await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        let answer = self.inner.open(table, expected, admission, commit);
        self.time(Statement::Open, answer).await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        let answer = self.inner.check_room(admission);
        self.time(Statement::CheckRoom, answer).await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        let answer = self.inner.note_use(tables, at_ms);
        self.time(Statement::NoteUse, answer).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        let answer = self.inner.count_in_use(window);
        self.time(Statement::CountInUse, answer).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        let answer = self.inner.count_by_opener(window, limit);
        self.time(Statement::CountByOpener, answer).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        let answer = self.inner.unattended(opened_ms, limit);
        self.time(Statement::Unattended, answer).await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        let answer = self.inner.withhold(table, expected, commit, withholding);
        self.time(Statement::Withhold, answer).await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.time(Statement::Scrub, self.inner.scrub()).await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        let answer = self.inner.list_tables(after, limit);
        self.time(Statement::ListTables, answer).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        let answer = self.inner.over_before(before_ms, limit);
        self.time(Statement::OverBefore, answer).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let answer = self.inner.find_command(table, command);
        self.time(Statement::FindCommand, answer).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        let answer = self.inner.find_code(code);
        self.time(Statement::FindCode, answer).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        let answer = self.inner.count_live();
        self.time(Statement::CountLive, answer).await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        let answer = self.inner.due(now_ms, limit);
        self.time(Statement::Due, answer).await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        self.time(Statement::NextDue, self.inner.next_due()).await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let answer = self.inner.snapshot(table, format);
        self.time(Statement::Snapshot, answer).await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let answer = self.inner.keep_snapshot(table, format, version, state);
        self.time(Statement::KeepSnapshot, answer).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.time(Statement::Check, self.inner.check()).await
    }

    async fn disk_use(&self) -> Result<Option<DiskUse>, StoreError> {
        self.time(Statement::DiskUse, self.inner.disk_use()).await
    }

    fn readers(&self) -> Readers {
        self.inner.readers()
    }

    fn replica(&self) -> Option<ReplicaStatus> {
        self.inner.replica()
    }

    fn register_metrics(&self, registry: &mut Registry) {
        self.inner.register_metrics(registry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_numbered_as_they_are_listed() {
        for (number, (statement, _)) in STATEMENTS.into_iter().enumerate() {
            assert_eq!(statement as usize, number);
        }
    }
}
