//! The journal as one row of records, for a replica of it.

use std::borrow::Cow;

use game::{Code, TableId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{appending, integer, natural};
use crate::Standing;
use crate::chain::Kept;
use crate::replica::{LogHash, Segment};
#[cfg(feature = "postgres")]
use crate::{StoreError, databases::Carried};

/// Where the hash of the log is remembered, so that it is not told from the first record at every start.
const REACHED: &str = "log";

/// A record as a line of a segment.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    table: Cow<'a, str>,
    code: Cow<'a, str>,
    deadline_ms: Option<u64>,
    live: bool,
    /// The very text that was hashed.
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Some records that follow each other.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) count: u64,
    /// A line each.
    pub(crate) text: String,
    /// Their hashes.
    pub(crate) hashes: Vec<[u8; 32]>,
    /// When the first of them was decided, in milliseconds since the Unix epoch.
    pub(crate) oldest_ms: Option<u64>,
}

/// How much is read at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
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

/// Reads the records after a position, at least one if there is one.
pub(crate) fn lines_after(
    database: &Connection,
    position: u64,
    extent: Extent,
) -> rusqlite::Result<Lines> {
    let mut select = database.prepare_cached(
        "SELECT records.table_id, tables.code, records.deadline_ms, records.live, records.body,
                records.hash, records.at_ms
         FROM records JOIN tables ON tables.id = records.table_id
         WHERE records.position > ?1 ORDER BY records.position LIMIT ?2",
    )?;
    let mut rows = select.query(params![integer(position), integer(extent.records)])?;
    let mut lines = Lines::default();
    while let Some(row) = rows.next()? {
        let body: String = row.get(4)?;
        let line = Line {
            table: Cow::Owned(row.get(0)?),
            code: Cow::Owned(row.get(1)?),
            deadline_ms: row.get::<_, Option<i64>>(2)?.map(natural),
            live: row.get(3)?,
            body: serde_json::from_str(&body).map_err(unreadable)?,
        };
        lines
            .text
            .push_str(&serde_json::to_string(&line).map_err(unreadable)?);
        lines.text.push('\n');
        lines.hashes.push(row.get(5)?);
        let at_ms = natural(row.get(6)?);
        lines.oldest_ms = Some(lines.oldest_ms.map_or(at_ms, |oldest| oldest.min(at_ms)));
        lines.count += 1;
        if lines.text.len() >= extent.bytes {
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

/// Forgets what was remembered, so that it is told from the records again.
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
    // Somebody else with the same file may be further already.
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
    let line: Line<'_> = match serde_json::from_str(line) {
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
    let standing = Standing {
        code,
        deadline_ms: line.deadline_ms,
        live: line.live,
    };
    match keep_body(database, &table, &standing, line.body.get().to_owned())? {
        Ok((at, _)) if at != position => Ok(Err(format!("position {position} is {at} here"))),
        Ok((_, kept)) => Ok(Ok(kept.hash)),
        Err(why) => Ok(Err(why)),
    }
}

/// Keeps a record by the text that was hashed. Returns its position and what is kept; the inner error says what
/// is wrong with it.
fn keep_body(
    database: &Transaction<'_>,
    table: &TableId,
    standing: &Standing,
    body: String,
) -> rusqlite::Result<Result<(u64, Kept), String>> {
    let (version, before) = appending::head(database, table)?;
    let (kept, at_ms, command_id) = match Kept::rewritten(body, before) {
        Ok(rewritten) => rewritten,
        Err(why) => return Ok(Err(why)),
    };
    if kept.version != version.next() {
        return Ok(Err(format!(
            "version {} of table {table} follows version {version}",
            kept.version
        )));
    }
    let at = appending::keep(database, table, &command_id, at_ms, standing, &kept)?;
    Ok(Ok((at, kept)))
}

/// Takes records of another database, which come after all there are. The inner error names the first that is
/// not what its hash says, or does not follow.
#[cfg(feature = "postgres")]
pub(crate) fn take_carried(
    database: &Transaction<'_>,
    records: Vec<Carried>,
) -> rusqlite::Result<Result<(), StoreError>> {
    for carried in records {
        let (version, _) = appending::head(database, &carried.table)?;
        let taken = keep_body(database, &carried.table, &carried.standing, carried.body)?;
        let why = match taken {
            Ok((_, kept)) if kept.hash == carried.hash => continue,
            Ok(_) => "what is kept is not what was hashed".to_owned(),
            Err(why) => why,
        };
        return Ok(Err(StoreError::Damaged {
            table: carried.table,
            version: version.next(),
            source: why.into(),
        }));
    }
    Ok(Ok(()))
}

/// Reads records to be carried into another database: `count` of those after a position.
#[cfg(feature = "postgres")]
pub(crate) fn carried_after(
    database: &Connection,
    position: u64,
    count: u64,
) -> rusqlite::Result<Vec<Carried>> {
    let mut select = database.prepare_cached(
        "SELECT records.table_id, tables.code, records.deadline_ms, records.live, records.body,
                records.hash, records.version, records.command_id, records.at_ms
         FROM records JOIN tables ON tables.id = records.table_id
         WHERE records.position > ?1 ORDER BY records.position LIMIT ?2",
    )?;
    let carried = select.query_map(params![integer(position), integer(count)], |row| {
        let table: String = row.get(0)?;
        let code: String = row.get(1)?;
        let (Some(table), Some(code)) = (TableId::parse(&table), Code::parse(&code)) else {
            let why = format!("{table} or {code} names no table of ours");
            return Err(rusqlite::Error::FromSqlConversionFailure(
                0,
                rusqlite::types::Type::Text,
                why.into(),
            ));
        };
        Ok(Carried {
            table,
            standing: Standing {
                code,
                deadline_ms: row.get::<_, Option<i64>>(2)?.map(natural),
                live: row.get(3)?,
            },
            body: row.get(4)?,
            hash: row.get(5)?,
            version: natural(row.get(6)?),
            command_id: row.get(7)?,
            at_ms: natural(row.get(8)?),
        })
    })?;
    carried.collect()
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into())
}
