//! Records of any size, and what is noticed when an item was changed beside the journal.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use game::{Event, SeatNo, TableId, Version};
use store::conformance::Subject;
use store::conformance::steps::{append, live, open, read, said};
use store::dynamodb::DynamoJournal;
use store::{JournalExport, NewCommit, StoreError};

use crate::place::{Place, journal_of};

/// Text that hardly compresses.
fn noise(characters: usize, seed: u64) -> String {
    let mut state = seed;
    let letters = (0..characters).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b'0' + u8::try_from((state >> 33) % 74).unwrap())
    });
    letters.collect()
}

fn many_said(texts: impl Iterator<Item = String>, command: &str, code: &game::Code) -> NewCommit {
    NewCommit {
        events: texts
            .map(|text| Event::Said {
                seat: SeatNo(1),
                text,
            })
            .collect(),
        ..said("many", command, live(code, 9))
    }
}

/// An item of the service holds 400 KB. These take one item compressed, one that is nearly full, and several.
#[tokio::test]
async fn records_of_more_than_an_item_are_kept_and_read_like_any_other() {
    let place = Place::new().await;
    let journal = place.open().await;
    let (table, code) = open(&journal, 1).await;
    let sizes = [(400, 20_000), (1, 420_000), (3, 900_000), (2, 60_000)];
    let mut commits = Vec::new();
    for (version, (count, characters)) in (1..).zip(sizes) {
        let texts = (0..count).map(|seed| match characters {
            20_000 => "the same again and again ".repeat(800),
            _ => noise(characters, seed + 1),
        });
        let commit = many_said(texts, &format!("say-{version}"), &code);
        append(&journal, &table, version, commit.clone()).await;
        commits.push(commit);
    }
    append(&journal, &table, 5, said("on", "say-on", live(&code, 9))).await;
    let other = place.open().await;
    let records = read(&other, &table, 0).await;
    assert_eq!(records.len(), 6);
    for (record, commit) in records[1..].iter().zip(&commits) {
        assert!(record.events == commit.events, "version {}", record.version);
    }
    assert_eq!(read(&other, &table, 3).await, records[3..]);
    let found = other.find_command(&table, &commits[2].command_id).await;
    assert_eq!(found.unwrap(), Some(records[3].clone()));
    assert_eq!(store::chain::verify(&table, &records), Ok(()));
}

#[tokio::test]
async fn a_record_that_no_transaction_holds_is_refused_and_leaves_no_trace() {
    let place = Place::new().await;
    let journal = place.open().await;
    let (table, code) = open(&journal, 1).await;
    let texts = (0..6).map(|seed| noise(900_000, seed + 1));
    let refused = journal
        .append(&table, Version(1), many_said(texts, "say-more", &code))
        .await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    append(&journal, &table, 1, said("on", "say-on", live(&code, 9))).await;
}

/// Opens a table and brings it to version 6, with a snapshot of version 4.
async fn play(journal: &Subject, number: u8) -> TableId {
    let (table, code) = open(journal, number).await;
    for version in 1..6 {
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        append(journal, &table, version, commit).await;
    }
    let kept = journal.keep_snapshot(&table, 1, Version(4), "the state at 4".to_owned());
    kept.await.unwrap();
    table
}

fn record(version: u64) -> String {
    format!("R#{version:020}")
}

async fn assert_damaged(journal: &Subject, table: &TableId, after: u64, at: u64) {
    let read = journal.read(table, Version(after)).await;
    assert!(
        matches!(&read, Err(StoreError::Damaged { version, .. }) if *version == Version(at)),
        "after {after}: {read:?}"
    );
}

#[tokio::test]
async fn a_record_that_is_missing_is_named() {
    let place = Place::new().await;
    let journal = place.open().await;
    let (last, middle) = (play(&journal, 1).await, play(&journal, 2).await);
    place.delete(&journal_of(&last), &record(6)).await;
    assert_damaged(&journal, &last, 0, 6).await;
    assert_damaged(&journal, &last, 5, 6).await;
    place.delete(&journal_of(&middle), &record(3)).await;
    assert_damaged(&journal, &middle, 0, 3).await;
    assert_damaged(&journal, &middle, 2, 3).await;
    assert_eq!(read(&journal, &middle, 3).await.len(), 3);
}

#[tokio::test]
async fn a_record_that_was_changed_is_named_and_no_export_hides_it() {
    let place = Place::new().await;
    let journal = place.open().await;
    let table = play(&journal, 1).await;
    let at = (&*journal_of(&table), &*record(5));
    let item = place.item(at.0, at.1).await.unwrap();
    let changed = item["body_text"]
        .as_s()
        .unwrap()
        .replace("\"on\"", "\"no\"");
    place.set(at, "body_text", AttributeValue::S(changed)).await;
    assert_damaged(&journal, &table, 0, 5).await;
    let export = DynamoJournal::open(place.table.clone()).await.unwrap();
    let verified = export.verify(&store::ProgressListener::none()).await;
    assert!(
        matches!(verified, Err(StoreError::Damaged { .. })),
        "{verified:?}"
    );
}

#[tokio::test]
async fn a_table_whose_head_is_gone_is_damaged_and_not_unknown() {
    let place = Place::new().await;
    let journal = place.open().await;
    let table = play(&journal, 1).await;
    place.delete(&journal_of(&table), "R#HEAD").await;
    let read = journal.read(&table, Version(0)).await;
    assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
}

#[tokio::test]
async fn a_snapshot_that_was_changed_is_thrown_away_and_makes_room() {
    let place = Place::new().await;
    let journal = place.open().await;
    let export = DynamoJournal::open(place.table.clone()).await.unwrap();
    let table = play(&journal, 1).await;
    let at = (&*journal_of(&table), "R#SNAP");
    let kept = Some((Version(4), "the state at 4".to_owned()));
    assert_eq!(journal.snapshot(&table, 1).await.unwrap(), kept);
    assert_eq!(export.unfit_snapshots().await.unwrap(), 0);
    for (name, value) in [
        ("snap_version", AttributeValue::N("5".to_owned())),
        ("snap_version", AttributeValue::N("900".to_owned())),
        ("snap_state", AttributeValue::B(Blob::new(*b"no state"))),
    ] {
        place.set(at, name, value).await;
        assert_eq!(export.unfit_snapshots().await.unwrap(), 1, "{name}");
        assert_eq!(journal.snapshot(&table, 1).await.unwrap(), None, "{name}");
        assert_eq!(export.unfit_snapshots().await.unwrap(), 0, "{name}");
        let again = journal.keep_snapshot(&table, 1, Version(4), "the state at 4".to_owned());
        again.await.unwrap();
        assert_eq!(journal.snapshot(&table, 1).await.unwrap(), kept, "{name}");
    }
    // A record of another story.
    let other = place.item(at.0, &record(3)).await.unwrap()["record_hash"].clone();
    place.set((at.0, &record(4)), "record_hash", other).await;
    assert_eq!(journal.snapshot(&table, 1).await.unwrap(), None);
}

/// A snapshot far behind the end of the journal is found with its record all the same.
#[tokio::test]
async fn an_old_snapshot_is_found_however_much_came_after_it() {
    let place = Place::new().await;
    let journal = place.open().await;
    let table = play(&journal, 1).await;
    let code = store::conformance::steps::code(1);
    for version in 6..120 {
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        append(&journal, &table, version, commit).await;
    }
    let kept = journal.snapshot(&table, 1).await.unwrap();
    assert_eq!(kept, Some((Version(4), "the state at 4".to_owned())));
}
