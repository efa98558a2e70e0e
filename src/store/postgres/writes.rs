//! The writes of a journal, each in one statement.

use game::{Code, TableId, Version};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connections::{Connections, Value};
use super::{integer, queries, unavailable};
use crate::chain::{self, StoredRecord};
use crate::withholding::WITHHOLDS;
use crate::{AppendOutcome, NewCommit, StateOrigin, StoreError, Withholding};

/// Appends a commit.
pub(super) async fn append(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
) -> Result<AppendOutcome, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, expected, commit, None);
    let mut values: Vec<Value<'_>> = vec![(&prepared.reached, Type::INT8)];
    values.extend(prepared.values());
    let rows = connections.ask(APPEND, &values).await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    outcome(row, table, expected, code)
}

/// Appends a commit, and withholds what records before it tell.
pub(super) async fn withhold(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
    withholding: &Withholding,
) -> Result<AppendOutcome, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, expected, commit, Some(withholding));
    let (everything, replaced) = match withholding {
        Withholding::Everything => (true, &[][..]),
        Withholding::Records(replaced) => (false, &replaced[..]),
    };
    let versions = replaced.iter().map(|it| integer(it.version.0));
    let versions: Vec<i64> = versions.collect();
    let bodies: Vec<&str> = replaced.iter().map(|it| &*it.body).collect();
    let mut values: Vec<Value<'_>> = vec![(&prepared.reached, Type::INT8)];
    values.extend(prepared.values());
    values.push((&everything, Type::BOOL));
    values.push((&versions, Type::INT8_ARRAY));
    values.push((&bodies, Type::TEXT_ARRAY));
    let rows = connections.ask(WITHHOLD, &values).await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    outcome(row, table, expected, code)
}

const WITHHOLD: &str = "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
     FROM arcane_codex.withhold($2, $3, $1, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const APPEND: &str = "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
     FROM arcane_codex.append($2, $3, $1, $4, $5, $6, $7, $8, $9)";

/// A commit as the database takes it.
pub(super) struct AppendStatement {
    table: String,
    /// The version the table must stand at.
    pub(super) reached: i64,
    command_id: String,
    root: Vec<u8>,
    body: String,
    at_ms: i64,
    code: String,
    deadline_ms: Option<i64>,
    live: bool,
}

impl AppendStatement {
    pub(super) fn of(
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Option<&Withholding>,
    ) -> Self {
        let (at_ms, index) = (integer(commit.at_ms), commit.index.clone());
        let command_id = commit.command_id.as_str().to_owned();
        // A version too large for the column is one that no table has reached: the database answers conflict.
        let reached = integer(expected.0);
        let root = chain::root(table);
        // Only the database knows what the record follows, and makes the hash; the text is made here.
        let next = Version(reached.unsigned_abs() + 1);
        let body = StoredRecord::new(commit, withholding, next, root).body;
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

    /// Returns the parameters after the expected version that both statements have, in their order.
    pub(super) fn values(&self) -> [Value<'_>; 8] {
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

/// What an append came to.
pub(super) fn outcome(
    row: &Row,
    table: &TableId,
    expected: Version,
    code: Code,
) -> Result<AppendOutcome, StoreError> {
    match row.try_get(0).map_err(unavailable)? {
        "appended" => Ok(AppendOutcome::Appended(expected.next())),
        "repeated" => {
            let first = queries::kept(row, 1)?.record(table)?;
            Ok(AppendOutcome::Repeated(Box::new(first)))
        }
        "conflict" => Err(StoreError::Conflict { expected }),
        "taken" => Err(StoreError::CodeTaken { code }),
        other => Err(unavailable(format!(
            "an append came to {other:?}, of which this release knows nothing"
        ))),
    }
}

/// Stores a snapshot that stands at a record which is there, unless there is a newer one of the same format, or a later
/// commit withholds what it may hold.
pub(super) async fn keep_snapshot(
    connections: &Connections,
    origin: &StateOrigin<'_>,
    state: &str,
) -> Result<(), StoreError> {
    let (table, version) = (origin.table.as_str(), integer(origin.version.0));
    connections
        .ask(
            // Only the database knows the record's hash, and seals with it as `StateOrigin::seal` does.
            "INSERT INTO arcane_codex.snapshots AS kept (table_id, format, version, state)
             SELECT $1, $2, $3,
                    encode(hash, 'hex') || ' '
                    || encode(sha256(convert_to($6 || encode(hash, 'hex') || chr(10) || $4, 'UTF8')), 'hex')
                    || chr(10) || $4
             FROM arcane_codex.records
             WHERE table_id = $1 AND version = $3 AND NOT EXISTS (
                 SELECT FROM arcane_codex.records AS later
                 WHERE later.table_id = $1 AND later.version > $3 AND strpos(later.body, $5) > 0
             )
             ON CONFLICT (table_id) DO UPDATE
             SET format = excluded.format, version = excluded.version, state = excluded.state
             WHERE excluded.format <> kept.format OR excluded.version >= kept.version",
            &[
                (&table, Type::TEXT),
                (&i64::from(origin.format), Type::INT8),
                (&version, Type::INT8),
                (&state, Type::TEXT),
                (&WITHHOLDS, Type::TEXT),
                (&origin.heading(), Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}

/// Throws a snapshot away, if it is still this one.
pub(super) async fn discard_snapshot(
    connections: &Connections,
    table: &TableId,
    sealed: &str,
) -> Result<(), StoreError> {
    connections
        .ask(
            "DELETE FROM arcane_codex.snapshots WHERE table_id = $1 AND state = $2",
            &[(&table.as_str(), Type::TEXT), (&sealed, Type::TEXT)],
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
