//! Withholding what records tell, inside the transaction of a commit that does.

use game::{Code, TableId, Version};
use rusqlite::{Connection, Transaction, params};

use super::{SqlResult, integer, natural, queries, writes};
use crate::chain::BodyHeader;
#[cfg(feature = "replica")]
use crate::withholding::MARK;
use crate::withholding::{WITHHOLDS, erased_body, erased_id, is_erased};
use crate::{AppendOutcome, NewCommit, TableSummary, Withholding};

/// Appends a commit, and withholds what it says of the records before it.
pub(super) fn withhold(
    database: &Transaction<'_>,
    table: &TableId,
    expected: Version,
    commit: NewCommit,
    withholding: &Withholding,
) -> SqlResult<AppendOutcome> {
    let at_ms = commit.at_ms;
    let appended = writes::append_with(database, table, expected, commit, Some(withholding))?;
    if let Ok(AppendOutcome::Appended(version)) = appended {
        apply(database, table, version, at_ms, withholding)?;
    }
    Ok(appended)
}

/// Withholds what a record that was stored just now says of those before it, whoever wrote it first.
pub(super) fn follow(
    database: &Transaction<'_>,
    table: &TableId,
    version: Version,
    header: &BodyHeader,
) -> rusqlite::Result<bool> {
    if is_erased(version, &header.command_id) {
        mark_erased(database, table, header.at_ms)?;
    }
    let Some(withholding) = &header.withholds else {
        return Ok(false);
    };
    apply(database, table, version, header.at_ms, withholding)?;
    Ok(true)
}

fn apply(
    database: &Transaction<'_>,
    table: &TableId,
    version: Version,
    at_ms: u64,
    withholding: &Withholding,
) -> rusqlite::Result<()> {
    match withholding {
        Withholding::Everything => {
            erase(database, table, version)?;
            mark_erased(database, table, at_ms)?;
        }
        Withholding::Records(replaced) => {
            let mut update = database.prepare_cached(
                "UPDATE records SET body = ?3 WHERE table_id = ?1 AND version = ?2 AND version < ?4",
            )?;
            for replacement in replaced {
                let (at, body) = (integer(replacement.version.0), &replacement.body);
                update.execute(params![table.as_str(), at, body, integer(version.0)])?;
            }
        }
    }
    database
        .prepare_cached("DELETE FROM snapshots WHERE table_id = ?1")?
        .execute([table.as_str()])?;
    Ok(())
}

fn erase(database: &Transaction<'_>, table: &TableId, before: Version) -> rusqlite::Result<()> {
    let mut select = database.prepare_cached(
        "SELECT version, at_ms FROM records WHERE table_id = ?1 AND version < ?2 ORDER BY version",
    )?;
    let told = select.query_map(params![table.as_str(), integer(before.0)], |row| {
        Ok((Version(natural(row.get(0)?)), natural(row.get(1)?)))
    })?;
    let told = told.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut update = database.prepare_cached(
        "UPDATE records SET command_id = ?3, body = ?4 WHERE table_id = ?1 AND version = ?2",
    )?;
    for (version, at_ms) in told {
        let (id, body) = (erased_id(version), erased_body(version, at_ms));
        update.execute(params![
            table.as_str(),
            integer(version.0),
            id.as_str(),
            body
        ])?;
    }
    Ok(())
}

fn mark_erased(database: &Transaction<'_>, table: &TableId, at_ms: u64) -> rusqlite::Result<usize> {
    database
        .prepare_cached("UPDATE tables SET erased_ms = ?2 WHERE id = ?1")?
        .execute(params![table.as_str(), integer(at_ms)])
}

/// Withholds in a journal that was restored what is withheld of the same records in one that knows more, wherever the
/// commits are that did it. Returns how many records.
#[cfg(feature = "replica")]
pub(super) fn reapply(known: &Connection, restored: &Transaction<'_>) -> rusqlite::Result<u64> {
    let mut select = known.prepare(
        "SELECT table_id, version, hash, command_id, body, at_ms FROM records
         WHERE substr(body, -length(?1)) = ?1 ORDER BY table_id, version",
    )?;
    let mut replace = restored.prepare(
        "UPDATE records SET command_id = ?4, body = ?5
         WHERE table_id = ?1 AND version = ?2 AND hash = ?3 AND body <> ?5",
    )?;
    let mut forget = restored.prepare("DELETE FROM snapshots WHERE table_id = ?1")?;
    let (mut rows, mut withheld) = (select.query([MARK])?, 0);
    while let Some(row) = rows.next()? {
        let (table, version): (String, i64) = (row.get(0)?, row.get(1)?);
        let (hash, id): ([u8; 32], String) = (row.get(2)?, row.get(3)?);
        let body: String = row.get(4)?;
        if replace.execute(params![table, version, hash, id, body])? == 0 {
            continue;
        }
        withheld += 1;
        forget.execute([&table])?;
        if version == 1 && id == erased_id(Version(1)).as_str() {
            let at_ms: i64 = row.get(5)?;
            end(restored, &table, at_ms)?;
        }
    }
    Ok(withheld)
}

/// Ends a table that is erased: there is nothing to play on.
#[cfg(feature = "replica")]
fn end(database: &Transaction<'_>, table: &str, at_ms: i64) -> rusqlite::Result<()> {
    database.execute(
        "UPDATE tables SET live = 0, deadline_ms = NULL, erased_ms = ?2 WHERE id = ?1",
        params![table, at_ms],
    )?;
    database.execute(
        "UPDATE records SET live = 0, deadline_ms = NULL WHERE table_id = ?1",
        [table],
    )?;
    Ok(())
}

/// Whether a commit of the table after `version` withholds what is before it.
pub(super) fn withholds_after(
    database: &Connection,
    table: &TableId,
    version: Version,
) -> rusqlite::Result<bool> {
    database
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM records
             WHERE table_id = ?1 AND version > ?2 AND instr(body, ?3) > 0)",
        )?
        .query_row(
            params![table.as_str(), integer(version.0), WITHHOLDS],
            |row| row.get(0),
        )
}

pub(super) fn list(
    database: &Connection,
    after: Option<&TableId>,
    limit: usize,
) -> SqlResult<Vec<TableSummary>> {
    let mut select = database.prepare_cached(
        "SELECT id, code, version, live, opened_ms, touched_ms,
                (SELECT coalesce(sum(octet_length(body)), 0) FROM records WHERE table_id = tables.id)
         FROM tables WHERE id > ?1 AND erased_ms IS NULL ORDER BY id LIMIT ?2",
    )?;
    let after = after.map_or("", TableId::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = select.query_map(params![after, limit], |row| {
        Ok(TableSummary {
            id: queries::table_id(row)?,
            code: super::transfer::named(row, 1, Code::parse)?,
            version: Version(natural(row.get(2)?)),
            live: row.get(3)?,
            opened_ms: natural(row.get(4)?),
            committed_ms: natural(row.get(5)?),
            bytes: natural(row.get(6)?),
        })
    })?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

pub(super) fn over_before(
    database: &Connection,
    before_ms: u64,
    limit: usize,
) -> SqlResult<Vec<(TableId, Version)>> {
    let mut select = database.prepare_cached(
        "SELECT id, version FROM tables WHERE live = 0 AND erased_ms IS NULL AND touched_ms < ?1
         ORDER BY touched_ms, id LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = select.query_map(params![integer(before_ms), limit], |row| {
        Ok((queries::table_id(row)?, Version(natural(row.get(1)?))))
    })?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

#[cfg(test)]
mod tests;
