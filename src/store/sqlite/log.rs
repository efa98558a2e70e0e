//! The journal as one row of records, for a replica of it.

use std::borrow::Cow;

use game::{Code, TableId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{integer, natural, withholding, writes};
use crate::LogHash;
use crate::TableIndex;
use crate::chain::StoredRecord;
use crate::replica::Segment;
use crate::withholding::{MARK, WITHHOLDS};

/// The key in `meta` of the replica's place. Who opens a journal without a replica leaves it as it is.
const REPLICA_PLACE: &str = "replica";
/// The key in `meta` of the log's hash, so that a start need not compute it from the first record.
const REACHED: &str = "log";

/// A record as a line of a segment.
#[derive(Serialize, Deserialize)]
struct LogLine<'a> {
    table: Cow<'a, str>,
    code: Cow<'a, str>,
    deadline_ms: Option<u64>,
    live: bool,
    /// The hash of a record whose body is not what was hashed, because that is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<LogHash>,
    /// The very text that was hashed.
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Some records that follow each other.
#[derive(Debug, Default)]
pub(crate) struct LogLines {
    pub(crate) count: u64,
    /// A line each.
    pub(crate) text: String,
    /// Their hashes.
    pub(crate) hashes: Vec<[u8; 32]>,
    /// When the first of them was decided, in milliseconds since the Unix epoch.
    pub(crate) oldest_ms: Option<u64>,
}

/// The limits of one read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadLimit {
    pub(crate) records: u64,
    pub(crate) bytes: usize,
}

/// The position of the last record.
pub(crate) fn position(database: &Connection) -> rusqlite::Result<u64> {
    let last: Option<i64> = database
        .prepare_cached("SELECT max(position) FROM records")?
        .query_row([], |row| row.get(0))?;
    Ok(natural(last.unwrap_or(0)))
}

/// The position of the last record after `position` that withholds others; 0 if there is none.
pub(crate) fn last_withholding(database: &Connection, position: u64) -> rusqlite::Result<u64> {
    let last: Option<i64> = database.query_row(
        "SELECT max(position) FROM records WHERE position > ?1 AND instr(body, ?2) > 0",
        params![integer(position), WITHHOLDS],
        |row| row.get(0),
    )?;
    Ok(natural(last.unwrap_or(0)))
}

/// Reads the records after a position, at least one if there is one.
pub(crate) fn lines_after(
    database: &Connection,
    position: u64,
    limit: ReadLimit,
) -> rusqlite::Result<LogLines> {
    let mut select = database.prepare_cached(
        "SELECT records.table_id, tables.code, records.deadline_ms, records.live, records.body,
                records.hash, records.at_ms
         FROM records JOIN tables ON tables.id = records.table_id
         WHERE records.position > ?1 ORDER BY records.position LIMIT ?2",
    )?;
    let mut rows = select.query(params![integer(position), integer(limit.records)])?;
    let mut lines = LogLines::default();
    while let Some(row) = rows.next()? {
        let (body, hash): (String, [u8; 32]) = (row.get(4)?, row.get(5)?);
        let line = LogLine {
            table: Cow::Owned(row.get(0)?),
            code: Cow::Owned(row.get(1)?),
            deadline_ms: row.get::<_, Option<i64>>(2)?.map(natural),
            live: row.get(3)?,
            hash: body.ends_with(MARK).then_some(LogHash(hash)),
            body: serde_json::from_str(&body).map_err(unreadable)?,
        };
        lines
            .text
            .push_str(&serde_json::to_string(&line).map_err(unreadable)?);
        lines.text.push('\n');
        lines.hashes.push(hash);
        let at_ms = natural(row.get(6)?);
        lines.oldest_ms = Some(lines.oldest_ms.map_or(at_ms, |oldest| oldest.min(at_ms)));
        lines.count += 1;
        if lines.text.len() >= limit.bytes {
            break;
        }
    }
    Ok(lines)
}

/// The hash of the log up to a position that is there.
pub(crate) fn hash_at(database: &Connection, position: u64) -> rusqlite::Result<LogHash> {
    let (from, hash) = reached(database)?
        .filter(|(reached, _)| *reached <= position)
        .unwrap_or((0, LogHash::of_nothing()));
    let mut select = database.prepare_cached(
        "SELECT hash FROM records WHERE position > ?1 AND position <= ?2 ORDER BY position",
    )?;
    let mut rows = select.query(params![integer(from), integer(position)])?;
    let mut hash = hash;
    while let Some(row) = rows.next()? {
        hash = hash.then(&row.get(0)?);
    }
    Ok(hash)
}

/// Remembers the hash of the log up to a position.
pub(crate) fn remember(
    database: &Connection,
    position: u64,
    hash: LogHash,
) -> rusqlite::Result<()> {
    let value = format!("{position} {}", String::from(hash));
    database
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([REACHED, &value])?;
    Ok(())
}

/// Forgets the remembered hash, so that it is computed from the records again.
pub(crate) fn forget(database: &Connection) -> rusqlite::Result<()> {
    database.execute("DELETE FROM meta WHERE key = ?1", [REACHED])?;
    Ok(())
}

fn reached(database: &Connection) -> rusqlite::Result<Option<(u64, LogHash)>> {
    let value: Option<String> = database
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([REACHED], |row| row.get(0))
        .optional()?;
    Ok(value.and_then(|value| {
        let (position, hash) = value.split_once(' ')?;
        let hash = LogHash::try_from(hash.to_owned()).ok()?;
        Some((position.parse().ok()?, hash))
    }))
}

/// Returns the place of the replica that this journal was last written with.
pub(crate) fn replica_place(database: &Connection) -> rusqlite::Result<Option<String>> {
    database
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([REPLICA_PLACE], |row| row.get(0))
        .optional()
}

/// Remembers the place of the replica that this journal is written with.
pub(crate) fn remember_replica_place(database: &Connection, place: &str) -> rusqlite::Result<()> {
    database
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([REPLICA_PLACE, place])?;
    Ok(())
}

/// Takes the records of a segment that come after the last one there is, and remembers where that leads.
/// The inner error says what is wrong with the segment.
pub(crate) fn take(
    database: &Transaction<'_>,
    segment: &Segment,
) -> rusqlite::Result<Result<(), String>> {
    let known = position(database)?;
    let mut hash = hash_at(database, known.min(segment.last()))?;
    let (mut next, lines) = segment.after(known);
    for line in lines {
        match take_line(database, line, next)? {
            Ok(record) => hash = hash.then(&record),
            Err(why) => return Ok(Err(why)),
        }
        next += 1;
    }
    if hash != segment.hash() {
        let why = format!(
            "its records lead to another hash at position {}",
            segment.last()
        );
        return Ok(Err(why));
    }
    // Another process with the same file may be further already.
    if segment.last() > known {
        remember(database, segment.last(), hash)?;
    }
    Ok(Ok(()))
}

fn take_line(
    database: &Transaction<'_>,
    line: &str,
    position: u64,
) -> rusqlite::Result<Result<[u8; 32], String>> {
    let line: LogLine<'_> = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(error) => {
            return Ok(Err(format!(
                "the record at position {position} cannot be read: {error}"
            )));
        }
    };
    let (Some(table), Some(code)) = (TableId::parse(&line.table), Code::parse(&line.code)) else {
        return Ok(Err(format!(
            "the record at position {position} names no table of ours"
        )));
    };
    let index = TableIndex {
        code,
        deadline_ms: line.deadline_ms,
        live: line.live,
    };
    let body = line.body.get().to_owned();
    let withheld = line.hash.map(|LogHash(hash)| hash);
    match keep_body(database, &table, &index, body, withheld)? {
        Ok((at, _)) if at != position => Ok(Err(format!("position {position} is {at} here"))),
        Ok((_, kept)) => Ok(Ok(kept.hash)),
        Err(why) => Ok(Err(why)),
    }
}

/// Stores a record by the text that was hashed. Returns its position and the record; the inner error says what
/// is wrong with it.
fn keep_body(
    database: &Transaction<'_>,
    table: &TableId,
    index: &TableIndex,
    body: String,
    withheld: Option<[u8; 32]>,
) -> rusqlite::Result<Result<(u64, StoredRecord), String>> {
    let stand = writes::stand(database, table)?;
    let (kept, header) = match StoredRecord::rewritten(body, withheld, stand.hash) {
        Ok(rewritten) => rewritten,
        Err(why) => return Ok(Err(why)),
    };
    if kept.version != stand.version.next() {
        return Ok(Err(format!(
            "version {} of table {table} follows version {}",
            kept.version, stand.version
        )));
    }
    let (command_id, at_ms) = (&header.command_id, header.at_ms);
    let at = writes::keep(database, &stand, table, command_id, at_ms, index, &kept)?;
    withholding::follow(database, table, kept.version, &header)?;
    Ok(Ok((at, kept)))
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into())
}
