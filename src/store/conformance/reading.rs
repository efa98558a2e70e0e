//! What is read, and in which order.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use game::Version;

use super::Subject;
use super::steps::{append, code, command_id, head, live, open, opened, read, said, table};
use crate::{READ_MAX, chain};

/// A new journal can be read and written, and all its readers are free.
pub async fn a_new_journal_is_ready_and_nobody_reads(journal: &Subject) {
    journal.check().await.expect("the journal is ready");
    assert_eq!(journal.readers().active, 0);
}

/// An unknown table is at version 0, with no record, no snapshot and no code.
pub async fn an_unknown_table_has_nothing_to_read(journal: &Subject) {
    let (table, code) = (table(1), code(1));
    assert_eq!(head(journal, &table).await, Version(0));
    assert_eq!(read(journal, &table, 0).await, []);
    assert_eq!(journal.snapshot(&table, 1).await.expect("read"), None);
    assert_eq!(journal.find_code(&code).await.expect("read"), None);
    let command = command_id("never-given");
    let found = journal.find_command(&table, &command).await;
    assert_eq!(found.expect("read"), None);
}

/// Every field of a record is what was appended.
pub async fn what_was_appended_is_read_back_as_it_was(journal: &Subject) {
    let (table, code) = (table(1), code(1));
    let (first, second) = (
        opened(&code, "open-the-table"),
        said("ἀλήθεια \"quoted\"\n🜁", "say-something", live(&code, 9)),
    );
    append(journal, &table, 0, first.clone()).await;
    append(journal, &table, 1, second.clone()).await;
    let records = read(journal, &table, 0).await;
    assert_eq!(records.len(), 2);
    for ((record, commit), version) in records.iter().zip([first, second]).zip(1..) {
        assert_eq!(record.version, Version(version));
        assert_eq!(record.at_ms, commit.at_ms);
        assert_eq!(record.command_id, commit.command_id);
        assert_eq!(record.actor, commit.actor);
        assert_eq!(record.command, commit.command);
        assert_eq!(record.events, commit.events);
    }
}

/// Reading after a version returns what follows it, and nothing at the head or beyond.
pub async fn reading_begins_after_a_version(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    append(journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    append(journal, &table, 2, said("two", "say-two", live(&code, 9))).await;
    let versions = |after: u64| {
        let table = table.clone();
        async move {
            let records = read(journal, &table, after).await;
            records.iter().map(|record| record.version.0).collect()
        }
    };
    let after: Vec<Vec<u64>> = vec![
        versions(0).await,
        versions(1).await,
        versions(3).await,
        versions(u64::MAX).await,
    ];
    assert_eq!(after, [vec![1, 2, 3], vec![2, 3], vec![], vec![]]);
}

/// One reading returns [`READ_MAX`] records at most; the next returns the rest.
pub async fn one_reading_returns_a_limited_number_of_records(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    for version in 1..=READ_MAX as u64 {
        let commit = said("on", &format!("command-{version}"), live(&code, 9));
        append(journal, &table, version, commit).await;
    }
    let first = read(journal, &table, 0).await;
    assert_eq!(first.len(), READ_MAX);
    let rest = read(journal, &table, READ_MAX as u64).await;
    assert_eq!(rest.len(), 1);
    let all: Vec<_> = first.into_iter().chain(rest).collect();
    assert_eq!(chain::verify(&table, &all), Ok(()));
}

/// A command is found with what it led to, at the table it was given at.
pub async fn a_command_is_found_at_its_own_table_only(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let (other, _) = open(journal, 2).await;
    append(journal, &table, 1, said("one", "say-one", live(&code, 9))).await;
    let command = command_id("say-one");
    let found = journal.find_command(&table, &command).await.expect("read");
    assert_eq!(found.as_ref(), read(journal, &table, 1).await.first());
    let elsewhere = journal.find_command(&other, &command).await.expect("read");
    assert_eq!(elsewhere, None);
}

/// The records of every table verify, and those of one do not verify as another's.
pub async fn the_chain_of_all_that_is_read_is_whole(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let (other, _) = open(journal, 2).await;
    for version in 1..20 {
        let commit = said("on", &format!("command-{version}"), live(&code, 9));
        append(journal, &table, version, commit).await;
    }
    let records = read(journal, &table, 0).await;
    assert_eq!(records.len(), 20);
    assert_eq!(chain::verify(&table, &records), Ok(()));
    assert!(chain::verify(&other, &records).is_err());
}

/// Several heads are told in the order they are asked for: also of unknown tables, of one that is asked for twice, and
/// of none.
pub async fn several_heads_are_told_in_the_order_asked_for(journal: &Subject) {
    assert_eq!(journal.heads(&[]).await.expect("read"), []);
    for number in 1..=3 {
        let (table, code) = open(journal, number).await;
        for version in 1..u64::from(number) {
            let commit = said("on", &format!("command-{version}"), live(&code, 9));
            append(journal, &table, version, commit).await;
        }
    }
    let asked = [3, 9, 1, 2, 3].map(table);
    let heads = journal.heads(&asked).await.expect("read");
    assert_eq!(heads, [3, 0, 1, 2, 3].map(Version));
    let many: Vec<_> = (0..=u8::MAX).cycle().take(2_000).map(table).collect();
    let heads = journal.heads(&many).await.expect("read");
    assert_eq!(heads.len(), many.len());
    // A byte stands for one of 32 letters: every 32nd number is the same table.
    let first = heads.iter().filter(|head| **head == Version(1)).count();
    assert_eq!(first, many.iter().filter(|it| **it == table(1)).count());
}

/// A head that is told at once is the one that reading it returns, as soon as an append is answered.
pub async fn a_head_told_at_once_is_the_newest(journal: &Subject) {
    let told = |number: u8| journal.head_at_once(&table(number));
    assert!(matches!(told(1), None | Some(Version(0))));
    let (table, code) = open(journal, 1).await;
    for version in 1..20 {
        let answer = told(1);
        assert!(
            answer.is_none_or(|head| head == Version(version)),
            "{answer:?} at version {version}"
        );
        let commit = said("on", &format!("command-{version}"), live(&code, 9));
        append(journal, &table, version, commit).await;
    }
}
