//! What the chain shows, and what it is in every release.

use game::{Actor, Code, Command, CommandId, Event, SeatNo, Seed, TableId, Version};

use super::{ChainError, StoredRecord, commit_to, root, verify};
use crate::{NewCommit, Record, StoreError, TableIndex};

#[test]
fn a_journal_as_it_was_written_is_whole() {
    assert_eq!(verify(&table(), &journal(5)), Ok(()));
    assert_eq!(verify(&table(), &[]), Ok(()));
}

#[test]
fn an_altered_event_breaks_the_chain_at_its_version() {
    let mut records = journal(5);
    records[2].events = vec![said("something else")];
    let broken = verify(&table(), &records).unwrap_err();
    assert_eq!(broken.version, Version(3));
    assert_eq!(broken.why, "what it tells is not what was hashed");
}

#[test]
fn every_altered_field_breaks_the_chain() {
    let alter: [fn(&mut Record); 6] = [
        |record| record.at_ms += 1,
        |record| record.command_id = CommandId::parse("command-of-another").unwrap(),
        |record| record.actor = Actor::Clock,
        |record| record.command = Command::PassTime {},
        |record| record.before = "00".repeat(32),
        |record| record.hash = "00".repeat(32),
    ];
    for change in alter {
        let mut records = journal(3);
        change(&mut records[1]);
        let broken = verify(&table(), &records).unwrap_err();
        assert_eq!(broken.version, Version(2), "{broken}");
    }
}

#[test]
fn a_record_left_out_is_named() {
    let mut records = journal(5);
    records.remove(1);
    let expected = ChainError {
        version: Version(2),
        why: "in its place stands version 3".to_owned(),
    };
    assert_eq!(verify(&table(), &records), Err(expected));
}

#[test]
fn a_record_rewritten_with_its_hash_breaks_the_chain_at_the_next() {
    let mut records = journal(3);
    let before = hex::decode(&records[0].hash).unwrap().try_into().unwrap();
    let rewritten = StoredRecord::new(commit(2, "otherwise"), None, Version(2), before);
    records[1] = rewritten.record(&table()).unwrap();
    let broken = verify(&table(), &records).unwrap_err();
    assert_eq!(broken.version, Version(3));
    assert_eq!(broken.why, "it does not follow the record before it");
}

#[test]
fn a_journal_does_not_fit_another_table() {
    let other = TableId::from_random([9; TableId::LEN]);
    assert_eq!(verify(&other, &journal(2)).unwrap_err().version, Version(1));
}

#[test]
fn a_kept_text_that_was_altered_is_damage_at_its_version() {
    let mut kept = StoredRecord::new(commit(1, "as it was"), None, Version(1), root(&table()));
    kept.body = kept.body.replace("as it was", "as it is");
    assert!(matches!(
        kept.record(&table()),
        Err(StoreError::Damaged { version, .. }) if version == Version(1)
    ));
}

#[test]
fn an_event_this_release_does_not_know_is_of_a_newer_one_and_no_damage() {
    let known = StoredRecord::new(commit(1, "hello"), None, Version(1), root(&table()));
    let body = known.body.replace("\"said\"", "\"sung\"");
    let hash = super::hash(&known.before, &body);
    let unknown = StoredRecord {
        body,
        hash,
        ..known
    };
    assert!(matches!(
        unknown.record(&table()),
        Err(StoreError::NewerRelease { version, .. }) if version == Version(1)
    ));
}

#[test]
fn the_hash_of_a_record_is_the_same_in_every_release() {
    let kept = StoredRecord::new(commit(1, "hello"), None, Version(1), root(&table()));
    assert_eq!(
        kept.body,
        r#"{"version":1,"at_ms":1001,"command_id":"command-number-1","actor":{"seat":1},"command":{"do":"say","text":"hello"},"events":[{"event":"said","seat":1,"text":"hello"}]}"#
    );
    assert_eq!(hex::encode(root(&table())), PINNED_ROOT);
    assert_eq!(hex::encode(kept.hash), PINNED_HASH);
}

#[test]
fn a_commitment_is_the_sha_256_of_the_bytes_of_the_seed() {
    assert_eq!(
        commit_to(&Seed([0; 32])),
        "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    );
}

// Made with another implementation of SHA-256 than the crate's.
const PINNED_ROOT: &str = "efb117ce4af0d342c1d65b3a36c167718c3fd8cf7c84c52589d20e36bec8886b";
const PINNED_HASH: &str = "3186f3e7f5451949078dda887ff8471d2916e1174f6553c98f7b45937dd2a32e";

fn table() -> TableId {
    TableId::from_random([0; TableId::LEN])
}

fn said(text: &str) -> Event {
    Event::Said {
        seat: SeatNo(1),
        text: text.to_owned(),
    }
}

fn commit(number: u64, text: &str) -> NewCommit {
    NewCommit {
        command_id: CommandId::parse(&format!("command-number-{number}")).unwrap(),
        actor: Actor::Seat(SeatNo(1)),
        command: Command::Say {
            text: text.to_owned(),
        },
        at_ms: 1_000 + number,
        events: vec![said(text)],
        index: TableIndex {
            code: Code::parse("ABCDEF").unwrap(),
            deadline_ms: None,
            live: true,
        },
    }
}

fn journal(length: u64) -> Vec<Record> {
    let mut before = root(&table());
    (1..=length)
        .map(|number| {
            let kept = StoredRecord::new(commit(number, "hello"), None, Version(number), before);
            before = kept.hash;
            kept.record(&table()).unwrap()
        })
        .collect()
}
