//! How tables are found: by code, by being live, by deadline.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use game::Version;

use super::Subject;
use super::steps::{NOON_MS, append, code, head, live, open, opened, over, said, table};
use crate::StoreError;

/// The code of a live table is refused to others, and finds that table.
pub async fn a_code_belongs_to_one_live_table(journal: &Subject) {
    let (first, code) = open(journal, 1).await;
    let second = table(2);
    let refused = journal
        .append(&second, Version(0), opened(&code, "open-the-table"))
        .await;
    assert!(
        matches!(&refused, Err(StoreError::CodeTaken { code: taken }) if *taken == code),
        "{refused:?}"
    );
    let found = journal.find_code(&code).await.expect("read");
    assert_eq!(found, Some(first));
}

/// A table refused for its code may open under another, even by the same command.
pub async fn a_refused_code_leaves_no_trace(journal: &Subject) {
    let (_, taken) = open(journal, 1).await;
    let (second, free) = (table(2), code(2));
    let refused = journal
        .append(&second, Version(0), opened(&taken, "open-the-table"))
        .await;
    assert!(refused.is_err());
    assert_eq!(head(journal, &second).await, Version(0));
    append(journal, &second, 0, opened(&free, "open-the-table")).await;
    let found = journal.find_code(&free).await.expect("read");
    assert_eq!(found, Some(second));
}

/// When a table is over its code finds nobody, and another table may take it.
pub async fn a_code_is_free_again_when_its_table_is_over(journal: &Subject) {
    let (first, code) = open(journal, 1).await;
    append(journal, &first, 1, said("bye", "say-bye", over(&code))).await;
    assert_eq!(journal.find_code(&code).await.expect("read"), None);
    let second = table(2);
    append(journal, &second, 0, opened(&code, "open-the-table")).await;
    let found = journal.find_code(&code).await.expect("read");
    assert_eq!(found, Some(second));
}

/// A table that was over may be live again under another code, if no live table has that one.
pub async fn a_table_that_was_over_is_live_again_under_another_code(journal: &Subject) {
    let (first, old) = open(journal, 1).await;
    append(journal, &first, 1, said("bye", "say-bye", over(&old))).await;
    let (second, taken) = open(journal, 2).await;
    let refused = journal
        .append(
            &first,
            Version(2),
            said("on", "go-on-in-vain", live(&taken, 9)),
        )
        .await;
    assert!(
        matches!(&refused, Err(StoreError::CodeTaken { code }) if *code == taken),
        "{refused:?}"
    );
    let fresh = code(3);
    append(journal, &first, 2, said("on", "go-on", live(&fresh, 9))).await;
    let found = journal.find_code(&fresh).await.expect("read");
    assert_eq!(found, Some(first.clone()));
    assert_eq!(journal.find_code(&old).await.expect("read"), None);
    let found = journal.find_code(&taken).await.expect("read");
    assert_eq!(found, Some(second));
    assert_eq!(journal.count_live().await.expect("read"), 2);
    assert_eq!(journal.due(9, 1).await.expect("read"), [first]);
}

/// Tables that are over are not counted.
pub async fn live_tables_are_counted(journal: &Subject) {
    assert_eq!(journal.count_live().await.expect("read"), 0);
    let (first, code) = open(journal, 1).await;
    open(journal, 2).await;
    assert_eq!(journal.count_live().await.expect("read"), 2);
    append(journal, &first, 1, said("bye", "say-bye", over(&code))).await;
    assert_eq!(journal.count_live().await.expect("read"), 1);
}

/// Tables at or past their deadline are listed, the longest due first, up to a limit.
pub async fn due_tables_are_listed_longest_due_first(journal: &Subject) {
    for (number, deadline_ms) in [(1, 300), (2, 100), (3, 200), (4, 400)] {
        let (table, code) = open(journal, number).await;
        let commit = said("on", "say-it-on", live(&code, deadline_ms));
        append(journal, &table, 1, commit).await;
    }
    let due =
        |now_ms: u64, limit: usize| async move { journal.due(now_ms, limit).await.expect("read") };
    assert_eq!(due(99, 10).await, []);
    assert_eq!(due(300, 10).await, [table(2), table(3), table(1)]);
    assert_eq!(due(300, 2).await, [table(2), table(3)]);
    assert_eq!(due(u64::MAX, usize::MAX).await.len(), 4);
    assert_eq!(due(300, 0).await, []);
}

/// A table that is over is never due, not even with a deadline left behind.
pub async fn a_table_that_is_over_never_falls_due(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let mut index = over(&code);
    index.deadline_ms = Some(1);
    append(journal, &table, 1, said("bye", "say-bye", index)).await;
    assert_eq!(journal.due(u64::MAX, 10).await.expect("read"), []);
    assert_eq!(journal.next_due().await.expect("read"), None);
}

/// The next deadline is the earliest, and a new deadline replaces the table's old one.
pub async fn the_next_deadline_is_the_earliest_of_the_live_tables(journal: &Subject) {
    let next = || async { journal.next_due().await.expect("read") };
    assert_eq!(next().await, None);
    let (table, code) = open(journal, 1).await;
    open(journal, 2).await;
    let gathering_ends_ms = next().await.expect("a gathering has an end");
    assert!(gathering_ends_ms > NOON_MS);
    append(journal, &table, 1, said("on", "say-one", live(&code, 50))).await;
    assert_eq!(next().await, Some(50));
    append(journal, &table, 2, said("on", "say-two", live(&code, 70))).await;
    assert_eq!(next().await, Some(70));
    append(journal, &table, 3, said("on", "say-bye", over(&code))).await;
    assert_eq!(next().await, Some(gathering_ends_ms));
}
