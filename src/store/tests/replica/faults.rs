//! What becomes of commands while the bucket fails, and afterwards.

use std::sync::atomic::Ordering;
use std::time::Instant;

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{append, head, live, open, said};
use store::replica::ReplicaError;
use store::{Ack, AppendOutcome, Journal as _, StoreError};
use tokio::time::timeout;

use crate::place::{PATIENCE, Place};

#[tokio::test(flavor = "multi_thread")]
async fn in_an_outage_a_command_is_refused_soon_and_kept_once_when_it_ends() {
    let place = Place::new(Ack::Strict);
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    place.bucket.is_down.store(true, Ordering::Relaxed);

    let commit = said("me", "say-one", live(&code, 5));
    let began = Instant::now();
    let refused = journal.append(&table, Version(1), commit.clone()).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    // The next one need not find it out again.
    let next = said("you", "say-two", live(&code, 5));
    let refused = journal.append(&table, Version(1), next).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    assert!(journal.check().await.is_err());
    assert_eq!(
        head(&subject, &table).await,
        Version(1),
        "nothing is shown that is not kept"
    );
    assert!(!journal.replica().unwrap().is_well());

    place.bucket.is_down.store(false, Ordering::Relaxed);
    let kept = timeout(PATIENCE, async {
        loop {
            let kept = journal.append(&table, Version(1), commit.clone()).await;
            if let Ok(kept) = kept {
                return kept;
            }
            tokio::task::yield_now().await;
        }
    });
    let kept = kept.await.unwrap();
    let version = match kept {
        AppendOutcome::Appended(version) => version,
        AppendOutcome::Repeated(record) => record.version,
    };
    assert_eq!(version, Version(2));
    assert!(journal.replica().unwrap().is_well());
    place.wipe();
    let beside = place.beside();
    let after: Subject = beside.open().await;
    assert_eq!(head(&after, &table).await, Version(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_write_whose_answer_was_lost_is_known_again() {
    let place = Place::new(Ack::Strict);
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    place.bucket.loses_answers.store(true, Ordering::Relaxed);
    for version in 1..4 {
        let commit = said("me", &format!("say-{version}"), live(&code, 5));
        append(&subject, &table, version, commit).await;
    }
    assert_eq!(journal.replica().unwrap().fenced_by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_mode_is_refused_where_conditions_are_ignored() {
    let place = Place::new(Ack::Strict);
    place
        .bucket
        .ignores_conditions
        .store(true, Ordering::Relaxed);
    let refused = place.try_open().await;
    assert!(
        matches!(refused, Err(ReplicaError::Unconditional)),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_arrive_while_a_segment_is_written_share_the_next_one() {
    let place = Place::new(Ack::Strict);
    let journal = place.open().await;
    let before = place.bucket.creations.load(Ordering::Relaxed);
    place.bucket.is_down.store(true, Ordering::Relaxed);
    let mut tables = tokio::task::JoinSet::new();
    for number in 0..30 {
        let subject: Subject = journal.clone();
        tables.spawn(async move { open(&subject, number).await });
    }
    tokio::task::yield_now().await;
    place.bucket.is_down.store(false, Ordering::Relaxed);
    tables.join_all().await;
    let status = journal.replica().unwrap();
    assert_eq!((status.position, status.local_position), (30, 30));
    assert!(
        status.segments < 15,
        "{} segments for 30 commands",
        status.segments
    );
    assert!(before > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn async_mode_answers_through_an_outage_and_catches_up() {
    let place = Place::new(Ack::Async);
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    place.bucket.is_down.store(true, Ordering::Relaxed);
    let (table, code) = open(&subject, 1).await;
    append(&subject, &table, 1, said("me", "say-one", live(&code, 5))).await;
    assert_eq!(journal.replica().unwrap().lag_records(), 2);
    place.bucket.is_down.store(false, Ordering::Relaxed);
    let caught_up = timeout(PATIENCE, async {
        while journal.replica().unwrap().lag_records() > 0 {
            tokio::task::yield_now().await;
        }
    });
    caught_up.await.unwrap();
    place.wipe();
    let beside = place.beside();
    let after: Subject = beside.open().await;
    assert_eq!(head(&after, &table).await, Version(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_fail_after_the_bucket_has_them_are_made_up_for() {
    let place = Place::new(Ack::Strict);
    let journal = place.open().await;
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, 1).await;
    let (other, other_code) = open(&subject, 2).await;
    // Deferred, so that it is the commit that fails, after the bucket has been written.
    let rival = rusqlite::Connection::open(place.path()).unwrap();
    rival
        .execute_batch(
            "CREATE TABLE owner (id INTEGER PRIMARY KEY);
             CREATE TABLE trap (id INTEGER REFERENCES owner (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER spring AFTER INSERT ON records BEGIN INSERT INTO trap VALUES (1); END",
        )
        .unwrap();
    let commit = said("me", "say-one", live(&code, 5));
    let failed = journal.append(&table, Version(1), commit.clone()).await;
    assert!(failed.is_err(), "{failed:?}");
    // A second one, which has the first to make up for, fails like it.
    let also = said("me", "say-more", live(&other_code, 5));
    let failed = journal.append(&other, Version(1), also.clone()).await;
    assert!(failed.is_err(), "{failed:?}");
    rival.execute_batch("DROP TRIGGER spring").unwrap();

    let again = journal.append(&table, Version(1), commit).await.unwrap();
    assert!(matches!(again, AppendOutcome::Repeated(_)), "{again:?}");
    let again = journal.append(&other, Version(1), also).await.unwrap();
    assert!(matches!(again, AppendOutcome::Repeated(_)), "{again:?}");
    append(&subject, &table, 2, said("you", "say-two", live(&code, 5))).await;
    let beside = place.beside();
    let after: Subject = beside.open().await;
    assert_eq!(head(&after, &table).await, Version(3));
}
