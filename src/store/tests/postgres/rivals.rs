//! Several processes at one database.

use std::sync::Arc;

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{live, open, said};
use store::postgres::PostgresJournal;
use store::{AppendOutcome, Journal, StoreError};
use tokio::task::JoinSet;

use crate::place::{Place, refusal};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_that_start_at_once_make_one_schema() {
    let place = Arc::new(Place::new().await);
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let place = Arc::clone(&place);
        starts.spawn(async move { place.open().await });
    }
    let journals = starts.join_all().await;
    open(&journals[0], 1).await;
    for journal in &journals {
        assert_eq!(journal.count_live().await.unwrap(), 1);
    }
}

async fn sharing() -> ([Subject; 3], Place) {
    let place = Place::new().await;
    let journals = [place.open().await, place.open().await, place.open().await];
    (journals, place)
}

store::sharing_conformance!(sharing);

#[tokio::test]
async fn a_writer_that_holds_a_table_for_ever_makes_the_storage_unavailable_and_no_more() {
    let place = Place::new().await;
    let journal = place.open().await;
    let (table, code) = open(&journal, 1).await;
    let mut settings = place.settings("sslmode=disable");
    settings.timeout = std::time::Duration::from_secs(3);
    let hasty = PostgresJournal::open(settings).await.unwrap();
    let held = place.run(
        "BEGIN;
         SELECT FROM arcane_codex.tables FOR UPDATE;
         DO $$ BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN END $$;
         COMMIT",
    );
    let refused = async {
        let sleeper = "FROM pg_stat_activity WHERE datname = current_database()
                       AND application_name = 'psql' AND pid <> pg_backend_pid()";
        let count = format!("SELECT count(*) {sleeper} AND wait_event = 'PgSleep'");
        while place.run(&count).await != "1" {
            tokio::task::yield_now().await;
        }
        let commit = said("on", "say-one", live(&code, 9));
        let refused = hasty.append(&table, Version(1), commit).await;
        let reached = hasty.head(&table).await;
        let wake = format!("SELECT pg_cancel_backend(pid) {sleeper}");
        place.run(&wake).await;
        (refused, reached)
    };
    let (_, (refused, reached)) = tokio::join!(held, refused);
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(reached.unwrap(), Version(1));
    assert_eq!(hasty.readers().active, 0);
    let commit = said("on", "say-one", live(&code, 9));
    let kept = hasty.append(&table, Version(1), commit).await.unwrap();
    assert_eq!(kept, AppendOutcome::Appended(Version(2)));
}

#[tokio::test]
async fn a_newer_releases_schema_is_refused_and_left_as_it_is() {
    let place = Place::new().await;
    place.open().await;
    place
        .run("UPDATE arcane_codex.meta SET value = '99' WHERE key = 'schema'")
        .await;
    let told = refusal(place.settings("sslmode=disable")).await;
    assert!(
        told.contains("newer release of The Arcane Codex (schema 99"),
        "{told}"
    );
    let schema = "SELECT value FROM arcane_codex.meta WHERE key = 'schema'";
    assert_eq!(place.run(schema).await, "99");
}
