//! Journals of every release are still read, found whole, and written the same.
//!
//! `golden/journal-1.jsonl` is an exported Chronicle with every command and every event of the first release. It is no
//! game that could be played. It is only read: a release that has more to write adds a journal beside it.

use game::{Code, TableId, Version};
use store::memory::MemoryJournal;
use store::{Journal, NewCommit, Record, TableIndex, chain};

const GOLDEN: &str = include_str!("../golden/journal-1.jsonl");

#[test]
fn the_golden_journal_still_reads_and_its_chain_is_whole() {
    let records = records();
    assert!(records.len() > 10, "{}", records.len());
    assert_eq!(chain::verify(&table(), &records), Ok(()));
}

#[tokio::test]
async fn this_release_writes_the_golden_journal_as_the_first_did() {
    let (journal, table) = (MemoryJournal::default(), table());
    for (version, record) in (0..).zip(records()) {
        let commit = NewCommit {
            command_id: record.command_id,
            actor: record.actor,
            command: record.command,
            at_ms: record.at_ms,
            events: record.events,
            index: TableIndex {
                code: Code::from_random([9; Code::LEN]),
                deadline_ms: None,
                live: true,
            },
        };
        let appended = journal.append(&table, Version(version), commit).await;
        appended.unwrap();
    }
    let written = journal.read(&table, Version(0)).await.unwrap();
    assert_eq!(written.len(), GOLDEN.lines().count());
    for (line, (golden, record)) in (1..).zip(GOLDEN.lines().zip(written)) {
        let now = serde_json::to_string(&record).unwrap();
        assert_eq!(golden, now, "line {line}: {CHANGED}");
    }
}

const CHANGED: &str = "events and commands are for ever: give what is new a variant, or an optional field \
    left out when empty";

/// The table of the golden journal.
fn table() -> TableId {
    TableId::from_random([0; TableId::LEN])
}

fn records() -> Vec<Record> {
    let read = |line| serde_json::from_str(line).expect("a golden line is read");
    GOLDEN.lines().map(read).collect()
}
