//! What is written, each in one statement.

use game::{TableId, Version};
use tokio_postgres::types::Type;

use super::connections::Connections;
use super::{finding, integer, unavailable};
use crate::chain::{self, Kept};
use crate::{Commit, NewCommit, StoreError};

/// Appends a commit.
pub(super) async fn append(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
) -> Result<Commit, StoreError> {
    let (at_ms, standing) = (integer(commit.at_ms), commit.standing.clone());
    let command_id = commit.command_id.as_str().to_owned();
    // A version beyond what is kept is one no table has reached: it is a conflict there as well.
    let reached = integer(expected.0);
    let root = chain::root(table);
    // Only the database knows what the record follows, and makes the hash; the text is made here.
    let body = Kept::new(commit, Version(reached.unsigned_abs() + 1), root).body;
    let deadline_ms = standing.deadline_ms.map(integer);
    let rows = connections
        .ask(
            "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
             FROM arcane_codex.append($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                (&table.as_str(), Type::TEXT),
                (&command_id, Type::TEXT),
                (&reached, Type::INT8),
                (&root.as_slice(), Type::BYTEA),
                (&body, Type::TEXT),
                (&at_ms, Type::INT8),
                (&standing.code.as_str(), Type::TEXT),
                (&deadline_ms, Type::INT8),
                (&standing.live, Type::BOOL),
            ],
        )
        .await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    match row.try_get(0).map_err(unavailable)? {
        "appended" => Ok(Commit::Appended(expected.next())),
        "repeated" => {
            let first = finding::kept(row, 1)?.record(table)?;
            Ok(Commit::Repeated(Box::new(first)))
        }
        "conflict" => Err(StoreError::Conflict { expected }),
        "taken" => Err(StoreError::CodeTaken {
            code: standing.code,
        }),
        other => Err(unavailable(format!(
            "an append came to {other:?}, of which this release knows nothing"
        ))),
    }
}

/// Keeps a snapshot, unless a newer one of the same format is kept.
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
