//! The writes of a journal, each inside the transaction of its batch.

use game::{Code, CommandId, TableId, Version};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{SqlResult, admission, integer, natural, queries, withholding};
use crate::chain::{self, StoredRecord};
use crate::{AppendOutcome, NewCommit, StateOrigin, StoreError, TableIndex, Withholding};

/// Appends a commit. A repeat is recognised before anything else is checked: its expected version is stale.
pub(super) fn append(
    database: &Transaction<'_>,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
) -> SqlResult<AppendOutcome> {
    append_with(database, table, expected, commit, None)
}

/// Appends a commit that may withhold what is before it; to do so is for the caller.
pub(super) fn append_with(
    database: &Transaction<'_>,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
    withholding: Option<&Withholding>,
) -> SqlResult<AppendOutcome> {
    match queries::command(database, table, &commit.command_id)? {
        Ok(Some(first)) => return Ok(Ok(AppendOutcome::Repeated(Box::new(first)))),
        Ok(None) => {}
        Err(damaged) => return Ok(Err(damaged)),
    }
    let stand = stand(database, table)?;
    if stand.version != expected {
        return Ok(Err(StoreError::Conflict { expected }));
    }
    let code = &commit.index.code;
    // A table that is live has its code: a unique index holds that.
    let has_code = stand.has_code(code);
    if commit.index.live && !has_code && is_taken(database, table, code.as_str())? {
        return Ok(Err(StoreError::CodeTaken { code: code.clone() }));
    }
    let (at_ms, index) = (commit.at_ms, commit.index.clone());
    let command_id = commit.command_id.clone();
    let kept = StoredRecord::new(commit, withholding, expected.next(), stand.hash);
    keep(database, &stand, table, &command_id, at_ms, &index, &kept)?;
    Ok(Ok(AppendOutcome::Appended(kept.version)))
}

/// Where a table stands before a commit.
pub(super) struct TableStand {
    pub(super) version: Version,
    /// The hash of its last record; its root if it has none.
    pub(super) hash: [u8; 32],
    /// What it is found by; none if it has no row yet.
    index: Option<StoredIndex>,
}

impl TableStand {
    fn has_code(&self, code: &Code) -> bool {
        let index = self.index.as_ref();
        index.is_some_and(|index| index.live && index.code == code.as_str())
    }
}

/// The columns a table is found by, as they are stored.
#[derive(PartialEq)]
struct StoredIndex {
    code: String,
    live: bool,
    deadline_ms: Option<i64>,
}

/// Reads where a table stands.
pub(super) fn stand(database: &Transaction<'_>, table: &TableId) -> rusqlite::Result<TableStand> {
    let known = database
        .prepare_cached("SELECT version, head, code, live, deadline_ms FROM tables WHERE id = ?1")?
        .query_row([table.as_str()], |row| {
            Ok(TableStand {
                version: Version(natural(row.get(0)?)),
                hash: row.get(1)?,
                index: Some(StoredIndex {
                    code: row.get(2)?,
                    live: row.get(3)?,
                    deadline_ms: row.get(4)?,
                }),
            })
        })
        .optional()?;
    Ok(known.unwrap_or_else(|| TableStand {
        version: Version(0),
        hash: chain::root(table),
        index: None,
    }))
}

/// Stores a record and its table's new head and index. Returns the record's position.
pub(super) fn keep(
    database: &Transaction<'_>,
    before: &TableStand,
    table: &TableId,
    command_id: &CommandId,
    at_ms: u64,
    index: &TableIndex,
    kept: &StoredRecord,
) -> rusqlite::Result<u64> {
    if command_id.is_reserved() {
        // A deadline that passes is nobody's use, but touches the table.
        let used_ms = admission::used_ms(database, table)?;
        move_table(database, before, table, index, kept, at_ms)?;
        admission::set_used_ms(database, table, used_ms)?;
    } else {
        move_table(database, before, table, index, kept, at_ms)?;
    }
    insert(database, table, command_id.as_str(), at_ms, index, kept)?;
    Ok(natural(database.last_insert_rowid()))
}

/// Stores a snapshot that stands at a record which is there, unless there is a newer one of the same format, or a later
/// commit withholds what it may hold.
pub(super) fn keep_snapshot(
    database: &Transaction<'_>,
    origin: &StateOrigin<'_>,
    state: &str,
) -> SqlResult<()> {
    if withholding::withholds_after(database, origin.table, origin.version)? {
        return Ok(Ok(()));
    }
    let (table, version) = (origin.table.as_str(), integer(origin.version.0));
    let reached: Option<[u8; 32]> = database
        .prepare_cached("SELECT hash FROM records WHERE table_id = ?1 AND version = ?2")?
        .query_row(params![table, version], |row| row.get(0))
        .optional()?;
    let Some(record) = reached else {
        return Ok(Ok(()));
    };
    let sealed = origin.seal(&hex::encode(record), state);
    database
        .prepare_cached(
            "INSERT INTO snapshots (table_id, format, version, state) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (table_id) DO UPDATE
             SET format = excluded.format, version = excluded.version, state = excluded.state
             WHERE excluded.format <> format OR excluded.version >= version",
        )?
        .execute(params![table, origin.format, version, sealed])?;
    Ok(Ok(()))
}

/// Throws a snapshot away, if it is still this one.
pub(super) fn discard_snapshot(
    database: &Transaction<'_>,
    table: &TableId,
    sealed: &str,
) -> SqlResult<()> {
    database
        .prepare_cached("DELETE FROM snapshots WHERE table_id = ?1 AND state = ?2")?
        .execute([table.as_str(), sealed])?;
    Ok(Ok(()))
}

/// Bytes that are written to see whether there is room: no commit takes more.
const ROOM_BYTES: u32 = 128 * 1024;

/// Writes as much as any commit may take, to see that there is room for it. [`touch`] takes it away again.
pub(super) fn fill(database: &Transaction<'_>) -> SqlResult<()> {
    database
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES ('room', hex(zeroblob(?1 / 2)))
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([ROOM_BYTES])?;
    Ok(Ok(()))
}

/// Writes something that means nothing, to see that it can be written.
pub(super) fn touch(database: &Transaction<'_>) -> SqlResult<()> {
    database
        .prepare_cached("DELETE FROM meta WHERE key = 'room'")?
        .execute([])?;
    database
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES ('checks', '1')
             ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        )?
        .execute([])?;
    Ok(Ok(()))
}

fn is_taken(database: &Transaction<'_>, table: &TableId, code: &str) -> rusqlite::Result<bool> {
    database
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tables WHERE live = 1 AND code = ?1 AND id <> ?2)",
        )?
        .query_row([code, table.as_str()], |row| row.get(0))
}

/// Writes where a table stands now. SQLite rewrites every index of which a statement names a column, also with the
/// same value: most commits change neither code nor deadline, and name neither.
fn move_table(
    database: &Transaction<'_>,
    before: &TableStand,
    table: &TableId,
    index: &TableIndex,
    kept: &StoredRecord,
    at_ms: u64,
) -> rusqlite::Result<usize> {
    let (id, version, at_ms) = (table.as_str(), integer(kept.version.0), integer(at_ms));
    let after = StoredIndex {
        code: index.code.as_str().to_owned(),
        live: index.live,
        deadline_ms: index.deadline_ms.map(integer),
    };
    let Some(before) = &before.index else {
        return database.prepare_cached(INSERT_TABLE)?.execute(params![
            id,
            version,
            kept.hash,
            at_ms,
            after.deadline_ms,
            after.code,
            after.live,
        ]);
    };
    if *before == after {
        let mut update = database.prepare_cached(UPDATE_HEAD)?;
        return update.execute(params![id, version, kept.hash, at_ms]);
    }
    if (&before.code, before.live) == (&after.code, after.live) {
        let mut update = database.prepare_cached(UPDATE_DEADLINE)?;
        return update.execute(params![id, version, kept.hash, at_ms, after.deadline_ms]);
    }
    database.prepare_cached(UPDATE_INDEX)?.execute(params![
        id,
        version,
        kept.hash,
        at_ms,
        after.deadline_ms,
        after.code,
        after.live,
    ])
}

const INSERT_TABLE: &str =
    "INSERT INTO tables (id, version, head, opened_ms, touched_ms, deadline_ms, code, live)
     VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)";
const UPDATE_HEAD: &str =
    "UPDATE tables SET version = ?2, head = ?3, touched_ms = ?4 WHERE id = ?1";
const UPDATE_DEADLINE: &str =
    "UPDATE tables SET version = ?2, head = ?3, touched_ms = ?4, deadline_ms = ?5 WHERE id = ?1";
const UPDATE_INDEX: &str =
    "UPDATE tables SET version = ?2, head = ?3, touched_ms = ?4, deadline_ms = ?5,
         code = ?6, live = ?7 WHERE id = ?1";

fn insert(
    database: &Transaction<'_>,
    table: &TableId,
    command_id: &str,
    at_ms: u64,
    index: &TableIndex,
    kept: &StoredRecord,
) -> rusqlite::Result<usize> {
    database
        .prepare_cached(
            "INSERT INTO records
             (table_id, version, command_id, at_ms, body, before, hash, deadline_ms, live)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            table.as_str(),
            integer(kept.version.0),
            command_id,
            integer(at_ms),
            kept.body,
            kept.before,
            kept.hash,
            index.deadline_ms.map(integer),
            index.live,
        ])
}
