//! The shape of the database, and whose it is.
//!
//! Migrations are numbered from 1 and never edited; the number of the last one is in the file's header.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::errors::{cannot_open, not_a_database, unusable};
use crate::StoreError;

/// "`ArCx`": marks a SQLite file as a journal of The Arcane Codex.
const APPLICATION_ID: i32 = 0x4172_4378;

const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001_journal.sql"),
    include_str!("migrations/0002_standing.sql"),
];

const KNOWN: i32 = 2;
const _: () = assert!(
    MIGRATIONS.len() == KNOWN as usize,
    "one number per migration"
);

/// Makes the number of live tables a row of `meta`, and keeps it true. It has no migration's number, by which the
/// release before would take the file for one that it cannot use: that release works on with these triggers.
const LIVE_COUNT: &str = include_str!("live_count.sql");
const HAS_LIVE_COUNT: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'live_table_deleted')";
/// Makes known which tables are erased. Without a migration's number for the same reason: that release works on.
const WITHHOLDING: &str = include_str!("withholding.sql");
const HAS_WITHHOLDING: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'tables_by_end')";

/// Adds what tells which tables are in use. It has no migration's number, for the same reason.
const IN_USE: &str = include_str!("in_use.sql");
const HAS_IN_USE: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'table_used')";

#[cfg(test)]
pub(super) mod tests;

/// Checks a file by its first bytes alone, so that one that is refused is not even opened as a database.
pub(super) fn check_header(path: &Path) -> Result<(), StoreError> {
    let mut header = Vec::new();
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut header))
        .map_err(|error| {
            unusable(
                path,
                &format!("cannot be read: let this user read it ({error})"),
            )
        })?;
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(not_a_database(path));
    }
    let number = |at: usize| {
        let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        i32::from_be_bytes(bytes)
    };
    judge(path, number(68), number(60))
}

/// Checks what the database says itself: its newest header may still be in the write-ahead log. Returns whether nothing
/// is in it yet.
pub(super) fn check(path: &Path, database: &Connection) -> Result<bool, StoreError> {
    let ask = || -> rusqlite::Result<(i32, i32, bool)> {
        let empty = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
        // One view for all three: another process may be making the database just now.
        let view = database.unchecked_transaction()?;
        Ok((
            view.pragma_query_value(None, "application_id", |row| row.get(0))?,
            view.pragma_query_value(None, "user_version", |row| row.get(0))?,
            view.query_row(empty, [], |row| row.get(0))?,
        ))
    };
    let (application, schema, empty) = ask().map_err(|error| cannot_open(path, &error))?;
    if application == 0 && !empty {
        return Err(foreign(path));
    }
    judge(path, application, schema)?;
    Ok(empty)
}

/// Checks that a database that is not to be changed is ours and needs no migration.
pub(super) fn check_readable(path: &Path, database: &Connection) -> Result<(), StoreError> {
    check(path, database)?;
    let schema: i32 = database
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| cannot_open(path, &error))?;
    if schema < KNOWN {
        let why = "was made by an older release: start this one on it once, and try again";
        return Err(unusable(path, why));
    }
    Ok(())
}

/// Applies what is missing, all or nothing.
pub(super) fn migrate(path: &Path, database: &mut Connection) -> Result<(), StoreError> {
    let mut migrate = || -> rusqlite::Result<i32> {
        let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read again under the lock: another process may have migrated meanwhile.
        let schema: i32 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let missing = usize::try_from(schema).unwrap_or(0)..;
        for migration in MIGRATIONS.get(missing).unwrap_or_default() {
            change.execute_batch(migration)?;
        }
        if schema < KNOWN {
            change.pragma_update(None, "application_id", APPLICATION_ID)?;
            change.pragma_update(None, "user_version", KNOWN)?;
        }
        for (has, addition) in [
            (HAS_LIVE_COUNT, LIVE_COUNT),
            (HAS_IN_USE, IN_USE),
            (HAS_WITHHOLDING, WITHHOLDING),
        ] {
            if schema <= KNOWN && !change.query_row(has, [], |row| row.get(0))? {
                change.execute_batch(addition)?;
            }
        }
        change.commit()?;
        Ok(schema)
    };
    let schema = migrate().map_err(|error| cannot_open(path, &error))?;
    judge(path, APPLICATION_ID, schema)
}

fn judge(path: &Path, application: i32, schema: i32) -> Result<(), StoreError> {
    match (application, schema) {
        (0, 0) | (APPLICATION_ID, 0..=KNOWN) => Ok(()),
        (APPLICATION_ID, _) => Err(newer(path, schema)),
        _ => Err(foreign(path)),
    }
}

fn newer(path: &Path, schema: i32) -> StoreError {
    let why = format!(
        "was made by a newer release of The Arcane Codex (schema {schema}; this one knows {KNOWN}): \
         start that release, or restore an older backup"
    );
    unusable(path, &why)
}

fn foreign(path: &Path) -> StoreError {
    unusable(
        path,
        "is another application's database: name another path; this file is left as it is",
    )
}
