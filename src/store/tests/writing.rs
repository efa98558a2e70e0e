//! What a SQLite journal keeps when many write, when writing fails, and after it was closed.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use game::{Code, TableId, Version};
use rusqlite::Connection;
use store::conformance::{
    Subject,
    steps::{append, code, head, live, open, opened, read, said, table},
};
use store::sqlite::{Settings, SqliteJournal};
use store::{AppendOutcome, Journal, JournalExport as _, ProgressListener, StoreError, chain};
use tempfile::TempDir;
use tokio::task::JoinSet;

const COMMITS: u8 = 200;
/// Bytes a page takes in the write-ahead log.
const WAL_FRAME_BYTES: u64 = 4_096 + 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commits_that_arrive_at_once_share_transactions() {
    let place = Place::new();
    let journal = place.open().await;
    let mut commits = JoinSet::new();
    for number in 0..COMMITS {
        let journal = Arc::clone(&journal);
        let (high, low) = (number / 32, number % 32);
        commits.spawn(async move {
            let table = TableId::from_random(std::array::from_fn(|at| [high, low][at % 2]));
            let code = Code::from_random(std::array::from_fn(|at| [high, low][at % 2]));
            let commit = opened(&code, "open-the-table");
            journal.append(&table, Version(0), commit).await
        });
    }
    for answer in commits.join_all().await {
        assert_eq!(answer.unwrap(), AppendOutcome::Appended(Version(1)));
    }
    let transactions = journal.transactions();
    assert!(
        transactions < u64::from(COMMITS) / 2,
        "{transactions} transactions for {COMMITS} commits"
    );
}

#[tokio::test]
async fn after_a_failed_transaction_the_journal_goes_on() {
    let place = Place::new();
    let journal = place.open_with(Duration::from_secs(2)).await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;

    let rival = Connection::open(place.path()).unwrap();
    rival.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let commit = said("one", "say-one", live(&code, 9));
    let refused = journal.append(&table, Version(1), commit.clone()).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    rival.execute_batch("ROLLBACK").unwrap();

    append(&subject, &table, 1, commit).await;
    journal.check().await.unwrap();
    assert_eq!(head(&subject, &table).await, Version(2));
}

#[tokio::test]
async fn a_batch_that_fails_in_the_middle_keeps_nothing_and_blames_nobody() {
    let place = Place::new();
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    let rival = Connection::open(place.path()).unwrap();
    let trap =
        "CREATE TRIGGER trap BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'trap'); END";
    rival.execute_batch(trap).unwrap();

    let commit = said("one", "say-one", live(&code, 1));
    let refused = journal.append(&table, Version(1), commit.clone()).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(head(&subject, &table).await, Version(1));
    assert_ne!(journal.next_due().await.unwrap(), Some(1));

    rival.execute_batch("DROP TRIGGER trap").unwrap();
    append(&subject, &table, 1, commit).await;
    journal.verify(&ProgressListener::none()).await.unwrap();
}

#[tokio::test]
async fn a_reopened_journal_has_the_same_records() {
    let place = Place::new();
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    append(&subject, &table, 1, said("one", "say-one", live(&code, 9))).await;
    let before = read(&subject, &table, 0).await;

    // Once while the first is open, as by another process, and once after it was closed.
    let beside: Subject = place.open().await;
    assert_eq!(read(&beside, &table, 0).await, before);
    drop(beside);
    journal.close().await.unwrap();
    drop((journal, subject));
    let after: Subject = place.open().await;
    assert_eq!(read(&after, &table, 0).await, before);
    append(&after, &table, 2, said("two", "say-two", live(&code, 9))).await;
    assert_eq!(
        chain::verify(&table, &read(&after, &table, 0).await),
        Ok(())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_writers_on_two_journals_of_one_file_one_wins() {
    let place = Place::new();
    let journals = [place.open().await, place.open().await];
    let subject: Subject = journals[0].clone();
    let (table, code) = open(&subject, 1).await;
    for version in 1..10 {
        let mut writers = JoinSet::new();
        for number in 0..16 {
            let journal = Arc::clone(&journals[number % 2]);
            let commit = said("me", &format!("by-{number}-at-{version}"), live(&code, 9));
            let table = table.clone();
            writers.spawn(async move { journal.append(&table, Version(version), commit).await });
        }
        let answers = writers.join_all().await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        let lost = |answer: &&Result<_, _>| matches!(answer, Err(StoreError::Conflict { .. }));
        let lost = answers.iter().filter(lost).count();
        assert_eq!((won, lost), (1, 15), "{answers:?}");
    }
    journals[1].verify(&ProgressListener::none()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_finishes_what_is_queued_and_empties_the_log() {
    let place = Place::new();
    let journal = place.open().await;
    let mut commits = JoinSet::new();
    for number in 0..32 {
        let journal = Arc::clone(&journal);
        let commit = opened(&code(number), "open-the-table");
        commits.spawn(async move { journal.append(&table(number), Version(0), commit).await });
    }
    journal.close().await.unwrap();
    let answers = commits.join_all().await;
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(journal.count_live().await.unwrap(), kept as u64);

    let log = place.path().with_extension("db-wal");
    assert_eq!(log.metadata().map_or(0, |log| log.len()), 0);
    let (late, commit) = (table(40), opened(&code(40), "late"));
    let refused = journal.append(&late, Version(0), commit).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    journal.close().await.unwrap();
}

#[tokio::test]
async fn a_commit_that_leaves_code_and_deadline_writes_five_pages() {
    let place = Place::new();
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    // The pages of the indices are filled, so that few commits split one.
    for number in 0..30 {
        open(&subject, number).await;
    }
    let (table, index) = (table(1), live(&code(1), 9));
    append(&subject, &table, 1, said("on", "say-on", index.clone())).await;
    let log = place.path().with_extension("db-wal");
    let before = log.metadata().unwrap().len();
    for version in 2..102 {
        let commit = said("on", &format!("say-{version}"), index.clone());
        append(&subject, &table, version, commit).await;
    }
    let pages = (log.metadata().unwrap().len() - before) / WAL_FRAME_BYTES;
    // The record, its two indices, the table's row and the sequence of positions; sometimes a page that is split.
    assert!((500..600).contains(&pages), "{pages} pages for 100 commits");
}

#[tokio::test]
async fn damage_is_found_and_stays_with_its_table() {
    let place = Place::new();
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (damaged, damaged_code) = open(&subject, 1).await;
    let (whole, _) = open(&subject, 2).await;
    append(
        &subject,
        &damaged,
        1,
        said("one", "say-one", live(&damaged_code, 9)),
    )
    .await;
    journal.verify(&ProgressListener::none()).await.unwrap();
    let rival = Connection::open(place.path()).unwrap();
    rival
        .execute_batch("UPDATE records SET body = replace(body, 'one', 'won') WHERE version = 2")
        .unwrap();

    for found in [
        journal.verify(&ProgressListener::none()).await.map(drop),
        journal.read(&damaged, Version(0)).await.map(drop),
    ] {
        assert!(
            matches!(
                &found,
                Err(StoreError::Damaged { table, version: Version(2), .. }) if *table == damaged
            ),
            "{found:?}"
        );
    }
    assert_eq!(read(&subject, &whole, 0).await.len(), 1);
    append(&subject, &whole, 1, said("on", "say-on", live(&code(2), 9))).await;
}

#[tokio::test]
async fn a_record_lost_from_the_end_is_found() {
    let place = Place::new();
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    append(&subject, &table, 1, said("one", "say-one", live(&code, 9))).await;
    let rival = Connection::open(place.path()).unwrap();
    rival
        .execute_batch("DELETE FROM records WHERE version = 2")
        .unwrap();
    let found = journal.verify(&ProgressListener::none()).await;
    assert!(
        matches!(found, Err(StoreError::Damaged { version, .. }) if version == Version(1)),
        "the table stands at version 2"
    );
}

/// Where a journal of these tests lies.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        Path::join(self.0.path(), "codex.db")
    }

    async fn open(&self) -> Arc<SqliteJournal> {
        self.open_with(Duration::from_secs(30)).await
    }

    async fn open_with(&self, timeout: Duration) -> Arc<SqliteJournal> {
        let settings = Settings {
            path: self.path(),
            readers: 2,
            timeout,
        };
        Arc::new(SqliteJournal::open(settings).await.unwrap())
    }
}
