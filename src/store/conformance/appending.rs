//! What an append keeps, and when it does not.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use game::{Event, SeatNo, Version};

use super::Subject;
use super::steps::{append, code, head, live, open, opened, read, said, table};
use crate::{AppendOutcome, StoreError};

/// An append leads to the version after the expected one, and the table stands there.
pub async fn an_append_leads_to_the_next_version(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    assert_eq!(head(journal, &table).await, Version(1));
    append(journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    assert_eq!(head(journal, &table).await, Version(2));
}

/// A stale expectation is a conflict: no record, no deadline, no head of it remains.
pub async fn a_stale_expectation_is_a_conflict_and_changes_nothing(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    append(journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    let before = read(journal, &table, 0).await;
    for expected in [0, 1] {
        let late = said("late", "say-it-late", live(&code, 1));
        let refused = journal.append(&table, Version(expected), late).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict { expected: told }) if told.0 == expected),
            "{refused:?}"
        );
    }
    assert_eq!(read(journal, &table, 0).await, before);
    assert_eq!(head(journal, &table).await, Version(2));
    assert_eq!(journal.next_due().await.expect("read"), Some(9));
}

/// An expectation the table has not reached is a conflict as well: versions have no gaps.
pub async fn an_expectation_ahead_of_the_table_is_a_conflict(journal: &Subject) {
    let unknown = table(2);
    let (table, code) = open(journal, 1).await;
    for (table, expected) in [(&table, 2), (&table, u64::MAX), (&unknown, 1)] {
        let early = said("early", "say-it-early", live(&code, 9));
        let refused = journal.append(table, Version(expected), early).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(head(journal, &table).await, Version(1));
    assert_eq!(head(journal, &unknown).await, Version(0));
}

/// However many events a commit has, they are one record; without any it is still one.
pub async fn all_events_of_a_commit_are_kept_in_one_record(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let mut many = said("one", "say-many", live(&code, 9));
    many.events = (0..500)
        .map(|number| Event::Said {
            seat: SeatNo(1),
            text: number.to_string(),
        })
        .collect();
    let mut none = said("one", "say-none", live(&code, 9));
    none.events = Vec::new();
    append(journal, &table, 1, many.clone()).await;
    append(journal, &table, 2, none).await;
    let records = read(journal, &table, 1).await;
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].events, many.events);
    assert_eq!(records[1].events, []);
}

/// A repeat is answered with the first record, whatever version it expects and whatever else it says.
pub async fn a_repeat_returns_the_first_record_however_stale_its_expectation(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    append(journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    append(journal, &table, 2, said("two", "say-two", live(&code, 9))).await;
    let records = read(journal, &table, 0).await;
    let repeats = [
        (0, opened(&code, "open-the-table"), &records[0]),
        (1, said("one", "say-one", live(&code, 9)), &records[1]),
        (3, said("other", "say-one", live(&code, 1)), &records[1]),
    ];
    for (expected, repeat, first) in repeats {
        let answer = journal.append(&table, Version(expected), repeat).await;
        let answer = answer.expect("a repeat is answered");
        assert_eq!(answer, AppendOutcome::Repeated(Box::new(first.clone())));
    }
    assert_eq!(read(journal, &table, 0).await, records);
    assert_eq!(journal.next_due().await.expect("read"), Some(9));
}

/// Command ids are the clients' own: two tables may use the same.
pub async fn the_same_command_id_at_another_table_is_no_repeat(journal: &Subject) {
    let (table, other) = (table(1), table(2));
    append(journal, &table, 0, opened(&code(1), "open-the-table")).await;
    append(journal, &other, 0, opened(&code(2), "open-the-table")).await;
    assert_eq!(head(journal, &table).await, Version(1));
    assert_eq!(head(journal, &other).await, Version(1));
}
