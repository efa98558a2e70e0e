//! What holds when an answer is lost on its way.

use game::Version;
use servers::DynamoFault;
use store::conformance::steps::{
    append, code, command_id, live, open, opened, over, read, room, said, table,
};
use store::{AppendOutcome, StoreError};

use crate::place::Place;

const WRITE: &str = "TransactWriteItems";

#[tokio::test]
async fn an_append_whose_answer_is_lost_is_sent_again_and_kept_once() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    let (table, code) = open(&journal, 1).await;
    proxy.fail(WRITE, [DynamoFault::Lost, DynamoFault::Lost]);
    append(&journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    assert_eq!(proxy.faults_left(), 0);
    append(&journal, &table, 2, said("two", "say-two", live(&code, 9))).await;
    assert_eq!(read(&journal, &table, 0).await.len(), 3);
}

/// The token makes one append of all its attempts, and no other command's: a repeat is known as one.
#[tokio::test]
async fn a_repeat_within_the_life_of_the_token_is_no_second_append() {
    let place = Place::new().await;
    let (journal, other) = (place.open().await, place.open().await);
    let (table, code) = open(&journal, 1).await;
    let commit = said("one", "say-one", live(&code, 9));
    append(&journal, &table, 1, commit.clone()).await;
    for journal in [&journal, &other] {
        let again = journal.append(&table, Version(1), commit.clone()).await;
        assert!(matches!(again, Ok(AppendOutcome::Repeated(_))), "{again:?}");
    }
}

#[tokio::test]
async fn an_append_of_which_nothing_is_heard_is_unavailable_and_a_repeat_tells() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    let (table, code) = open(&journal, 1).await;
    let commit = said("one", "say-one", live(&code, 9));
    proxy.fail(WRITE, vec![DynamoFault::Lost; 100]);
    let lost = journal.append(&table, Version(1), commit.clone()).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");

    let other = place.open().await;
    for journal in [&other, &journal] {
        if proxy.faults_left() > 0 {
            proxy.heal();
        }
        let repeated = journal
            .append(&table, Version(1), commit.clone())
            .await
            .unwrap();
        let found = journal.find_command(&table, &command_id("say-one")).await;
        let found = found.unwrap().unwrap();
        assert_eq!(repeated, AppendOutcome::Repeated(Box::new(found)));
    }
    assert_eq!(read(&other, &table, 0).await.len(), 2);
}

#[tokio::test]
async fn an_opening_whose_answer_is_lost_is_one_opening() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    proxy.fail(WRITE, [DynamoFault::Lost]);
    let opening = opened(&code(1), "open-the-table");
    let answer = journal.open(&table(1), Version(0), &room(1), opening).await;
    assert_eq!(answer.unwrap(), Ok(AppendOutcome::Appended(Version(1))));
    assert_eq!(journal.count_live().await.unwrap(), 1);
    // The number of openings is one, so that another process finds the room that is left.
    let bye = said("bye", "say-bye", over(&code(1)));
    append(&journal, &table(1), 1, bye).await;
    let other = place.open().await;
    let opening = opened(&code(2), "open-the-table");
    let answer = other.open(&table(2), Version(0), &room(1), opening).await;
    assert!(answer.unwrap().is_ok());
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_is_asked_again() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    let (table, _) = open(&journal, 1).await;
    for operation in ["Query", "GetItem", "BatchGetItem"] {
        proxy.fail(operation, [DynamoFault::Lost]);
    }
    assert_eq!(read(&journal, &table, 0).await.len(), 1);
    assert_eq!(journal.head(&table).await.unwrap(), Version(1));
    assert_eq!(journal.heads(&[table]).await.unwrap(), [Version(1)]);
    assert_eq!(proxy.faults_left(), 0);
}
