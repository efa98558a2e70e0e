//! The number of live tables, kept by the database whatever release writes to it.

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{append, code, live, opened, over, room, said, table};

use crate::place::Place;

/// Takes away what keeps the count, as a database is that the release before made.
const FORGET: &str = "
    DROP TRIGGER opened_live ON arcane_codex.tables;
    DROP TRIGGER became_live ON arcane_codex.tables;
    DROP TRIGGER came_to_an_end ON arcane_codex.tables;
    DROP TRIGGER deleted_live ON arcane_codex.tables;
    DROP TABLE arcane_codex.live_changes;
    DROP FUNCTION arcane_codex.note_live_change, arcane_codex.count_live,
        arcane_codex.sum_up_live_changes, arcane_codex.admit";

#[tokio::test]
async fn live_tables_that_the_release_before_left_are_counted_and_it_keeps_the_count() {
    let place = Place::new().await;
    drop(place.open().await);
    place.run(FORGET).await;
    for (number, is_live) in [(1, true), (2, true), (3, false)] {
        assert_eq!(
            append_as_before(&place, number, 0, is_live).await,
            "appended"
        );
    }
    let journal = place.open().await;
    assert_eq!(journal.count_live().await.unwrap(), 2);
    let schema = "SELECT value FROM arcane_codex.meta WHERE key = 'schema'";
    assert_eq!(
        place.run(schema).await,
        "2",
        "the release before knows no newer schema"
    );

    assert_eq!(open_as_before(&place, 4, 3).await, "appended");
    assert_eq!(open_as_before(&place, 5, 3).await, "full");
    assert_eq!(journal.count_live().await.unwrap(), 3);
    append_as_before(&place, 1, 1, false).await;
    append_as_before(&place, 2, 1, true).await;
    assert_eq!(journal.count_live().await.unwrap(), 2);
    append_as_before(&place, 1, 2, true).await;
    assert_eq!(journal.count_live().await.unwrap(), 3);
    let gone = "DELETE FROM arcane_codex.records; DELETE FROM arcane_codex.tables";
    place.run(gone).await;
    assert_eq!(journal.count_live().await.unwrap(), 0);
}

/// The statement by which the release before appends.
async fn append_as_before(place: &Place, number: u8, expected: u64, is_live: bool) -> String {
    let statement = format!(
        "SELECT outcome FROM arcane_codex.append(
            'table-{number}', 'command-{expected}', {expected}, sha256('root'), '{{}}', 1,
            'CODE{number}', 9, {is_live})"
    );
    place.run(&statement).await
}

/// The statement by which the release before opens a table.
async fn open_as_before(place: &Place, number: u8, live_max: u64) -> String {
    let statement = format!(
        "SELECT outcome FROM arcane_codex.open(
            {live_max}, 'table-{number}', 'command-0', sha256('root'), '{{}}', 1,
            'CODE{number}', 9, true)"
    );
    place.run(&statement).await
}

#[tokio::test]
async fn who_opens_sums_the_changes_up_before_they_are_many() {
    let place = Place::new().await;
    let journal: Subject = place.open().await;
    let (table, code) = (table(1), code(1));
    append(&journal, &table, 0, opened(&code, "open-the-table")).await;
    for round in 0..150 {
        let version = 1 + 2 * round;
        let bye = said("bye", &format!("say-bye-{round}"), over(&code));
        append(&journal, &table, version, bye).await;
        let on = said("on", &format!("go-on-{round}"), live(&code, 9));
        let room = room(1);
        let went_on = journal.open(&table, Version(version + 1), &room, on).await;
        assert!(went_on.unwrap().is_ok());
    }
    assert_eq!(journal.count_live().await.unwrap(), 1);
    let rows = place
        .run("SELECT count(*) FROM arcane_codex.live_changes")
        .await;
    let rows: u64 = rows.parse().unwrap();
    assert!(rows <= 104, "{rows} rows for 301 changes");
}

#[tokio::test]
async fn processes_that_start_at_once_on_a_database_of_the_release_before_count_once() {
    let place = Place::new().await;
    drop(place.open().await);
    place.run(FORGET).await;
    append_as_before(&place, 1, 0, true).await;
    let (one, two, three) = tokio::join!(place.open(), place.open(), place.open());
    for journal in [one, two, three] {
        assert_eq!(journal.count_live().await.unwrap(), 1);
    }
}
