//! What a start finds on the disk and in the bucket, and what it makes of it.

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{append, head, live, open, read, said};
use store::replica::ReplicaError;
use store::sqlite::SqliteJournal;
use store::{Ack, chain};

use crate::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_disk_is_told_everything_again() {
    let place = Place::new(Ack::Strict);
    let before = {
        let journal: Subject = place.open().await;
        let (table, code) = open(&journal, 1).await;
        for version in 1..50 {
            let commit = said("hello", &format!("say-{version}"), live(&code, version));
            append(&journal, &table, version, commit).await;
        }
        (
            table.clone(),
            read(&journal, &table, 0).await,
            journal.next_due().await.unwrap(),
        )
    };
    // Nothing was closed: as after a kill.
    place.wipe();
    let journal: Subject = place.open().await;
    let (table, records, next_due) = before;
    assert_eq!(read(&journal, &table, 0).await, records);
    assert_eq!(chain::verify(&table, &records), Ok(()));
    assert_eq!(journal.next_due().await.unwrap(), next_due);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_behind_takes_what_it_lacks() {
    let place = Place::new(Ack::Strict);
    let other = place.beside();
    let table = {
        let journal: Subject = place.open().await;
        open(&journal, 1).await.0
    };
    {
        let journal: Subject = other.open().await;
        let code = store::conformance::steps::code(1);
        append(&journal, &table, 1, said("me", "say-one", live(&code, 5))).await;
    }
    let journal: Subject = place.open().await;
    assert_eq!(head(&journal, &table).await, Version(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fills_an_empty_bucket() {
    let place = Place::new(Ack::Strict);
    let records = {
        let journal = std::sync::Arc::new(SqliteJournal::open(place.sqlite()).await.unwrap());
        let subject: Subject = journal.clone();
        let (table, code) = open(&subject, 1).await;
        append(&subject, &table, 1, said("me", "say-one", live(&code, 5))).await;
        journal.close().await.unwrap();
        read(&subject, &table, 0).await
    };
    place.open().await.close().await.unwrap();
    place.wipe();
    let journal: Subject = place.open().await;
    let table = store::conformance::steps::table(1);
    assert_eq!(read(&journal, &table, 0).await, records);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_and_a_bucket_that_disagree_are_both_left_alone() {
    let place = Place::new(Ack::Strict);
    let other = place.beside();
    {
        let journal: Subject = place.open().await;
        open(&journal, 1).await;
    }
    {
        let journal: Subject =
            std::sync::Arc::new(SqliteJournal::open(other.sqlite()).await.unwrap());
        open(&journal, 2).await;
    }
    let ledger = place.bucket.names("").await;
    let refused = other.try_open().await;
    assert!(
        matches!(refused, Err(ReplicaError::Disagree { .. })),
        "{refused:?}"
    );
    assert_eq!(place.bucket.names("").await, ledger);
    let journal = SqliteJournal::open(other.sqlite()).await.unwrap();
    assert_eq!(journal.tables().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_with_other_objects_is_left_alone() {
    let place = Place::new(Ack::Strict);
    place.bucket.plant("holiday.jpg", b"sun").await;
    let refused = place.try_open().await;
    let Err(ReplicaError::Foreign { object }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(object, "holiday.jpg");
    assert_eq!(place.bucket.names("").await, ["holiday.jpg"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_segment_stops_the_start_and_is_named() {
    let place = Place::new(Ack::Strict);
    {
        let journal: Subject = place.open().await;
        open(&journal, 1).await;
    }
    let pages = place.bucket.names("log/").await;
    place.bucket.plant(&pages[0], b"{\"format\":1,\"segm").await;
    place.wipe();
    let refused = place.try_open().await;
    let Err(ReplicaError::Damaged(why)) = refused else {
        panic!("{refused:?}");
    };
    assert!(why.contains(&pages[0]), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_journal_leaves_its_epoch_ended() {
    let place = Place::new(Ack::Async);
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    append(&subject, &table, 1, said("me", "say-one", live(&code, 5))).await;
    journal.close().await.unwrap();
    let overview = store::replica::overview(&*place.bucket).await.unwrap();
    let overview = overview.unwrap();
    assert!(overview.released, "{overview:?}");
    place.wipe();
    let journal: Subject = place.open().await;
    assert_eq!(head(&journal, &table).await, Version(2));
}
