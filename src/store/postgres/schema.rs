//! The shape of the database, and whose it is.
//!
//! Migrations are numbered from 1 and never edited; the number of the last one is in the journal's `meta`. A
//! migration adds and takes nothing away: while processes are replaced, the release before works on.

use deadpool_postgres::Transaction;
use tokio_postgres::Error;
use tokio_postgres::types::Type;

use super::connections::Connections;
use super::errors::unusable;
use super::{PgUrl, unavailable};
use crate::StoreError;

const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001_journal.sql"),
    include_str!("migrations/0002_opening.sql"),
];

const KNOWN: i32 = 2;
const _: () = assert!(
    MIGRATIONS.len() == KNOWN as usize,
    "one number per migration"
);

/// Makes the number of live tables known without counting them. It has no migration's number, by which the release
/// before would take the database for one that it cannot use: that release works on with these triggers.
const LIVE_COUNT: &str = include_str!("live_count.sql");
/// Adds what tells which tables are in use. It has no migration's number, for the same reason.
const IN_USE: &str = include_str!("in_use.sql");
/// Makes it possible to erase tables. Without a migration's number for the same reason.
const WITHHOLDING: &str = include_str!("withholding.sql");
/// Whether all of them are there.
const ADDITIONS: &str = "SELECT to_regclass('arcane_codex.live_changes') IS NOT NULL,
    to_regclass('arcane_codex.tables_by_use') IS NOT NULL,
    to_regclass('arcane_codex.tables_by_end') IS NOT NULL";

/// The oldest server this is tried with, as `PostgreSQL` numbers itself.
const SERVER_MIN: i32 = 130_000;

/// "`ArCx`": processes that would migrate at the same time do so one after the other.
const LOCK: i64 = 0x4172_4378;

/// Checks the server, and brings the database to the schema this release knows.
pub(super) async fn prepare(connections: &Connections) -> Result<(), StoreError> {
    let url = connections.url();
    let server = connections
        .ask(
            "SELECT current_setting('server_version_num')::int, getdatabaseencoding()::text,
                    to_regclass('arcane_codex.meta') IS NOT NULL",
            &[],
        )
        .await?;
    let server = server.first().ok_or_else(|| unavailable("no answer"))?;
    let (version, encoding): (i32, &str) = (get(server, 0)?, get(server, 1)?);
    check_server(url, version, encoding)?;
    // Only a migration needs the right to create: a role without it may run an up-to-date schema.
    let found = if get(server, 2)? {
        reached(connections).await?
    } else {
        0
    };
    let additions = connections.ask(ADDITIONS, &[]).await?;
    let additions = additions.first().ok_or_else(|| unavailable("no answer"))?;
    let is_whole = get(additions, 0)? && get(additions, 1)? && get(additions, 2)?;
    let found = if found < KNOWN || (found == KNOWN && !is_whole) {
        connections.transact(migrate).await?
    } else {
        found
    };
    check_schema(url, found)
}

async fn reached(connections: &Connections) -> Result<i32, StoreError> {
    let rows = connections.ask(REACHED, &[]).await?;
    rows.first().map_or(Ok(0), |row| get(row, 0))
}

const REACHED: &str = "SELECT value::int FROM arcane_codex.meta WHERE key = 'schema'";

/// Applies what is missing, and returns the number of the last migration that was there or is now.
async fn migrate(transaction: &Transaction<'_>) -> Result<i32, Error> {
    // A role may be set to see only what was there before it had the lock.
    let isolation = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    transaction.batch_execute(isolation).await?;
    let lock = "SELECT pg_advisory_xact_lock($1)::text";
    transaction
        .query_typed(lock, &[(&LOCK, Type::INT8)])
        .await?;
    // Read again under the lock: another process may have migrated meanwhile.
    let there = "SELECT to_regnamespace('arcane_codex') IS NOT NULL,
                        to_regclass('arcane_codex.meta') IS NOT NULL";
    let there = transaction.query_typed(there, &[]).await?;
    let (schema, meta) = match there.first() {
        Some(row) => (row.try_get(0)?, row.try_get(1)?),
        None => (false, false),
    };
    if !schema {
        transaction
            .batch_execute("CREATE SCHEMA arcane_codex")
            .await?;
    }
    let found = if meta {
        let rows = transaction.query_typed(REACHED, &[]).await?;
        rows.first().map_or(Ok(0), |row| row.try_get(0))?
    } else {
        0
    };
    let missing = usize::try_from(found).unwrap_or(0)..;
    for migration in MIGRATIONS.get(missing).unwrap_or_default() {
        transaction.batch_execute(migration).await?;
    }
    if found < KNOWN {
        let note = format!(
            "INSERT INTO arcane_codex.meta (key, value) VALUES ('schema', '{KNOWN}')
             ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        );
        transaction.batch_execute(&note).await?;
    }
    let additions = transaction.query_typed(ADDITIONS, &[]).await?;
    for (column, addition) in [LIVE_COUNT, IN_USE, WITHHOLDING].into_iter().enumerate() {
        let is_there = additions
            .first()
            .map_or(Ok(false), |row| row.try_get(column))?;
        if found <= KNOWN && !is_there {
            transaction.batch_execute(addition).await?;
        }
    }
    Ok(found.max(KNOWN))
}

fn check_server(url: &PgUrl, version: i32, encoding: &str) -> Result<(), StoreError> {
    if version < SERVER_MIN {
        let (has, wants) = (version / 10_000, SERVER_MIN / 10_000);
        let why = format!("is on PostgreSQL {has}: move it to PostgreSQL {wants} or newer");
        return Err(unusable(url, &why));
    }
    if encoding != "UTF8" {
        let why = format!(
            "keeps text as {encoding}, which not every word fits: make a database with ENCODING 'UTF8'"
        );
        return Err(unusable(url, &why));
    }
    Ok(())
}

fn check_schema(url: &PgUrl, found: i32) -> Result<(), StoreError> {
    if found > KNOWN {
        let why = format!(
            "was made by a newer release of The Arcane Codex (schema {found}; this one knows {KNOWN}): \
             start that release, or restore an older backup"
        );
        return Err(unusable(url, &why));
    }
    Ok(())
}

fn get<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a tokio_postgres::Row,
    column: usize,
) -> Result<T, StoreError> {
    row.try_get(column).map_err(unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> PgUrl {
        PgUrl::parse("postgres://codex:s3cret@db.example/codex").unwrap()
    }

    #[test]
    fn a_server_that_is_too_old_is_told_by_its_number() {
        let refused = check_server(&url(), 120_017, "UTF8").unwrap_err();
        let told = refused.to_string();
        assert!(
            told.contains("is on PostgreSQL 12: move it to PostgreSQL 13"),
            "{told}"
        );
        assert!(check_server(&url(), 130_000, "UTF8").is_ok());
    }

    #[test]
    fn a_database_that_cannot_keep_every_word_is_refused() {
        let refused = check_server(&url(), 150_000, "SQL_ASCII").unwrap_err();
        assert!(refused.to_string().contains("ENCODING 'UTF8'"));
    }
}
