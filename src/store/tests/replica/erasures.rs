//! What is taken back is taken back in every copy, and in time nothing of it is left in the bucket.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bucket::Bucket as _;
use game::{Actor, Command, CommandId, Event, TableId, Version};
use store::conformance::Subject;
use store::conformance::steps::{NOON_MS, append, code, live, open, over, read, said};
use store::replica::{MaintenanceSchedule, ReplicaJournal, overview, restore};
use store::{Ack, AppendOutcome, Journal as _, NewCommit, ProgressListener, Withholding, chain};
use tokio::time::{sleep, timeout};

use crate::place::{PATIENCE, Place};

const PLANTED: &str = "quibblewick under the stairs";

/// Plays a table at which the planted words are said, and others are said after that.
async fn talk(journal: &Arc<ReplicaJournal>, number: u8) -> TableId {
    let subject: Subject = journal.clone();
    let (table, code) = open(&subject, number).await;
    for (version, text) in [(1, PLANTED), (2, "nothing"), (3, "farewell")] {
        let line = said(text, &format!("say-it-{version}"), live(&code, 9));
        append(&subject, &table, version, line).await;
    }
    table
}

async fn erase(journal: &Arc<ReplicaJournal>, table: &TableId) {
    let commit = NewCommit {
        command_id: CommandId::of_operator(Version(4)),
        actor: Actor::Operator,
        command: Command::Erase {},
        at_ms: NOON_MS + 9,
        events: vec![Event::Erased {}],
        index: over(&code(1)),
    };
    let erased = journal.withhold(table, Version(4), commit, Withholding::Everything);
    assert_eq!(erased.await.unwrap(), AppendOutcome::Appended(Version(5)));
    journal.scrub().await.unwrap();
}

fn tells(bytes: &[u8]) -> bool {
    let word = PLANTED.as_bytes();
    bytes.windows(word.len()).any(|found| found == word)
}

/// Returns a file of a folder that holds the planted words.
fn telling_file(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths = files.map(|file| file.unwrap().path());
    paths.find(|path| tells(&std::fs::read(path).unwrap_or_default()))
}

/// Whether an object of the bucket does, once it is unpacked.
async fn bucket_tells(place: &Place) -> bool {
    for name in place.bucket.names("").await {
        let object = place.bucket.get(&name).await.unwrap();
        let body = object.map(|object| object.body).unwrap_or_default();
        let unpacked = zstd::stream::decode_all(&*body).unwrap_or_default();
        if tells(&body) || tells(&unpacked) {
            return true;
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_reaches_every_disk_that_follows_and_every_restore() {
    for ack in [Ack::Strict, Ack::Async] {
        let place = Place::new(ack);
        let journal = place.open().await;
        let table = talk(&journal, 1).await;
        journal.close().await.unwrap();
        drop(journal);
        // Another disk has all of it, and is put aside.
        let stale = place.beside();
        let journal = stale.open().await;
        journal.close().await.unwrap();
        drop(journal);
        let folder = |place: &Place| place.path().parent().unwrap().to_owned();
        assert!(telling_file(&folder(&stale)).is_some());

        let journal = place.open().await;
        erase(&journal, &table).await;
        let other = talk(&journal, 2).await;
        journal.close().await.unwrap();
        drop(journal);

        let fresh = place.beside();
        let restored = restore(&*place.bucket, &fresh.path(), &ProgressListener::none()).await;
        let summary = restored.unwrap();
        assert_eq!((summary.records, summary.withheld), (9, 4));
        let journal = stale.open().await;
        let subject: Subject = journal.clone();
        let told = read(&subject, &table, 0).await;
        assert!(told[..4].iter().all(|record| record.is_withheld));
        assert_eq!(chain::verify(&table, &told), Ok(()));
        assert_eq!(read(&subject, &other, 0).await.len(), 4);
        // The other table tells the same words, and must be all that does.
        erase(&journal, &other).await;
        // A snapshot from before may just be restored on trial, in a file of its own beside the journal.
        let silent = timeout(PATIENCE, async {
            while telling_file(&folder(&stale)).is_some() {
                sleep(Duration::from_millis(50)).await;
            }
        });
        let silent = silent.await;
        assert!(silent.is_ok(), "{:?} tells", telling_file(&folder(&stale)));
        journal.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_without_what_was_erased_is_made_soon_and_in_time_nothing_else_is_left() {
    let mut place = Place::new(Ack::Strict);
    place.schedule = MaintenanceSchedule {
        snapshot: Duration::from_secs(1),
        retention: Duration::from_hours(1),
    };
    let journal = place.open().await;
    let table = talk(&journal, 1).await;
    covered(&place, 4).await;
    erase(&journal, &table).await;
    covered(&place, 5).await;
    assert!(bucket_tells(&place).await, "older objects still tell it");
    // Nothing is written any more, and time goes by.
    place.pass(Duration::from_hours(1));
    let emptied = timeout(PATIENCE, async {
        while bucket_tells(&place).await {
            sleep(Duration::from_millis(50)).await;
        }
    });
    emptied.await.unwrap();
    let elsewhere = place.beside();
    let restored = restore(&*place.bucket, &elsewhere.path(), &ProgressListener::none()).await;
    let summary = restored.unwrap();
    assert_eq!((summary.records, summary.withheld), (5, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_does_not_wait_for_the_next_snapshot_also_after_a_restart() {
    let place = Place::new(Ack::Strict);
    let journal = place.open().await;
    let table = talk(&journal, 1).await;
    erase(&journal, &table).await;
    journal.close().await.unwrap();
    drop(journal);
    let journal = place.open().await;
    covered(&place, 5).await;
    assert!(journal.replica().unwrap().fenced_by.is_none());
}

/// Waits until a snapshot holds a position.
async fn covered(place: &Place, position: u64) {
    let made = timeout(PATIENCE, async {
        loop {
            let seen = overview(&*place.bucket).await.unwrap().unwrap();
            if seen.snapshots.first().map(|one| one.position) >= Some(position) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    made.await.unwrap();
}
