//! The writes of a journal, each in one statement.

use game::{Code, TableId, Version};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connections::{Connections, Value};
use super::{integer, queries, unavailable};
use crate::chain::{self, StoredRecord};
use crate::{AppendOutcome, NewCommit, StoreError};

/// Appends a commit.
pub(super) async fn append(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
) -> Result<AppendOutcome, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, expected, commit);
    let mut values: Vec<Value<'_>> = vec![(&prepared.reached, Type::INT8)];
    values.extend(prepared.values());
    let rows = connections.ask(APPEND, &values).await?;
    let outcome = outcome(&rows, table, expected, code)?;
    outcome.ok_or_else(|| unavailable("an append takes what room there is"))
}

/// Appends a table's first commit, if there is room for one.
pub(super) async fn open(
    connections: &Connections,
    table: &TableId,
    live_max: u64,
    commit: NewCommit,
) -> Result<Option<AppendOutcome>, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, Version(0), commit);
    let live_max = integer(live_max);
    let mut values: Vec<Value<'_>> = vec![(&live_max, Type::INT8)];
    values.extend(prepared.values());
    let rows = connections
        .ask(
            "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
             FROM arcane_codex.open($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &values,
        )
        .await?;
    outcome(&rows, table, Version(0), code)
}

/// Appends a commit that makes a table live again, if there is room for one.
///
/// A transaction of three statements and not a function of the database as `open` is: tables go on seldom, and a
/// further migration would keep the release before from starting.
pub(super) async fn reopen(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    live_max: u64,
    commit: NewCommit,
) -> Result<Option<AppendOutcome>, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, expected, commit);
    let live_max = integer(live_max);
    let rows = connections
        .transact(async |transaction| {
            transaction.batch_execute(LOCK_OPENINGS).await?;
            let mut values: Vec<Value<'_>> = vec![(&live_max, Type::INT8)];
            values.extend(prepared.values().into_iter().take(2));
            let room = transaction.query_typed(ROOM, &values).await?;
            if room.is_empty() {
                return Ok(None);
            }
            let mut values: Vec<Value<'_>> = vec![(&prepared.reached, Type::INT8)];
            values.extend(prepared.values());
            transaction.query_typed(APPEND, &values).await.map(Some)
        })
        .await?;
    rows.map_or(Ok(None), |rows| outcome(&rows, table, expected, code))
}

/// Takes the lock of `arcane_codex.open`, in a statement of its own, so that the next one sees what the holder before
/// has committed. A role may be set to another isolation, which would show only what was there when it waited.
const LOCK_OPENINGS: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
     SELECT pg_advisory_xact_lock(1098007416, 1)";

/// One row, if fewer tables are live than there may be or the command is a repeat.
const ROOM: &str = "SELECT 1
     WHERE (SELECT count(*) FROM arcane_codex.tables WHERE live) < $1
        OR EXISTS (SELECT FROM arcane_codex.records WHERE table_id = $2 AND command_id = $3)";

const APPEND: &str = "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
     FROM arcane_codex.append($2, $3, $1, $4, $5, $6, $7, $8, $9)";

/// A commit as the database takes it.
struct AppendStatement {
    table: String,
    reached: i64,
    command_id: String,
    root: Vec<u8>,
    body: String,
    at_ms: i64,
    code: String,
    deadline_ms: Option<i64>,
    live: bool,
}

impl AppendStatement {
    fn of(table: &TableId, expected: Version, commit: NewCommit) -> Self {
        let (at_ms, index) = (integer(commit.at_ms), commit.index.clone());
        let command_id = commit.command_id.as_str().to_owned();
        // A version too large for the column is one that no table has reached: the database answers conflict.
        let reached = integer(expected.0);
        let root = chain::root(table);
        // Only the database knows what the record follows, and makes the hash; the text is made here.
        let body = StoredRecord::new(commit, Version(reached.unsigned_abs() + 1), root).body;
        Self {
            table: table.as_str().to_owned(),
            reached,
            command_id,
            root: root.to_vec(),
            body,
            at_ms,
            code: index.code.as_str().to_owned(),
            deadline_ms: index.deadline_ms.map(integer),
            live: index.live,
        }
    }

    /// Returns the parameters of both statements that append, in their order.
    fn values(&self) -> [Value<'_>; 8] {
        [
            (&self.table, Type::TEXT),
            (&self.command_id, Type::TEXT),
            (&self.root, Type::BYTEA),
            (&self.body, Type::TEXT),
            (&self.at_ms, Type::INT8),
            (&self.code, Type::TEXT),
            (&self.deadline_ms, Type::INT8),
            (&self.live, Type::BOOL),
        ]
    }
}

/// What an append came to; none if there was no room.
fn outcome(
    rows: &[Row],
    table: &TableId,
    expected: Version,
    code: Code,
) -> Result<Option<AppendOutcome>, StoreError> {
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    match row.try_get(0).map_err(unavailable)? {
        "appended" => Ok(Some(AppendOutcome::Appended(expected.next()))),
        "repeated" => {
            let first = queries::kept(row, 1)?.record(table)?;
            Ok(Some(AppendOutcome::Repeated(Box::new(first))))
        }
        "full" => Ok(None),
        "conflict" => Err(StoreError::Conflict { expected }),
        "taken" => Err(StoreError::CodeTaken { code }),
        other => Err(unavailable(format!(
            "an append came to {other:?}, of which this release knows nothing"
        ))),
    }
}

/// Stores a snapshot, unless there is a newer one of the same format.
pub(super) async fn keep_snapshot(
    connections: &Connections,
    table: &TableId,
    format: u32,
    version: Version,
    state: &str,
) -> Result<(), StoreError> {
    connections
        .ask(
            "INSERT INTO arcane_codex.snapshots AS kept (table_id, format, version, state)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (table_id) DO UPDATE
             SET format = excluded.format, version = excluded.version, state = excluded.state
             WHERE excluded.format <> kept.format OR excluded.version >= kept.version",
            &[
                (&table.as_str(), Type::TEXT),
                (&i64::from(format), Type::INT8),
                (&integer(version.0), Type::INT8),
                (&state, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}

/// Writes something that means nothing, to see that it can be written.
pub(super) async fn touch(connections: &Connections) -> Result<(), StoreError> {
    connections
        .ask(
            "INSERT INTO arcane_codex.meta AS kept (key, value) VALUES ('checks', '1')
             ON CONFLICT (key) DO UPDATE SET value = (kept.value::bigint + 1)::text",
            &[],
        )
        .await?;
    Ok(())
}
