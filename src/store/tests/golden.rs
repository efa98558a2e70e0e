//! Journals of every release are still read, found whole, and written the same.

#[path = "../golden/journal_1/mod.rs"]
mod journal_1;

use store::{Record, chain};

#[test]
fn the_golden_journal_still_reads_and_its_chain_is_whole() {
    let text = std::fs::read_to_string(journal_1::FILE).unwrap();
    let records: Vec<Record> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!records.is_empty());
    assert_eq!(chain::verify(&journal_1::table(), &records), Ok(()));
}

#[tokio::test]
async fn this_release_writes_the_golden_journal_as_the_first_did() {
    let text = std::fs::read_to_string(journal_1::FILE).unwrap();
    let written = journal_1::text().await.unwrap();
    for (line, (golden, now)) in (1..).zip(text.lines().zip(written.lines())) {
        assert_eq!(golden, now, "line {line}: {CHANGED}");
    }
    assert_eq!(text.len(), written.len(), "{CHANGED}");
}

const CHANGED: &str = "events and commands are for ever: give what is new a variant, or an optional field \
    left out when empty. Only what no release has written yet may be written anew, with \
    `cargo run -p store --example golden`";
