//! Which tables are in use, and whether one more may be opened.

use game::{TableId, Version};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{SqlResult, integer, natural, queries, writes};
use crate::admission::CountInUse;
use crate::{Admission, NewCommit, NoRoom, OpenOutcome, OpenerTag, UseWindow};

pub(super) const IN_USE: &str = "SELECT count(*) FROM
     (SELECT 1 FROM tables WHERE live = 1 AND used_ms > ?1 AND used_ms < ?2 LIMIT ?3)";
pub(super) const OPENED_BY: &str = "SELECT count(*) FROM
     (SELECT 1 FROM tables WHERE live = 1 AND opened_by = ?4 AND used_ms > ?1 AND used_ms < ?2 LIMIT ?3)";
pub(super) const UNATTENDED: &str = "SELECT id FROM tables
     WHERE live = 1 AND used_ms < opened_ms + 600000 AND opened_ms <= ?1 AND version = 1
     ORDER BY opened_ms, id LIMIT ?2";
const BY_OPENER: &str = "SELECT opened_by, count(*) FROM tables
     WHERE live = 1 AND used_ms > ?1 AND used_ms < ?2
     GROUP BY opened_by ORDER BY count(*) DESC, opened_by LIMIT ?3";
const BY_CLIENT_AT_MOST: &str = "SELECT coalesce(sum(counted), 0) FROM
     (SELECT CASE WHEN opened_by IS NULL THEN count(*) ELSE min(count(*), ?3) END AS counted FROM tables
      WHERE live = 1 AND used_ms > ?1 AND used_ms < ?2 GROUP BY opened_by)";
const NOTE_USE: &str = "UPDATE tables SET used_ms = ?2 WHERE id = ?1 AND live = 1";
const USED: &str = "SELECT used_ms FROM tables WHERE id = ?1";
const SET_USED: &str = "UPDATE tables SET used_ms = ?2 WHERE id = ?1";
const NOTE_OPENER: &str = "UPDATE tables SET opened_by = ?2 WHERE id = ?1 AND live = 1";

/// Says why no table could be opened now.
pub(super) fn check_room(
    database: &Connection,
    admission: &Admission,
) -> SqlResult<Option<NoRoom>> {
    let live = match queries::count_live(database)? {
        Ok(live) => live,
        Err(error) => return Ok(Err(error)),
    };
    let counts = JournalCounts {
        database,
        window: &admission.window,
    };
    admission.judge(live, &counts).map(Ok)
}

/// The tables in use, as a connection sees them.
struct JournalCounts<'a> {
    database: &'a Connection,
    window: &'a UseWindow,
}

impl CountInUse<rusqlite::Error> for JournalCounts<'_> {
    fn in_use(&self, limit: u64) -> rusqlite::Result<u64> {
        count(self.database, self.window, limit)
    }

    fn opened_by(&self, opener: OpenerTag, limit: u64) -> rusqlite::Result<u64> {
        count_opened_by(self.database, self.window, opener, limit)
    }

    fn by_client_at_most(&self, most_of_one: u64) -> rusqlite::Result<u64> {
        let (after, before) = (
            integer(self.window.after_ms),
            integer(self.window.before_ms),
        );
        let mut select = self.database.prepare_cached(BY_CLIENT_AT_MOST)?;
        let values = params![after, before, integer(most_of_one)];
        select.query_row(values, |row| row.get(0)).map(natural)
    }
}

/// Appends a commit that makes a table live, if there is room. The transaction excludes other writers, so what was
/// counted stays true.
pub(super) fn open(
    database: &Transaction<'_>,
    table: &TableId,
    expected: Version,
    admission: &Admission,
    commit: NewCommit,
) -> SqlResult<OpenOutcome> {
    let known = match queries::command(database, table, &commit.command_id)? {
        Ok(known) => known.is_some(),
        Err(damaged) => return Ok(Err(damaged)),
    };
    if !known {
        match check_room(database, admission)? {
            Ok(None) => {}
            Ok(Some(why)) => return Ok(Ok(Err(why))),
            Err(error) => return Ok(Err(error)),
        }
    }
    let appended = writes::append(database, table, expected, commit)?;
    if let (false, Ok(_), Some(share)) = (known, &appended, &admission.share) {
        let mut update = database.prepare_cached(NOTE_OPENER)?;
        update.execute(params![table.as_str(), share.opener.0])?;
    }
    Ok(appended.map(Ok))
}

/// Counts the tables in use.
pub(super) fn count_in_use(database: &Connection, window: &UseWindow) -> SqlResult<u64> {
    count(database, window, u64::MAX).map(Ok)
}

/// Counts the tables in use up to a limit.
pub(super) fn count(
    database: &Connection,
    window: &UseWindow,
    limit: u64,
) -> rusqlite::Result<u64> {
    let (after, before) = (integer(window.after_ms), integer(window.before_ms));
    let mut select = database.prepare_cached(IN_USE)?;
    let values = params![after, before, integer(limit)];
    select.query_row(values, |row| row.get(0)).map(natural)
}

/// Counts the tables in use that one client opened, up to a limit.
pub(super) fn count_opened_by(
    database: &Connection,
    window: &UseWindow,
    opener: OpenerTag,
    limit: u64,
) -> rusqlite::Result<u64> {
    let (after, before) = (integer(window.after_ms), integer(window.before_ms));
    let mut select = database.prepare_cached(OPENED_BY)?;
    let values = params![after, before, integer(limit), opener.0];
    select.query_row(values, |row| row.get(0)).map(natural)
}

/// Counts the tables in use by who opened them.
pub(super) fn count_by_opener(
    database: &Connection,
    window: &UseWindow,
    limit: usize,
) -> SqlResult<Vec<(Option<OpenerTag>, u64)>> {
    let (after, before) = (integer(window.after_ms), integer(window.before_ms));
    let mut select = database.prepare_cached(BY_OPENER)?;
    let found = select.query_map(params![after, before, integer(limit as u64)], |row| {
        let opener: Option<[u8; OpenerTag::LEN]> = row.get(0)?;
        Ok((opener.map(OpenerTag), natural(row.get(1)?)))
    })?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

/// Lists the tables that were opened and then left alone.
pub(super) fn unattended(
    database: &Connection,
    opened_ms: u64,
    limit: usize,
) -> SqlResult<Vec<TableId>> {
    let mut select = database.prepare_cached(UNATTENDED)?;
    let values = params![integer(opened_ms), integer(limit as u64)];
    let found = select.query_map(values, queries::table_id)?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

/// Returns when a table was used last, as it is stored.
pub(super) fn used_ms(
    database: &Transaction<'_>,
    table: &TableId,
) -> rusqlite::Result<Option<i64>> {
    let mut select = database.prepare_cached(USED)?;
    let found = select.query_row([table.as_str()], |row| row.get(0));
    found.optional().map(Option::flatten)
}

/// Sets when a table was used last.
pub(super) fn set_used_ms(
    database: &Transaction<'_>,
    table: &TableId,
    used_ms: Option<i64>,
) -> rusqlite::Result<()> {
    let mut update = database.prepare_cached(SET_USED)?;
    update.execute(params![table.as_str(), used_ms])?;
    Ok(())
}

/// Notes that tables are used at this moment. A prepared statement each is quicker here than one for all.
pub(super) fn note_use(
    database: &Transaction<'_>,
    tables: &[TableId],
    at_ms: u64,
) -> SqlResult<()> {
    let mut update = database.prepare_cached(NOTE_USE)?;
    for table in tables {
        update.execute(params![table.as_str(), integer(at_ms)])?;
    }
    Ok(Ok(()))
}
