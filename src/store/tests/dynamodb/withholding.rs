//! What is withheld is read by nobody, also when the process that withholds it ends in the middle.

use std::time::Duration;

use game::{Actor, Command, CommandId, Event, TableId, Version};
use servers::DynamoFault;
use store::conformance::Subject;
use store::conformance::steps::{NOON_MS, append, code, command_id, live, open, over, read, said};
use store::dynamodb::DynamoJournal;
use store::{AppendOutcome, JournalExport, NewCommit, StoreError, Withholding};

use crate::place::{Place, journal_of};

/// More records than one transaction rewrites.
const LINES: u64 = 120;

/// Opens a table at which much is said.
async fn talked(journal: &Subject) -> TableId {
    let (table, code) = open(journal, 1).await;
    for version in 1..=LINES {
        let line = said(
            "my secret",
            &format!("my-own-secret-{version}"),
            live(&code, 9),
        );
        append(journal, &table, version, line).await;
    }
    table
}

fn erasure() -> NewCommit {
    NewCommit {
        command_id: CommandId::of_operator(Version(LINES + 1)),
        actor: Actor::Operator,
        command: Command::Erase {},
        at_ms: NOON_MS + 9,
        events: vec![Event::Erased {}],
        index: over(&code(1)),
    }
}

async fn assert_nothing_is_told(place: &Place, journal: &Subject, table: &TableId) {
    let records = read(journal, table, 0).await;
    assert_eq!(records.len() as u64, LINES + 2);
    assert_eq!(store::chain::verify(table, &records), Ok(()));
    assert!(
        records[..=usize::try_from(LINES).unwrap()]
            .iter()
            .all(|it| it.is_withheld)
    );
    let kept = place.dump().await;
    assert!(!kept.contains("secret") && !kept.contains("Anna"));
}

#[tokio::test]
async fn a_long_table_is_erased_down_to_its_items() {
    let place = Place::new().await;
    let journal = place.open().await;
    let table = talked(&journal).await;
    let expected = Version(LINES + 1);
    let erased = journal.withhold(&table, expected, erasure(), Withholding::Everything);
    assert_eq!(
        erased.await.unwrap(),
        AppendOutcome::Appended(expected.next())
    );
    assert_nothing_is_told(&place, &journal, &table).await;
    assert_eq!(journal.list_tables(None, 9).await.unwrap(), []);
    let head = place.item(&journal_of(&table), "R#HEAD").await.unwrap();
    let export = DynamoJournal::open(place.table.clone()).await.unwrap();
    let mut exported = export.export();
    let mut bytes = 0;
    while let Some(batch) = exported.next().await.unwrap() {
        bytes += batch.iter().map(|record| record.body.len()).sum::<usize>();
    }
    assert_eq!(head["body_bytes"].as_n().unwrap(), &bytes.to_string());
}

/// A journal of a process that ends after it has appended the erasure and before it has rewritten anything.
async fn left_in_the_middle(place: &Place) -> TableId {
    let (journal, proxy) = place.open_behind().await;
    let table = talked(&journal).await;
    // The reading that finds what is to be rewritten hangs, and with it the process.
    proxy.fail(
        "Query",
        vec![DynamoFault::Error("ThrottlingException"); 100],
    );
    let expected = Version(LINES + 1);
    let erasing = journal.withhold(&table, expected, erasure(), Withholding::Everything);
    let erased = tokio::time::timeout(Duration::from_mins(1), erasing).await;
    assert_eq!(
        erased.unwrap().unwrap(),
        AppendOutcome::Appended(expected.next())
    );
    assert!(
        place.dump().await.contains("secret"),
        "the process has not finished"
    );
    table
}

#[tokio::test]
async fn what_a_process_left_is_finished_by_whoever_reads_it() {
    let place = Place::new().await;
    let table = left_in_the_middle(&place).await;
    let journal = place.open().await;
    assert_nothing_is_told(&place, &journal, &table).await;
}

#[tokio::test]
async fn what_a_process_left_is_finished_by_whoever_finds_a_command() {
    let place = Place::new().await;
    let table = left_in_the_middle(&place).await;
    let journal = place.open().await;
    let command = command_id("my-own-secret-1");
    assert_eq!(journal.find_command(&table, &command).await.unwrap(), None);
    assert_nothing_is_told(&place, &journal, &table).await;
}

#[tokio::test]
async fn what_a_process_left_is_finished_by_an_export_and_by_a_scrub() {
    for scrubs in [false, true] {
        let place = Place::new().await;
        let table = left_in_the_middle(&place).await;
        let journal = place.open().await;
        if scrubs {
            journal.scrub().await.unwrap();
        } else {
            let export = DynamoJournal::open(place.table.clone()).await.unwrap();
            let mut exported = export.export();
            while let Some(batch) = exported.next().await.unwrap() {
                assert!(batch.iter().all(|record| !record.body.contains("secret")));
            }
        }
        assert_nothing_is_told(&place, &journal, &table).await;
    }
}

#[tokio::test]
async fn who_cannot_finish_shows_nothing() {
    let place = Place::new().await;
    let table = left_in_the_middle(&place).await;
    let (journal, proxy) = place.open_behind().await;
    proxy.fail(
        "TransactWriteItems",
        vec![DynamoFault::Error("ThrottlingException"); 100],
    );
    let refused = journal.read(&table, Version(0)).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    proxy.heal();
    assert_nothing_is_told(&place, &journal, &table).await;
}

#[tokio::test]
async fn several_that_finish_at_once_finish_the_same() {
    let place = std::sync::Arc::new(Place::new().await);
    let table = left_in_the_middle(&place).await;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (place, table) = (std::sync::Arc::clone(&place), table.clone());
        readers.spawn(async move {
            let journal = place.open().await;
            read(&journal, &table, 0).await
        });
    }
    for records in readers.join_all().await {
        assert!(records[1].is_withheld && records[1].events.is_empty());
    }
    let journal = place.open().await;
    assert_nothing_is_told(&place, &journal, &table).await;
}
