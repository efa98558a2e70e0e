//! What the service answers when it does not do what it was asked.

use game::Version;
use servers::DynamoFault;
use store::conformance::Subject;
use store::conformance::steps::{append, code, live, open, opened, read, said, table};
use store::{AppendOutcome, StoreError};

use crate::place::Place;

const WRITE: &str = "TransactWriteItems";

async fn append_once(journal: &Subject) -> Result<AppendOutcome, StoreError> {
    let commit = said("one", "say-one", live(&code(1), 9));
    journal.append(&table(1), Version(1), commit).await
}

fn assert_appended(appended: &Result<AppendOutcome, StoreError>) {
    let appended = appended.as_ref().ok();
    assert_eq!(appended, Some(&AppendOutcome::Appended(Version(2))));
}

#[tokio::test]
async fn what_is_throttled_a_few_times_is_done_in_the_end() {
    for code in [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
    ] {
        let place = Place::new().await;
        let (journal, proxy) = place.open_behind().await;
        open(&journal, 1).await;
        proxy.fail(WRITE, [DynamoFault::Error(code), DynamoFault::Error(code)]);
        proxy.fail("Query", [DynamoFault::Error(code)]);
        assert_appended(&append_once(&journal).await);
        assert_eq!(read(&journal, &table(1), 0).await.len(), 2);
        assert_eq!(proxy.faults_left(), 0);
    }
}

#[tokio::test]
async fn what_is_throttled_again_and_again_is_unavailable_and_nothing_is_appended() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    let throttled = DynamoFault::Error("ThrottlingException");
    proxy.fail(WRITE, vec![throttled; 100]);
    let refused = append_once(&journal).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let attempts = proxy.take_counts().of(WRITE);
    assert!((2..=10).contains(&attempts), "{attempts} attempts");
    let other = place.open().await;
    assert_eq!(read(&other, &table(1), 0).await.len(), 1);
    assert_appended(&append_once(&other).await);
}

#[tokio::test]
async fn a_transaction_that_meets_another_is_made_again() {
    for cause in [
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ] {
        let place = Place::new().await;
        let (journal, proxy) = place.open_behind().await;
        open(&journal, 1).await;
        let met = DynamoFault::Canceled(vec!["None", cause, "None", "None"]);
        proxy.fail(WRITE, [met.clone(), met]);
        proxy.fail(
            WRITE,
            [DynamoFault::Error("TransactionInProgressException")],
        );
        assert_appended(&append_once(&journal).await);
        assert_eq!(proxy.take_counts().of(WRITE), 1 + 4, "with the opening");
    }
}

#[tokio::test]
async fn a_transaction_that_is_canceled_for_another_reason_is_told_and_nothing_is_believed() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    for reasons in [
        vec!["None", "None", "ValidationError", "None"],
        vec!["None", "None", "None", "ItemCollectionSizeLimitExceeded"],
        vec!["None"],
    ] {
        proxy.fail(WRITE, [DynamoFault::Canceled(reasons)]);
        let refused = append_once(&journal).await;
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{refused:?}"
        );
    }
    assert_appended(&append_once(&journal).await);
}

/// A server may tell that a command is in hand elsewhere, and at the same time that the head has moved on.
#[tokio::test]
async fn a_head_that_moved_because_of_the_same_command_is_a_repeat() {
    let place = Place::new().await;
    let (one, (journal, proxy)) = (place.open().await, place.open_behind().await);
    open(&journal, 1).await;
    assert_appended(&append_once(&one).await);
    let both = DynamoFault::Canceled(vec![
        "TransactionConflict",
        "ConditionalCheckFailed",
        "None",
        "None",
    ]);
    proxy.fail(WRITE, [both]);
    let repeated = append_once(&journal).await;
    assert!(
        matches!(repeated, Ok(AppendOutcome::Repeated(_))),
        "{repeated:?}"
    );
}

/// Each condition of an opening, alone: the command, the head, the code. The number of openings is the conformance's.
#[tokio::test]
async fn each_condition_that_fails_is_told_as_what_it_is() {
    let place = Place::new().await;
    let (journal, other) = (place.open().await, place.open().await);
    open(&journal, 1).await;
    let again = opened(&code(1), "open-the-table");
    let repeated = other.append(&table(1), Version(0), again).await;
    assert!(
        matches!(repeated, Ok(AppendOutcome::Repeated(_))),
        "{repeated:?}"
    );
    let other_command = opened(&code(2), "open-it-anew");
    let conflict = place.open().await;
    let conflict = conflict.append(&table(1), Version(0), other_command).await;
    assert!(
        matches!(conflict, Err(StoreError::Conflict { .. })),
        "{conflict:?}"
    );
    let taken = opened(&code(1), "open-the-table");
    let taken = other.append(&table(2), Version(0), taken).await;
    assert!(
        matches!(taken, Err(StoreError::CodeTaken { .. })),
        "{taken:?}"
    );
}

#[tokio::test]
async fn a_right_that_is_missing_is_told_as_one() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    open(&journal, 1).await;
    proxy.fail(WRITE, [DynamoFault::Error("AccessDeniedException")]);
    let refused = append_once(&journal).await;
    let Err(StoreError::Unusable(told)) = &refused else {
        panic!("{refused:?}");
    };
    assert!(told.contains("keeps this process out"), "{told}");
    assert_appended(&append_once(&journal).await);
}

#[tokio::test]
async fn a_table_that_is_noted_while_it_is_written_is_left_to_that() {
    let place = Place::new().await;
    let (journal, proxy) = place.open_behind().await;
    let (table, code) = open(&journal, 1).await;
    let met = DynamoFault::Error("TransactionConflictException");
    proxy.fail("UpdateItem", vec![met; 100]);
    let noted = journal.note_use(std::slice::from_ref(&table), 9).await;
    noted.unwrap();
    append(&journal, &table, 1, said("on", "say-on", live(&code, 9))).await;
}
