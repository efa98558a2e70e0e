//! Several processes at one database.

use std::sync::Arc;

use game::Version;
use store::conformance::steps::{NOON_MS, code, live, open, opened, read, said, table};
use store::postgres::PostgresJournal;
use store::{AppendOutcome, Journal, StoreError, chain};
use tokio::task::JoinSet;

use crate::place::{Place, refusal};

const ROUNDS: u64 = 20;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_over_two_journals_lose_and_double_nothing() {
    let place = Place::new().await;
    let journals = [place.open().await, place.open().await];
    let (table, code) = open(&journals[0], 1).await;
    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let journal = Arc::clone(&journals[writer % 2]);
        let (table, code) = (table.clone(), code.clone());
        writers.spawn(async move {
            for round in 0..ROUNDS {
                let command = format!("writer-{writer}-round-{round}");
                loop {
                    let expected = journal.head(&table).await.unwrap();
                    let commit = said("on", &command, live(&code, NOON_MS));
                    match journal.append(&table, expected, commit).await {
                        Ok(commit) => {
                            break assert_eq!(commit, AppendOutcome::Appended(expected.next()));
                        }
                        Err(StoreError::Conflict { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
        });
    }
    writers.join_all().await;
    let records = read(&journals[1], &table, 0).await;
    assert_eq!(records.len() as u64, 1 + 16 * ROUNDS);
    assert_eq!(chain::verify(&table, &records), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_openings_of_one_table_at_once_one_is_kept_and_the_others_repeat_it() {
    let place = Place::new().await;
    let journals = [place.open().await, place.open().await];
    // The first tables only have all connections made; by the others, two see no table at the same moment.
    for number in 0..16 {
        let mut openings = JoinSet::new();
        for opening in 0..16 {
            let journal = Arc::clone(&journals[opening % 2]);
            openings.spawn(async move {
                let commit = opened(&code(number), "open-the-table");
                journal.append(&table(number), Version(0), commit).await
            });
        }
        let answers = openings.join_all().await;
        let count = |kept: fn(&AppendOutcome) -> bool| {
            let answers = answers.iter().filter_map(|answer| answer.as_ref().ok());
            answers.filter(|answer| kept(answer)).count()
        };
        let appended = count(|commit| *commit == AppendOutcome::Appended(Version(1)));
        let repeated = count(|commit| matches!(commit, AppendOutcome::Repeated(_)));
        assert_eq!((appended, repeated), (1, 15), "{answers:?}");
        assert_eq!(read(&journals[0], &table(number), 0).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_open_tables_at_once_open_as_many_as_there_is_room_for() {
    let place = Place::new().await;
    let journals = [place.open().await, place.open().await, place.open().await];
    let mut openings = JoinSet::new();
    for number in 0..24 {
        let journal = Arc::clone(&journals[usize::from(number) % 3]);
        openings.spawn(async move {
            let commit = opened(&code(number), "open-the-table");
            journal.open(&table(number), 7, commit).await.unwrap()
        });
    }
    let opened = openings.join_all().await;
    assert_eq!(opened.iter().flatten().count(), 7, "{opened:?}");
    assert_eq!(journals[0].count_live().await.unwrap(), 7);
}

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
