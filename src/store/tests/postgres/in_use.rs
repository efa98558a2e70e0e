//! When tables were used last, noted by the database whatever release writes to it.

use game::{CommandId, Version};
use store::conformance::steps::{code, opened, room_for, table};

use crate::place::Place;

/// What the release before made its journals by.
const JOURNAL: &str = include_str!("../../postgres/migrations/0001_journal.sql");

/// Takes away what tells which tables are in use, as a database is that the release before made.
async fn forget(place: &Place) {
    let (_, append) = JOURNAL.split_once("CREATE FUNCTION").unwrap();
    let forget = format!(
        "DROP FUNCTION arcane_codex.admit_in_use, arcane_codex.refusal, arcane_codex.count_in_use;
         ALTER TABLE arcane_codex.tables DROP COLUMN used_ms, DROP COLUMN opened_by;
         CREATE OR REPLACE FUNCTION {append}"
    );
    place.run(&forget).await;
}

#[tokio::test]
async fn what_the_release_before_does_is_noted_as_use() {
    let place = Place::new().await;
    drop(place.open().await);
    forget(&place).await;
    append_as_before(&place, "command-of-long-ago", 0, 7, true).await;
    let (one, two) = tokio::join!(place.open(), place.open());
    let used = "SELECT used_ms FROM arcane_codex.tables";
    for (expected, command, at_ms, used_ms) in [
        (1, "say-something-new", 1_000_000, "1000000"),
        (2, "say-something-more", 1_300_000, "1000000"),
        (
            3,
            CommandId::of_clock(Version(3)).as_str(),
            9_000_000,
            "1000000",
        ),
        (4, "say-something-late", 9_000_000, "9000000"),
    ] {
        append_as_before(&place, command, expected, at_ms, true).await;
        assert_eq!(place.run(used).await, used_ms, "{command}");
    }
    drop((one, two));
}

#[tokio::test]
async fn who_opened_a_table_is_forgotten_when_it_ends_whatever_release_ends_it() {
    let place = Place::new().await;
    let journal = place.open().await;
    let opening = opened(&code(1), "open-the-table");
    let terms = room_for(1, 9, 9);
    let admitted = journal.open(&table(1), Version(0), &terms, opening).await;
    assert!(admitted.unwrap().is_ok());
    let opener = "SELECT coalesce(octet_length(opened_by), 0) FROM arcane_codex.tables";
    assert_eq!(place.run(opener).await, "16");
    let table = table(1);
    let end = format!(
        "SELECT outcome FROM arcane_codex.append(
            '{table}', 'say-bye-and-leave', 1, sha256('root'), '{{}}', 1, 'CODE1', NULL, false)"
    );
    assert_eq!(place.run(&end).await, "appended");
    assert_eq!(place.run(opener).await, "0");
}

/// The statement by which the release before appends.
async fn append_as_before(place: &Place, command: &str, expected: u64, at_ms: u64, is_live: bool) {
    let statement = format!(
        "SELECT outcome FROM arcane_codex.append(
            'table-1', '{command}', {expected}, sha256('root'), '{{}}', {at_ms}, 'CODE1', 9, {is_live})"
    );
    assert_eq!(place.run(&statement).await, "appended", "{command}");
}
