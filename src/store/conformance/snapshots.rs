//! What is kept of a table's state.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use game::{TableId, Version};

use super::Subject;
use super::steps::{append, head, live, open, said, table};

async fn keep(journal: &Subject, table: &TableId, format: u32, version: u64, state: &str) {
    let kept = journal.keep_snapshot(table, format, Version(version), state.to_owned());
    kept.await.expect("the snapshot is kept");
}

async fn kept(journal: &Subject, table: &TableId, format: u32) -> Option<(u64, String)> {
    let snapshot = journal.snapshot(table, format).await.expect("read");
    snapshot.map(|(version, state)| (version.0, state))
}

/// Opens table 1 and brings it to this version.
async fn open_to(journal: &Subject, reached: u64) -> TableId {
    let (table, code) = open(journal, 1).await;
    for version in 1..reached {
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        append(journal, &table, version, commit).await;
    }
    table
}

/// A snapshot is kept for its table alone, and moves no version.
pub async fn a_snapshot_is_returned_as_it_was_kept(journal: &Subject) {
    let (opened, other) = (open(journal, 1).await.0, table(2));
    keep(journal, &opened, 1, 1, r#"{"state":"ἀρχή"}"#).await;
    let state = r#"{"state":"ἀρχή"}"#.to_owned();
    assert_eq!(kept(journal, &opened, 1).await, Some((1, state)));
    assert_eq!(kept(journal, &other, 1).await, None);
    assert_eq!(head(journal, &opened).await, Version(1));
}

/// A writer that is slow never takes the state back.
pub async fn a_newer_snapshot_replaces_an_older_one_and_never_the_reverse(journal: &Subject) {
    let table = open_to(journal, 9).await;
    keep(journal, &table, 1, 5, "five").await;
    keep(journal, &table, 1, 9, "nine").await;
    keep(journal, &table, 1, 7, "seven").await;
    let nine = Some((9, "nine".to_owned()));
    assert_eq!(kept(journal, &table, 1).await, nine);
}

/// One snapshot is kept a table; who asks for another format gets none.
pub async fn a_snapshot_of_another_format_is_none(journal: &Subject) {
    let table = open_to(journal, 9).await;
    keep(journal, &table, 1, 9, "in format 1").await;
    assert_eq!(kept(journal, &table, 2).await, None);
    keep(journal, &table, 2, 4, "in format 2").await;
    let second = Some((4, "in format 2".to_owned()));
    assert_eq!(kept(journal, &table, 2).await, second);
    assert_eq!(kept(journal, &table, 1).await, None);
}

/// A snapshot stands at a record: of what the journal does not have, none is kept.
pub async fn a_snapshot_of_what_never_happened_is_not_kept(journal: &Subject) {
    let (opened, _) = open(journal, 1).await;
    keep(journal, &opened, 1, 2, "two").await;
    assert_eq!(kept(journal, &opened, 1).await, None);
    keep(journal, &opened, 1, 1, "one").await;
    keep(journal, &opened, 1, 2, "two").await;
    let one = Some((1, "one".to_owned()));
    assert_eq!(kept(journal, &opened, 1).await, one);
    keep(journal, &table(2), 1, 1, "of no table").await;
    assert_eq!(kept(journal, &table(2), 1).await, None);
}
