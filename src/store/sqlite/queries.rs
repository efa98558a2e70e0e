//! The queries of a journal, on a reader's connection.

use game::{Code, CommandId, TableId, Version};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{SqlResult, integer, natural};
use crate::chain::StoredRecord;
use crate::read_check::{self, TableHead};
use crate::sealed_state::{KeptSnapshot, is_sealed};
use crate::{READ_MAX, Record};

/// A row of its own says where a table stands that has no such records.
const RECORDS: &str = "SELECT records.version, body, before, hash, tables.version, head
     FROM tables LEFT JOIN records ON table_id = id AND records.version > ?2
     WHERE id = ?1 ORDER BY records.version LIMIT ?3";
const HEAD: &str = "SELECT version FROM tables WHERE id = ?1";
const COMMAND: &str =
    "SELECT version, body, before, hash FROM records WHERE table_id = ?1 AND command_id = ?2";
const CODE: &str = "SELECT id FROM tables WHERE live = 1 AND code = ?1";
/// Triggers keep it: see `live_count.sql`.
const COUNT_LIVE: &str = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'live'";
const DUE: &str = "SELECT id FROM tables WHERE live = 1 AND deadline_ms <= ?1
     ORDER BY deadline_ms, id LIMIT ?2";
const NEXT_DUE: &str = "SELECT min(deadline_ms) FROM tables WHERE live = 1";
const SNAPSHOT: &str = "SELECT snapshots.version, state, hash
     FROM snapshots LEFT JOIN records USING (table_id, version) WHERE table_id = ?1 AND format = ?2";

#[cfg(test)]
mod tests;

pub(super) fn records(
    database: &Connection,
    table: &TableId,
    after: Version,
) -> SqlResult<Vec<Record>> {
    let mut select = database.prepare_cached(RECORDS)?;
    let mut rows = select.query(params![
        table.as_str(),
        integer(after.0),
        integer(READ_MAX as u64)
    ])?;
    let (mut head, mut found) = (None, Vec::new());
    while let Some(row) = rows.next()? {
        head = Some(TableHead {
            version: Version(natural(row.get(4)?)),
            hash: row.get(5)?,
        });
        if row.get::<_, Option<i64>>(0)?.is_some() {
            found.push(kept(row)?);
        }
    }
    let read = head.map(|head| read_check::records(table, after, head, &found));
    Ok(read.unwrap_or_else(|| Ok(Vec::new())))
}

pub(super) fn head(database: &Connection, table: &TableId) -> SqlResult<Version> {
    let version = database
        .prepare_cached(HEAD)?
        .query_row([table.as_str()], |row| row.get(0))
        .optional()?;
    Ok(Ok(Version(natural(version.unwrap_or(0)))))
}

/// The versions of several tables, as of one moment.
pub(super) fn heads(database: &Connection, tables: &[TableId]) -> SqlResult<Vec<Version>> {
    let view = database.unchecked_transaction()?;
    let heads = tables.iter().map(|table| head(&view, table));
    // A prepared question each is quicker here than one statement for all.
    heads.collect()
}

pub(super) fn command(
    database: &Connection,
    table: &TableId,
    command: &CommandId,
) -> SqlResult<Option<Record>> {
    let found = database
        .prepare_cached(COMMAND)?
        .query_row([table.as_str(), command.as_str()], kept)
        .optional()?;
    Ok(found.map(|kept| kept.record(table)).transpose())
}

pub(super) fn code(database: &Connection, code: &Code) -> SqlResult<Option<TableId>> {
    database
        .prepare_cached(CODE)?
        .query_row([code.as_str()], table_id)
        .optional()
        .map(Ok)
}

pub(super) fn count_live(database: &Connection) -> SqlResult<u64> {
    let live = database
        .prepare_cached(COUNT_LIVE)?
        .query_row([], |row| row.get(0))?;
    Ok(Ok(natural(live)))
}

pub(super) fn due(database: &Connection, now_ms: u64, limit: usize) -> SqlResult<Vec<TableId>> {
    let mut select = database.prepare_cached(DUE)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = select.query_map([integer(now_ms), limit], table_id)?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

pub(super) fn next_due(database: &Connection) -> SqlResult<Option<u64>> {
    let deadline_ms: Option<i64> = database
        .prepare_cached(NEXT_DUE)?
        .query_row([], |row| row.get(0))?;
    Ok(Ok(deadline_ms.map(natural)))
}

pub(super) fn snapshot(
    database: &Connection,
    table: &TableId,
    format: u32,
) -> SqlResult<Option<KeptSnapshot>> {
    database
        .prepare_cached(SNAPSHOT)?
        .query_row(params![table.as_str(), format], |row| {
            Ok(KeptSnapshot {
                version: Version(natural(row.get(0)?)),
                sealed: row.get(1)?,
                record: row.get(2)?,
            })
        })
        .optional()
        .map(Ok)
}

/// Counts the snapshots that were changed, or do not stand at a record that is there.
pub(super) fn unfit_snapshots(database: &Connection) -> SqlResult<u64> {
    let mut select = database.prepare("SELECT table_id, format FROM snapshots")?;
    let named = select.query_map([], |row| Ok((table_id(row)?, row.get(1)?)))?;
    let mut unfit = 0;
    for named in named {
        let (table, format): (TableId, u32) = named?;
        if let Ok(Some(kept)) = snapshot(database, &table, format)?
            && is_sealed(&kept.sealed)
            && kept.state(&table, format).is_none()
        {
            unfit += 1;
        }
    }
    Ok(Ok(unfit))
}

pub(super) fn tables(database: &Connection) -> SqlResult<Vec<TableId>> {
    let mut select = database.prepare_cached("SELECT id FROM tables ORDER BY id")?;
    let found = select.query_map([], table_id)?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        version: Version(natural(row.get(0)?)),
        body: row.get(1)?,
        before: row.get(2)?,
        hash: row.get(3)?,
    })
}

pub(super) fn table_id(row: &Row<'_>) -> rusqlite::Result<TableId> {
    let text: String = row.get(0)?;
    TableId::try_from(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}
