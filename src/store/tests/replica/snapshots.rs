//! Snapshots: made, tried, begun with, and what they allow to let go of.

use std::sync::Arc;
use std::time::Duration;

use game::{TableId, Version};
use store::ProgressListener;
use store::conformance::Subject;
use store::conformance::steps::{append, code, head, live, open, read, said};
use store::replica::{MaintenanceSchedule, ReplicaJournal, overview, restore};
use store::{Ack, Journal as _, chain};
use tokio::time::{sleep, timeout};

use crate::place::{PATIENCE, Place};

/// A place where a snapshot is due whenever something was written.
fn place(ack: Ack) -> Place {
    let mut place = Place::new(ack);
    place.schedule = MaintenanceSchedule {
        snapshot: Duration::ZERO,
        retention: Duration::from_hours(1),
    };
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_restored_on_trial_and_then_begun_with() {
    for ack in [Ack::Strict, Ack::Async] {
        let place = place(ack);
        let journal = place.open().await;
        let table = play(&journal, 1, 20).await;
        snapshot_of(&place, &journal, 20).await;
        assert!(journal.replica().unwrap().last_verified_ms.is_some());
        play_on(&journal, &table, 20, 25).await;
        let subject: Subject = journal.clone();
        let before = read(&subject, &table, 0).await;
        journal.close().await.unwrap();
        drop((journal, subject));

        // Whoever begins with the snapshot need not read what it covers.
        let pages = place.bucket.names("log/").await;
        place.bucket.plant(&pages[0], b"garbage").await;
        place.wipe();
        let after: Subject = place.open().await;
        assert_eq!(read(&after, &table, 0).await, before);
        assert_eq!(chain::verify(&table, &before), Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_snapshot_is_passed_over() {
    let place = place(Ack::Strict);
    let journal = place.open().await;
    let table = play(&journal, 1, 5).await;
    snapshot_of(&place, &journal, 5).await;
    drop(journal);
    let parts = place.bucket.names("snapshots/").await;
    place.bucket.plant(&parts[0], b"garbage").await;
    place.wipe();
    let after: Subject = place.open().await;
    assert_eq!(head(&after, &table).await, Version(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_the_retention_is_let_go_of_and_the_rest_restores() {
    let place = place(Ack::Strict);
    let journal = place.open().await;
    let table = play(&journal, 1, 10).await;
    snapshot_of(&place, &journal, 10).await;
    play_on(&journal, &table, 10, 12).await;
    snapshot_of(&place, &journal, 12).await;
    place.pass(Duration::from_hours(2));
    play_on(&journal, &table, 12, 14).await;
    snapshot_of(&place, &journal, 14).await;
    let let_go = timeout(PATIENCE, async {
        while view(&place).await.floor < 12 {
            sleep(Duration::from_millis(20)).await;
        }
        // The deletions follow the decision.
        while view(&place).await.log.objects > 3 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let_go.await.unwrap();
    let view = view(&place).await;
    assert_eq!(view.snapshots.len(), 2, "{view:?}");

    drop(journal);
    place.wipe();
    let after: Subject = place.open().await;
    assert_eq!(head(&after, &table).await, Version(14));
    // A disk that stopped before the floor takes a snapshot, too.
    let stale = place.beside();
    assert_eq!(
        head(&(stale.open().await as Subject), &table).await,
        Version(14)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_restores_while_the_first_writes() {
    let place = place(Ack::Strict);
    let journal = place.open().await;
    let table = play(&journal, 1, 10).await;
    let elsewhere = place.beside();
    let summary = restore(&*place.bucket, &elsewhere.path(), &ProgressListener::none()).await;
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.tables), (10, 1));
    play_on(&journal, &table, 10, 12).await;
    assert!(journal.replica().unwrap().fenced_by.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_from_nothing() {
    let place = place(Ack::Strict);
    let restored = restore(&*place.bucket, &place.path(), &ProgressListener::none()).await;
    assert!(
        matches!(restored, Err(store::replica::ReplicaError::Nothing)),
        "{restored:?}"
    );
    assert!(!place.path().exists());
}

/// Opens table `number` and writes until it stands at `version`.
async fn play(journal: &Arc<ReplicaJournal>, number: u8, version: u64) -> TableId {
    let subject: Subject = journal.clone();
    let (table, _) = open(&subject, number).await;
    play_on(journal, &table, 1, version).await;
    table
}

async fn play_on(journal: &Arc<ReplicaJournal>, table: &TableId, from: u64, to: u64) {
    let subject: Subject = journal.clone();
    for version in from..to {
        let commit = said("me", &format!("say-{version}"), live(&code(1), version));
        append(&subject, table, version, commit).await;
    }
}

/// Waits until a snapshot holds a position and has been tried.
async fn snapshot_of(place: &Place, journal: &Arc<ReplicaJournal>, position: u64) {
    let made = timeout(PATIENCE, async {
        loop {
            let newest = view(place).await.snapshots.first().map(|one| one.position);
            if newest >= Some(position) && journal.replica().unwrap().last_verified_ms.is_some() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    made.await.unwrap();
}

async fn view(place: &Place) -> store::replica::ReplicaOverview {
    overview(&*place.bucket).await.unwrap().unwrap()
}
