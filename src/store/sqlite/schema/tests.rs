//! A file that two releases write: the one before works on, and keeps what it does not know of.

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::sqlite::{opening, queries};

const WAIT_MAX: Duration = Duration::from_secs(10);

/// The statement by which the release before writes where a table stands.
const UPSERT: &str = "
    INSERT INTO tables (id, code, version, head, deadline_ms, live, opened_ms, touched_ms)
    VALUES (?1, ?1, 1, zeroblob(32), 9, ?2, 0, 0)
    ON CONFLICT (id) DO UPDATE
    SET code = excluded.code, version = excluded.version, head = excluded.head,
        deadline_ms = excluded.deadline_ms, live = excluded.live, touched_ms = excluded.touched_ms";

#[test]
fn live_tables_that_the_release_before_left_are_counted() {
    let (_place, path) = file_of_the_release_before();
    let before = Connection::open(&path).unwrap();
    for (table, is_live) in [("one", true), ("two", true), ("three", false)] {
        before.execute(UPSERT, (table, is_live)).unwrap();
    }
    drop(before);
    let database = opening::alone(&path, WAIT_MAX);
    assert_eq!(queries::count_live(&database).unwrap().unwrap(), 2);
}

#[test]
fn the_release_before_opens_the_file_and_keeps_the_count() {
    let (_place, path) = file_of_the_release_before();
    let database = opening::alone(&path, WAIT_MAX);
    let schema: i32 = database
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(schema, 2, "the release before knows no newer schema");

    let before = Connection::open(&path).unwrap();
    let counts = |table: &str, is_live: bool| {
        before.execute(UPSERT, (table, is_live)).unwrap();
        queries::count_live(&database).unwrap().unwrap()
    };
    assert_eq!(counts("one", true), 1);
    assert_eq!(counts("one", true), 1);
    assert_eq!(counts("two", true), 2);
    assert_eq!(counts("three", false), 2);
    assert_eq!(counts("one", false), 1);
    assert_eq!(counts("one", false), 1);
    assert_eq!(counts("one", true), 2);
    before.execute("DELETE FROM tables", ()).unwrap();
    assert_eq!(queries::count_live(&database).unwrap().unwrap(), 0);
}

#[test]
fn a_second_start_changes_nothing() {
    let (_place, path) = file_of_the_release_before();
    let mut database = opening::alone(&path, WAIT_MAX);
    database.execute(UPSERT, ("one", true)).unwrap();
    let state = |database: &Connection| -> (i64, i64) {
        let schema = database.pragma_query_value(None, "schema_version", |row| row.get(0));
        let changes = database.query_row("SELECT total_changes()", (), |row| row.get(0));
        (schema.unwrap(), changes.unwrap())
    };
    let before = state(&database);
    migrate(&path, &mut database).unwrap();
    assert_eq!(state(&database), before);
    assert_eq!(queries::count_live(&database).unwrap().unwrap(), 1);
}

#[test]
fn what_the_release_before_does_is_noted_as_use_and_who_opened_is_forgotten_at_the_end() {
    let (_place, path) = file_of_the_release_before();
    let before = Connection::open(&path).unwrap();
    before.execute(UPSERT, ("one", true)).unwrap();
    let database = opening::alone(&path, WAIT_MAX);
    let ask = |column: &str| -> Option<i64> {
        let select = format!("SELECT {column} FROM tables WHERE id = 'one'");
        database.query_row(&select, (), |row| row.get(0)).unwrap()
    };
    assert_eq!(ask("used_ms"), Some(0), "what it was touched last");
    let touch = "UPDATE tables SET version = version + 1, touched_ms = ?1";
    for (at_ms, used_ms) in [
        (1_000_000, 1_000_000),
        (1_300_000, 1_000_000),
        (1_300_001, 1_300_001),
        (900_000, 900_000),
    ] {
        before.execute(touch, [at_ms]).unwrap();
        assert_eq!(ask("used_ms"), Some(used_ms), "exact to five minutes");
    }
    before.execute(UPSERT, ("two", true)).unwrap();
    let unknown = "SELECT count(*) FROM tables WHERE used_ms IS NULL";
    let unknown: i64 = database.query_row(unknown, (), |row| row.get(0)).unwrap();
    assert_eq!(unknown, 0, "also of what it opens");

    let opened_by = "UPDATE tables SET opened_by = zeroblob(16)";
    database.execute(opened_by, ()).unwrap();
    before.execute(UPSERT, ("one", true)).unwrap();
    assert_eq!(ask("length(opened_by)"), Some(16));
    before.execute(UPSERT, ("one", false)).unwrap();
    assert_eq!(ask("length(opened_by)"), None);
}

/// A file as the release before makes it: its migrations, and nothing else.
pub(in crate::sqlite) fn file_of_the_release_before() -> (TempDir, std::path::PathBuf) {
    let place = TempDir::new().unwrap();
    let path = place.path().join("codex.db");
    let database = Connection::open(&path).unwrap();
    for migration in &MIGRATIONS[..2] {
        database.execute_batch(migration).unwrap();
    }
    database
        .pragma_update(None, "application_id", APPLICATION_ID)
        .unwrap();
    database.pragma_update(None, "user_version", 2).unwrap();
    (place, path)
}
