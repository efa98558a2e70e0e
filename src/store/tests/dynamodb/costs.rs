//! What each call asks of the service.

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{append, code, live, open, opened, over, room, said, table};
use store::{AppendOutcome, StoreError};

use crate::place::Place;

/// The transactions and the strongly consistent reads of a call.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    transactions: u32,
    reads: u32,
    all: u32,
}

const fn asked(transactions: u32, reads: u32) -> Asked {
    Asked {
        transactions,
        reads,
        all: transactions + reads,
    }
}

fn count(proxy: &servers::DynamoProxy) -> Asked {
    let counts = proxy.take_counts();
    Asked {
        transactions: counts.of("TransactWriteItems"),
        reads: counts.consistent_reads,
        all: counts.all(),
    }
}

async fn say(journal: &Subject, version: u64) {
    let commit = said("on", &format!("say-{version}"), live(&code(1), 9));
    append(journal, &table(1), version, commit).await;
}

#[tokio::test]
async fn a_command_of_a_process_that_knows_the_table_is_one_transaction_and_no_read() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    assert_eq!(count(&proxy), asked(1, 0), "the opening");
    for version in 1..4 {
        say(&journal, version).await;
        assert_eq!(count(&proxy), asked(1, 0), "at version {version}");
    }
    let last = said("bye", "say-bye", over(&code(1)));
    append(&journal, &table(1), 4, last).await;
    assert_eq!(count(&proxy), asked(1, 0), "the end");
}

#[tokio::test]
async fn a_command_of_a_process_that_has_read_the_table_is_one_transaction_and_no_more() {
    let place = Place::new().await;
    let other = place.open().await;
    open(&other, 1).await;
    for version in 1..80 {
        say(&other, version).await;
    }
    let (id, state) = (table(1), "the state".to_owned());
    let kept = other.keep_snapshot(&id, 1, Version(64), state);
    kept.await.unwrap();

    let (journal, proxy) = place.open_behind().await;
    let snapshot = journal.snapshot(&table(1), 1).await.unwrap();
    assert_eq!(snapshot, Some((Version(64), "the state".to_owned())));
    assert_eq!(count(&proxy), asked(0, 1), "the snapshot and its record");
    let news = journal.read(&table(1), Version(64)).await.unwrap();
    assert_eq!(news.len(), 16);
    assert_eq!(count(&proxy), asked(0, 1), "what came after it");
    say(&journal, 80).await;
    assert_eq!(count(&proxy), asked(1, 0), "the command");
}

#[tokio::test]
async fn a_command_of_a_process_that_knows_nothing_reads_once() {
    let place = Place::new().await;
    let other = place.open().await;
    open(&other, 1).await;
    let (journal, proxy) = place.open_behind().await;
    say(&journal, 1).await;
    assert_eq!(count(&proxy), asked(1, 1));
}

#[tokio::test]
async fn a_look_is_one_read_and_so_are_all_heads() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    say(&journal, 1).await;
    proxy.take_counts();
    assert_eq!(journal.read(&table(1), Version(1)).await.unwrap().len(), 1);
    assert_eq!(count(&proxy), asked(0, 1));
    assert_eq!(journal.read(&table(1), Version(2)).await.unwrap(), []);
    assert_eq!(count(&proxy), asked(0, 1));
    journal
        .heads(&[table(1), table(2), table(3)])
        .await
        .unwrap();
    assert_eq!(count(&proxy), asked(0, 1));
    journal.find_code(&code(1)).await.unwrap();
    assert_eq!(count(&proxy), asked(0, 1));
}

#[tokio::test]
async fn who_comes_too_late_learns_it_from_the_transaction_and_a_repeat_from_one_more_look() {
    let place = Place::new().await;
    let (one, other) = (place.open().await, place.open_behind().await);
    let (journal, proxy) = other;
    open(&journal, 1).await;
    say(&one, 1).await;
    proxy.take_counts();
    let late = said("late", "say-late", live(&code(1), 9));
    let refused = journal.append(&table(1), Version(1), late).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict { .. })),
        "{refused:?}"
    );
    assert_eq!(count(&proxy), asked(1, 0));
    // The refusal has told where the table stands.
    say(&journal, 2).await;
    assert_eq!(count(&proxy), asked(1, 0));
    let again = said("on", "say-2", live(&code(1), 9));
    let again = journal.append(&table(1), Version(3), again).await;
    assert!(matches!(again, Ok(AppendOutcome::Repeated(_))), "{again:?}");
    assert_eq!(
        count(&proxy),
        asked(1, 2),
        "the record, and whether it is withheld"
    );
}

#[tokio::test]
async fn an_opening_counts_each_shard_once_while_nobody_else_opens() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    let opening = |number| opened(&code(number), "open-the-table");
    let first = journal
        .open(&table(1), Version(0), &room(9), opening(1))
        .await;
    assert!(first.unwrap().is_ok());
    assert_eq!(
        count(&proxy),
        asked(1, 5),
        "four shards, and the number of openings"
    );
    let second = journal
        .open(&table(2), Version(0), &room(9), opening(2))
        .await;
    assert!(second.unwrap().is_ok());
    assert_eq!(count(&proxy), asked(1, 4));
}

/// The units of one command, as the price list counts them: two for each of the record, the command and the head, which
/// fit a unit each, and what the index takes where the deadline moves.
#[tokio::test]
async fn a_usual_command_costs_six_write_units_and_a_new_deadline_four_more() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    say(&journal, 1).await;
    proxy.take_counts();
    say(&journal, 2).await;
    let usual = proxy.take_counts();
    assert!((usual.write_units - 6.0).abs() < 0.1, "{usual:?}");
    let moved = said("on", "say-3", live(&code(1), 10));
    append(&journal, &table(1), 3, moved).await;
    let moved = proxy.take_counts();
    assert!((moved.write_units - 10.0).abs() < 0.1, "{moved:?}");
}
