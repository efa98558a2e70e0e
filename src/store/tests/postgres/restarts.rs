//! A server that goes away and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use game::{Code, TableId, Version};
use servers::Postgres;
use store::conformance::Subject;
use store::conformance::steps::{NOON_MS, live, open, read, said};
use store::postgres::PostgresJournal;
use store::{AppendOutcome, StoreError, chain};
use tokio::time::{Instant, sleep};

use crate::place::{Place, settings};

const WAIT_MAX: Duration = Duration::from_mins(1);
/// Appends that are acknowledged before the server falls.
const APPENDS: u64 = 50;

/// Says the same command until it is answered: a repeat tells whether the first was kept. Returns how often
/// the storage was unavailable.
async fn persist(journal: &Subject, table: &TableId, code: &Code, expected: u64) -> u64 {
    let (begun, mut failures) = (Instant::now(), 0);
    loop {
        let commit = said("on", &format!("command-{expected}"), live(code, NOON_MS));
        let kept = match journal.append(table, Version(expected), commit).await {
            Ok(AppendOutcome::Appended(version)) => version,
            Ok(AppendOutcome::Repeated(first)) => first.version,
            Err(StoreError::Unavailable(_)) if begun.elapsed() < WAIT_MAX => {
                failures += 1;
                sleep(Duration::from_millis(20)).await;
                continue;
            }
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(kept, Version(expected + 1));
        return failures;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_when_the_server_falls_and_the_pool_finds_it_again() {
    let server = Postgres::new().await;
    let database = server.make_database().await;
    let mut settings = settings(&server.url(&database, "sslmode=disable"));
    settings.timeout = Duration::from_secs(5);
    let journal: Subject = Arc::new(PostgresJournal::open(settings).await.unwrap());
    let (table, code) = open(&journal, 1).await;

    let (acknowledged, enough) = (
        Arc::new(AtomicU64::new(1)),
        Arc::new(AtomicBool::new(false)),
    );
    let writing = tokio::spawn({
        let (journal, table) = (Arc::clone(&journal), table.clone());
        let (acknowledged, enough) = (Arc::clone(&acknowledged), Arc::clone(&enough));
        async move {
            let mut failures = 0;
            while !enough.load(Ordering::SeqCst) {
                let expected = acknowledged.load(Ordering::SeqCst);
                failures += persist(&journal, &table, &code, expected).await;
                acknowledged.store(expected + 1, Ordering::SeqCst);
            }
            failures
        }
    });
    for _ in 0..2 {
        let (begun, from) = (Instant::now(), acknowledged.load(Ordering::SeqCst));
        while acknowledged.load(Ordering::SeqCst) < from + APPENDS {
            assert!(begun.elapsed() < WAIT_MAX && !writing.is_finished());
            sleep(Duration::from_millis(1)).await;
        }
        server.stop().await;
        let known = acknowledged.load(Ordering::SeqCst);
        let refused = journal.check().await;
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{refused:?}"
        );
        server.start().await;
        let begun = Instant::now();
        while let Err(error) = journal.check().await {
            assert!(begun.elapsed() < WAIT_MAX, "{error:?}");
            sleep(Duration::from_millis(20)).await;
        }
        let head = journal.head(&table).await.unwrap();
        assert!(
            head.0 >= known,
            "{known} were acknowledged, {head} are kept"
        );
    }
    enough.store(true, Ordering::SeqCst);
    assert!(writing.await.unwrap() > 0, "the server was never missed");
    let known = acknowledged.load(Ordering::SeqCst);
    assert_eq!(journal.head(&table).await.unwrap(), Version(known));
    let records = read(&journal, &table, 0).await;
    assert_eq!(chain::verify(&table, &records), Ok(()));
    assert_eq!(journal.readers().active, 0);
}

#[tokio::test]
async fn a_closed_journal_is_unavailable() {
    let server = Postgres::shared().await;
    let database = server.make_database().await;
    let settings = settings(&server.url(&database, "sslmode=disable"));
    let journal = PostgresJournal::open(settings).await.unwrap();
    journal.close();
    let journal: Subject = Arc::new(journal);
    let closed = journal.check().await;
    assert!(
        matches!(closed, Err(StoreError::Unavailable(_))),
        "{closed:?}"
    );
}

#[tokio::test]
async fn a_server_that_takes_no_writing_is_asked_anew_until_it_does() {
    let place = Place::new().await;
    place.open().await;
    let database = &place.database;
    let read_only = format!("ALTER DATABASE {database} SET default_transaction_read_only");
    place.run(&format!("{read_only} = on")).await;
    let journal = place.open().await;
    let refused = journal.check().await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let allow = format!("BEGIN; SET LOCAL transaction_read_only = off; {read_only} = off; COMMIT");
    place.run(&allow).await;
    journal.check().await.unwrap();
}

#[tokio::test]
async fn an_append_is_on_the_disk_when_it_is_answered_whatever_the_database_is_set_to() {
    let place = Place::new().await;
    place.open().await;
    let database = &place.database;
    place
        .run(&format!(
            "ALTER DATABASE {database} SET synchronous_commit = off"
        ))
        .await;
    let append = "BEGIN;
        SELECT outcome FROM arcane_codex.append(
            'table', 'command', 0, sha256('root'), '{}', 1, 'CODE', NULL, true);
        SHOW synchronous_commit;
        ROLLBACK;
        SHOW synchronous_commit;";
    assert_eq!(place.run(append).await, "appended\non\noff");
}
