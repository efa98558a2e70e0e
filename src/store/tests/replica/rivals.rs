//! Two processes at one bucket: one writes, the other learns that it does not.

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{append, head, live, open, said};
use store::{Ack, Journal as _, StoreError};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::place::{PATIENCE, Place};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_taken_over_answers_nothing_more() {
    let place = Place::new(Ack::Strict);
    let old = place.open().await;
    let subject: Subject = old.clone();
    let (table, code) = open(&subject, 1).await;
    assert_eq!(old.head_at_once(&table), Some(Version(1)));
    let new = place.beside();
    let taken: Subject = new.open().await;
    append(&taken, &table, 1, said("new", "say-new", live(&code, 5))).await;

    let late = old
        .append(&table, Version(1), said("old", "say-old", live(&code, 5)))
        .await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    timeout(PATIENCE, old.fenced()).await.unwrap();
    assert!(old.read(&table, Version(0)).await.is_err());
    assert_eq!(old.head_at_once(&table), None);
    assert!(old.check().await.is_err());
    assert!(old.replica().unwrap().fenced_by.is_some());
    // Closing it changes nothing for the other.
    drop(old.close().await);
    append(&taken, &table, 2, said("new", "say-more", live(&code, 5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_idle_learns_of_it_too() {
    for ack in [Ack::Strict, Ack::Async] {
        let place = Place::new(ack);
        let old = place.open().await;
        let beside = place.beside();
        let _new = beside.open().await;
        timeout(PATIENCE, old.fenced()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_take_over_at_once_one_writes() {
    let place = Place::new(Ack::Strict);
    let mut starts = JoinSet::new();
    for _ in 0..6 {
        let beside = place.beside();
        starts.spawn(async move {
            let journal = beside.open().await;
            (beside, journal)
        });
    }
    let started = starts.join_all().await;
    let mut wrote = 0;
    for (number, (_, journal)) in (1_u8..).zip(&started) {
        let commit = store::conformance::steps::opened(
            &store::conformance::steps::code(number),
            "open-the-table",
        );
        let table = store::conformance::steps::table(number);
        wrote += usize::from(journal.append(&table, Version(0), commit).await.is_ok());
    }
    assert_eq!(wrote, 1);
    let after: Subject = place.open().await;
    assert_eq!(after.count_live().await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_async_mode_has_not_written_yet_is_not_passed_off_as_kept() {
    let place = Place::new(Ack::Async);
    let old = place.open().await;
    let subject: Subject = old.clone();
    let (table, _) = open(&subject, 1).await;
    timeout(PATIENCE, async {
        while old.replica().unwrap().lag_records() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    let beside = place.beside();
    let new: Subject = beside.open().await;
    assert_eq!(head(&new, &table).await, Version(1));
    timeout(PATIENCE, old.fenced()).await.unwrap();
    let late = said(
        "old",
        "say-old",
        live(&store::conformance::steps::code(1), 5),
    );
    let late = old.append(&table, Version(1), late).await;
    assert!(late.is_err(), "{late:?}");
}
