//! Three journals at one SQLite file, as three processes of one host have it.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]
#![expect(
    clippy::print_stdout,
    reason = "how long it takes is told, not asserted"
)]

use std::sync::Arc;
use std::time::Duration;

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{code, live, open, opened, read, said, table};
use store::sqlite::{Settings, SqliteJournal};
use store::{AppendOutcome, Journal, JournalExport as _, ProgressListener, StoreError, chain};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Who writes to a table: one seat at each journal, as when players come by different instances.
const SEATS: u64 = 3;
const TABLES: u8 = 20;
const ROUNDS: u64 = 30;

/// How long anything may wait: as long as an operator has it by default.
const TIMEOUT: Duration = Duration::from_secs(5);

async fn journal(folder: &TempDir) -> Arc<SqliteJournal> {
    let settings = Settings {
        path: folder.path().join("codex.db"),
        readers: 4,
        timeout: TIMEOUT,
    };
    Arc::new(SqliteJournal::open(settings).await.unwrap())
}

async fn three(folder: &TempDir) -> [Arc<SqliteJournal>; 3] {
    let (one, two, three) = tokio::join!(journal(folder), journal(folder), journal(folder));
    [one, two, three]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_journals_that_write_one_file_at_once_lose_and_double_nothing() {
    let folder = TempDir::new().unwrap();
    let journals = three(&folder).await;
    let first: Subject = journals[0].clone();
    for number in 0..TABLES {
        open(&first, number).await;
    }
    let begun = Instant::now();
    let mut writers = JoinSet::new();
    for number in 0..TABLES {
        for (seat, journal) in journals.iter().enumerate() {
            let journal = Arc::clone(journal);
            writers.spawn(async move { play(&journal, number, seat).await });
        }
    }
    let mut waits: Vec<Duration> = writers.join_all().await.concat();
    waits.sort();
    let took = begun.elapsed();
    let at = |part: usize| waits[waits.len() * part / 1_000];
    let transactions: u64 = journals.iter().map(|it| it.transactions()).sum();
    println!(
        "{} commits in {took:?}, {transactions} transactions; kept after p50 {:?}, p99 {:?}, at most {:?}",
        waits.len(),
        at(500),
        at(990),
        waits[waits.len() - 1]
    );
    assert_eq!(waits.len() as u64, u64::from(TABLES) * SEATS * ROUNDS);
    let third: Subject = journals[2].clone();
    for number in 0..TABLES {
        let records = read(&third, &table(number), 0).await;
        assert_eq!(records.len() as u64, 1 + SEATS * ROUNDS);
        assert_eq!(chain::verify(&table(number), &records), Ok(()));
    }
    journals[1].verify(&ProgressListener::none()).await.unwrap();
}

/// Says something again and again at a table where others do; returns how long each append took that was kept.
async fn play(journal: &SqliteJournal, number: u8, seat: usize) -> Vec<Duration> {
    let (table, code) = (table(number), code(number));
    let mut waits = Vec::new();
    for round in 0..ROUNDS {
        let command = format!("seat-{seat}-round-{round}");
        loop {
            let expected = journal.head(&table).await.unwrap();
            let begun = Instant::now();
            let commit = said("on", &command, live(&code, 9));
            match journal.append(&table, expected, commit).await {
                Ok(kept) => {
                    assert_eq!(kept, AppendOutcome::Appended(expected.next()));
                    break waits.push(begun.elapsed());
                }
                Err(StoreError::Conflict { .. }) => {}
                // Also that storage was unavailable: nobody waits so long for two others.
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    waits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_journals_that_open_tables_at_once_open_as_many_as_there_is_room_for() {
    let folder = TempDir::new().unwrap();
    let journals = three(&folder).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_journal_that_is_closed_leaves_the_others_writing() {
    let folder = TempDir::new().unwrap();
    let [one, two, three] = three(&folder).await;
    let subject: Subject = two.clone();
    let (table, code) = open(&subject, 1).await;
    one.close().await.unwrap();
    drop(one);
    for (version, journal) in [(1, &two), (2, &three), (3, &two)] {
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        let kept = journal.append(&table, Version(version), commit).await;
        assert_eq!(kept.unwrap(), AppendOutcome::Appended(Version(version + 1)));
    }
    three.close().await.unwrap();
    two.verify(&ProgressListener::none()).await.unwrap();
}
