//! What holds when somebody has written to the store beside the journal, or a disk has.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::pin::Pin;
use std::sync::Arc;

use game::{TableId, Version};

use super::Subject;
use super::steps::{append, live, open, said};
use crate::{JournalExport, StoreError};

/// A journal whose store can be written to directly.
pub struct TamperedSubject {
    /// The journal.
    pub journal: Subject,
    /// The same journal, to be read whole.
    pub export: Arc<dyn JournalExport>,
    /// Runs a statement in the store. `{}` stands for what its tables' names begin with.
    pub run: Statement,
}

/// Runs a statement in a store.
pub type Statement = Box<dyn Fn(String) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

impl std::fmt::Debug for TamperedSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TamperedSubject")
    }
}

/// The version the tables of these claims come to.
const REACHED: u64 = 6;
/// The format of their snapshots.
const FORMAT: u32 = 1;

impl TamperedSubject {
    /// Opens a table and brings it to its version, with a snapshot on the way.
    async fn play(&self, number: u8) -> TableId {
        let (table, code) = open(&self.journal, number).await;
        for version in 1..REACHED {
            let commit = said("on", &format!("say-{version}"), live(&code, 9));
            append(&self.journal, &table, version, commit).await;
        }
        self.keep(&table, 4).await;
        table
    }

    async fn keep(&self, table: &TableId, version: u64) {
        let state = format!("the state at {version}");
        let kept = self
            .journal
            .keep_snapshot(table, FORMAT, Version(version), state);
        kept.await.expect("the snapshot is kept");
    }

    async fn kept(&self, table: &TableId) -> Option<u64> {
        let kept = self.journal.snapshot(table, FORMAT).await.expect("read");
        kept.map(|(version, state)| {
            assert_eq!(state, format!("the state at {version}"));
            version.0
        })
    }

    async fn change(&self, statement: &str) {
        (self.run)(statement.to_owned()).await;
    }

    async fn unfit(&self) -> u64 {
        self.export.unfit_snapshots().await.expect("counted")
    }

    /// Asserts that a table's records cannot be read from `after` on, because of the one at `version`.
    async fn assert_damaged(&self, table: &TableId, after: u64, version: u64) {
        let read = self.journal.read(table, Version(after)).await;
        assert!(
            matches!(
                &read,
                Err(StoreError::Damaged { table: named, version: at, .. })
                    if named == table && *at == Version(version)
            ),
            "after {after}: {read:?}"
        );
    }
}

/// A table whose last record is gone is damaged at that version, for who reads all and for who knows the rest already.
pub async fn a_last_record_that_is_missing_is_named(subject: &TamperedSubject) {
    let (table, whole) = (subject.play(1).await, subject.play(2).await);
    let gone =
        format!("DELETE FROM {{}}records WHERE table_id = '{table}' AND version = {REACHED}");
    subject.change(&gone).await;
    subject.assert_damaged(&table, 0, REACHED).await;
    subject.assert_damaged(&table, REACHED - 1, REACHED).await;
    let others = subject.journal.read(&whole, Version(0)).await;
    assert_eq!(
        others.expect("the other table is whole").len() as u64,
        REACHED
    );
}

/// A record that is missing between others is named, not the one after it.
pub async fn a_record_that_is_missing_in_the_middle_is_named(subject: &TamperedSubject) {
    let table = subject.play(1).await;
    let gone = format!("DELETE FROM {{}}records WHERE table_id = '{table}' AND version = 3");
    subject.change(&gone).await;
    subject.assert_damaged(&table, 0, 3).await;
    subject.assert_damaged(&table, 2, 3).await;
    let after = subject.journal.read(&table, Version(3)).await;
    assert_eq!(
        after.expect("what follows is whole").len() as u64,
        REACHED - 3
    );
}

/// Records that are whole each for itself and stand in each other's place are damage.
pub async fn records_that_changed_places_are_named(subject: &TamperedSubject) {
    let table = subject.play(1).await;
    for (from, to) in [(3, 99), (4, 3), (99, 4)] {
        let moved = format!(
            "UPDATE {{}}records SET version = {to} WHERE table_id = '{table}' AND version = {from}"
        );
        subject.change(&moved).await;
    }
    subject.assert_damaged(&table, 0, 3).await;
}

/// A snapshot that was changed, in its state or in its version, is none, and a new one takes its place, also an older.
pub async fn a_snapshot_that_was_changed_is_thrown_away_and_makes_room(subject: &TamperedSubject) {
    let table = subject.play(1).await;
    assert_eq!(
        (subject.kept(&table).await, subject.unfit().await),
        (Some(4), 0)
    );
    for change in [
        "state = replace(state, 'the state', 'another')",
        "version = 5",
        "version = 900",
    ] {
        subject
            .change(&format!("UPDATE {{}}snapshots SET {change}"))
            .await;
        assert_eq!(subject.unfit().await, 1, "{change}");
        assert_eq!(subject.kept(&table).await, None, "{change}");
        assert_eq!(subject.unfit().await, 0, "it is thrown away: {change}");
        subject.keep(&table, 4).await;
        assert_eq!(subject.kept(&table).await, Some(4), "{change}");
    }
}

/// A snapshot that is whole, and stands at a record that this journal does not have, is none.
pub async fn a_snapshot_of_another_story_is_thrown_away(subject: &TamperedSubject) {
    let table = subject.play(1).await;
    let other =
        format!("UPDATE {{}}records SET hash = before WHERE table_id = '{table}' AND version = 4");
    subject.change(&other).await;
    assert_eq!(subject.unfit().await, 1);
    assert_eq!(subject.kept(&table).await, None);
}

/// A snapshot that is put beside another table is none.
pub async fn a_snapshot_of_another_table_is_thrown_away(subject: &TamperedSubject) {
    let (table, other) = (subject.play(1).await, subject.play(2).await);
    let gone = format!("DELETE FROM {{}}snapshots WHERE table_id = '{other}'");
    subject.change(&gone).await;
    subject
        .change(&format!("UPDATE {{}}snapshots SET table_id = '{other}'"))
        .await;
    assert_eq!(subject.kept(&other).await, None);
    assert_eq!(subject.kept(&table).await, None);
}

/// What the release before has kept without a seal is not believed, and not told as a fault either.
pub async fn a_snapshot_of_the_release_before_is_none_and_no_fault(subject: &TamperedSubject) {
    let table = subject.play(1).await;
    let before = "UPDATE {}snapshots SET state = 'the state at 4'";
    subject.change(before).await;
    assert_eq!(subject.unfit().await, 0);
    assert_eq!(subject.kept(&table).await, None);
}
