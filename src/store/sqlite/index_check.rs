//! Compares where the tables stand with the records that lead there, by indices alone: quick enough for every start.
//!
//! It finds records that are missing, tables that are, and a log that was applied to another database. What a record
//! says is checked when it is read, and all of it by `verify`.

use std::path::Path;

use rusqlite::{Connection, Row};

use super::errors::judge;
use super::stamp::{self, LogOrigin};
use super::unavailable;
use crate::StoreError;

/// Faults that are told of at most.
const FAULTS_MAX: usize = 10;

/// Tables whose last record is not there, is another, or has a gap before it.
const TABLES: &str = "
    SELECT format('table %s stands at version %d, and %d of its records are there, the last of version %d',
                  tables.id, tables.version, coalesce(counted.records, 0), coalesce(counted.last, 0))
    FROM tables LEFT JOIN (
        SELECT table_id, count(*) AS records, max(version) AS last FROM records GROUP BY table_id
    ) AS counted ON counted.table_id = tables.id
    WHERE counted.last IS NOT tables.version OR counted.records IS NOT tables.version
        OR tables.head IS NOT (
            SELECT hash FROM records WHERE table_id = tables.id AND version = tables.version
        )
    LIMIT ?1";
/// Records of no table.
const RECORDS: &str = "
    SELECT format('there are records of table %s, which is not there', table_id)
    FROM (SELECT table_id FROM records GROUP BY table_id)
    WHERE table_id NOT IN (SELECT id FROM tables)
    LIMIT ?1";
/// The number of live tables, kept beside them.
const LIVE: &str = "
    SELECT format('%d tables are counted as live, and %d are', value, live)
    FROM meta, (SELECT count(*) AS live FROM tables WHERE live = 1)
    WHERE key = 'live' AND CAST(value AS INTEGER) <> live
    LIMIT ?1";

/// Checks a database that is open and not changed yet. What is wrong with single tables is logged, and the others go
/// into service.
///
/// # Errors
///
/// [`StoreError::Unusable`] when a log of unknown origin was applied that does not fit, or the pages are damaged.
pub(super) fn check(path: &Path, database: &Connection, log: LogOrigin) -> Result<(), StoreError> {
    let found = faults(database).map_err(|error| judge(path, unavailable(error)));
    if matches!(&found, Ok(faults) if faults.is_empty()) {
        return Ok(());
    }
    // Two halves that do not fit. The log has not been moved into the database yet, and stays apart from it.
    if log == LogOrigin::Unknown && !matches!(found, Err(StoreError::Unavailable(_))) {
        return Err(stamp::foreign_log(path, "does not fit what"));
    }
    for fault in found? {
        tracing::error!(
            "DB_PATH: {} is damaged: {fault}. Restore a backup or a replica; `verify` tells more",
            path.display()
        );
    }
    Ok(())
}

fn faults(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    for query in [TABLES, RECORDS, LIVE] {
        let mut select = database.prepare(query)?;
        let limit = i64::try_from(FAULTS_MAX - faults.len()).unwrap_or(0);
        let found = select.query_map([limit], |row: &Row<'_>| row.get(0))?;
        faults.extend(found.collect::<rusqlite::Result<Vec<String>>>()?);
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;
    use crate::sqlite::opening;

    const WAIT_MAX: Duration = Duration::from_secs(10);

    #[test]
    fn every_table_without_all_its_records_is_told_and_no_other() {
        let (_place, database) = two_tables();
        assert_eq!(faults(&database).unwrap(), Vec::<String>::new());
        for (change, told) in [
            (
                "DELETE FROM records WHERE table_id = 'b' AND version = 3",
                "table b stands at version 3, and 2 of its records are there, the last of version 2",
            ),
            (
                "DELETE FROM records WHERE table_id = 'b' AND version = 2",
                "table b stands at version 3, and 2 of its records are there, the last of version 3",
            ),
            (
                "DELETE FROM records WHERE table_id = 'b'",
                "table b stands at version 3, and 0 of its records are there, the last of version 0",
            ),
            (
                "UPDATE tables SET head = zeroblob(32) WHERE id = 'b'",
                "table b stands at version 3, and 3 of its records are there, the last of version 3",
            ),
            (
                "UPDATE tables SET version = 2 WHERE id = 'b'",
                "table b stands at version 2, and 3 of its records are there, the last of version 3",
            ),
            (
                "DELETE FROM tables WHERE id = 'b'; UPDATE meta SET value = 2 WHERE key = 'live'",
                "there are records of table b, which is not there",
            ),
            (
                "UPDATE meta SET value = 7 WHERE key = 'live'",
                "7 tables are counted as live, and 2 are",
            ),
        ] {
            database.execute_batch("SAVEPOINT whole").unwrap();
            database.execute_batch(change).unwrap();
            let found = faults(&database).unwrap();
            assert!(
                found.iter().any(|fault| fault == told),
                "{change}: {found:?}"
            );
            assert!(
                !found.iter().any(|fault| fault.contains(" a ")),
                "{found:?}"
            );
            database.execute_batch("ROLLBACK TO whole").unwrap();
        }
    }

    #[test]
    fn so_many_faults_are_told_and_not_more() {
        let (_place, database) = two_tables();
        for number in 0..100 {
            let table = "INSERT INTO tables (id, code, version, head, live, opened_ms, touched_ms)
                         VALUES (?1, ?1, 1, zeroblob(32), 0, 0, 0)";
            database
                .execute(table, [format!("empty-{number}")])
                .unwrap();
        }
        assert_eq!(faults(&database).unwrap().len(), FAULTS_MAX);
    }

    /// A database with two live tables of three records each.
    fn two_tables() -> (TempDir, Connection) {
        let place = TempDir::new().unwrap();
        let database = opening::alone(&place.path().join("codex.db"), WAIT_MAX);
        database
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO tables (id, code, version, head, deadline_ms, live, opened_ms, touched_ms)
                 VALUES
                     ('a', 'a', 3, CAST(printf('%032d', 3) AS BLOB), 9, 1, 0, 0),
                     ('b', 'b', 3, CAST(printf('%032d', 3) AS BLOB), 9, 1, 0, 0);
                 INSERT INTO records (table_id, version, command_id, at_ms, body, before, hash)
                 SELECT tables.id, step.value, step.value, 0, '', zeroblob(32),
                        CAST(printf('%032d', step.value) AS BLOB)
                 FROM tables, json_each('[1, 2, 3]') AS step",
            )
            .unwrap();
        (place, database)
    }
}
