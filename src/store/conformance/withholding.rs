//! What is taken back, and what stays of it.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use game::{Actor, Command, CommandId, Event, SeatNo, TableId, Version, without};

use super::steps::{NOON_MS, append, code, head, live, open, opened, over, read, said, table};
use super::{Subject, TransferSubject};
use crate::{
    AppendOutcome, NewCommit, ProgressListener, Record, Replacement, StoreError, TableIndex,
    Withholding, chain,
};

const HOST: SeatNo = SeatNo(1);

/// Opens a table at which three lines are said, and keeps a snapshot of it.
async fn talked(journal: &Subject, number: u8) -> TableId {
    let (table, code) = open(journal, number).await;
    for (version, text) in [(1, "my secret"), (2, "my other secret"), (3, "farewell")] {
        let command = format!("my-own-secret-{version}");
        let line = said(text, &command, live(&code, 9));
        append(journal, &table, version, line).await;
    }
    let kept = journal.keep_snapshot(&table, 1, Version(4), "my secret".to_owned());
    kept.await.expect("kept");
    table
}

/// The commit by which the operator takes something back.
fn operators(table_at: u64, command: Command, event: Event, index: TableIndex) -> NewCommit {
    NewCommit {
        command_id: CommandId::of_operator(Version(table_at)),
        actor: Actor::Operator,
        command,
        at_ms: NOON_MS + 9,
        events: vec![event],
        index,
    }
}

fn erasure(table_at: u64, number: u8) -> NewCommit {
    let index = over(&code(number));
    operators(table_at, Command::Erase {}, Event::Erased {}, index)
}

async fn erase(journal: &Subject, table: &TableId, number: u8) {
    let commit = erasure(4, number);
    let erased = journal.withhold(table, Version(4), commit, Withholding::Everything);
    let erased = erased.await.expect("it is withheld");
    assert_eq!(erased, AppendOutcome::Appended(Version(5)));
}

/// Forgets the host, who has said everything so far.
async fn forget(journal: &Subject, table: &TableId, number: u8) {
    let told = read(journal, table, 0).await;
    let event = Event::Forgotten { seat: HOST };
    let commit = operators(
        4,
        Command::Forget { seat: HOST },
        event,
        live(&code(number), 9),
    );
    let withholding = Withholding::Records(without_host(&told));
    let forgotten = journal.withhold(table, Version(4), commit, withholding);
    let forgotten = forgotten.await.expect("it is withheld");
    assert_eq!(forgotten, AppendOutcome::Appended(Version(5)));
}

fn without_host(told: &[Record]) -> Vec<Replacement> {
    let replaced = told.iter().filter_map(|record| {
        let (command, events) = without(HOST, &record.command, &record.events)?;
        Some(Replacement::of(record, &command, &events))
    });
    replaced.collect()
}

fn tells(records: &[Record], secret: &str) -> bool {
    serde_json::to_string(records)
        .expect("records are JSON")
        .contains(secret)
}

async fn listed(journal: &Subject) -> Vec<TableId> {
    let listed = journal.list_tables(None, 9).await.expect("listed");
    listed.into_iter().map(|summary| summary.id).collect()
}

/// What is withheld is not told any more; hashes, versions and everything else stay, and the table goes on.
pub async fn what_is_withheld_is_read_no_more_and_the_chain_stays_whole(journal: &Subject) {
    let table = talked(journal, 1).await;
    let before = read(journal, &table, 0).await;
    assert!(tells(&before, "my secret") && tells(&before, "Anna"));
    forget(journal, &table, 1).await;
    let after = read(journal, &table, 0).await;
    assert!(!tells(&after, "my secret") && !tells(&after, "Anna"));
    let hashes = |records: &[Record]| -> Vec<String> {
        records.iter().map(|record| record.hash.clone()).collect()
    };
    assert_eq!(hashes(&after)[..4], hashes(&before));
    let withheld: Vec<bool> = after.iter().map(|record| record.is_withheld).collect();
    assert_eq!(withheld, [true, true, true, true, false]);
    assert!(after[4].withholds.is_some());
    assert_eq!(chain::verify(&table, &after), Ok(()));
    assert_eq!(journal.snapshot(&table, 1).await.expect("read"), None);
    // A repeat is still known as one, and the table is played on.
    let repeat = said("my secret", "my-own-secret-1", live(&code(1), 9));
    let repeat = journal.append(&table, Version(5), repeat).await;
    assert!(
        matches!(repeat, Ok(AppendOutcome::Repeated(_))),
        "{repeat:?}"
    );
    append(
        journal,
        &table,
        5,
        said("new", "say-new", live(&code(1), 9)),
    )
    .await;
    let whole = read(journal, &table, 0).await;
    assert_eq!(chain::verify(&table, &whole), Ok(()));
    assert_eq!(listed(journal).await, [table]);
}

/// Of an erased table nothing is told, found or listed; its versions and hashes stay, and its code is free.
pub async fn an_erased_table_tells_nothing(journal: &Subject) {
    let table = talked(journal, 1).await;
    let before = read(journal, &table, 0).await;
    erase(journal, &table, 1).await;
    let after = read(journal, &table, 0).await;
    assert_eq!(after.len(), 5);
    assert!(!tells(&after, "secret") && !tells(&after, "Anna"));
    assert!(after[..4].iter().all(|record| record.events.is_empty()));
    assert_eq!(after[3].hash, before[3].hash);
    assert_eq!(after[4].events, [Event::Erased {}]);
    assert_eq!(chain::verify(&table, &after), Ok(()));
    assert_eq!(head(journal, &table).await, Version(5));
    assert_eq!(journal.snapshot(&table, 1).await.expect("read"), None);
    let found = journal.find_command(&table, &before[0].command_id).await;
    assert_eq!(found.expect("read"), None);
    assert_eq!(journal.find_code(&code(1)).await.expect("read"), None);
    assert_eq!(journal.count_live().await.expect("read"), 0);
    assert_eq!(journal.next_due().await.expect("read"), None);
    assert_eq!(listed(journal).await, []);
    assert_eq!(journal.over_before(u64::MAX, 9).await.expect("read"), []);
    append(
        journal,
        &self::table(2),
        0,
        opened(&code(1), "open-the-table"),
    )
    .await;
}

/// Who comes second withholds nothing, and a repeat is known as one.
pub async fn a_withholding_is_an_append_like_any_other(journal: &Subject) {
    let table = talked(journal, 1).await;
    let before = read(journal, &table, 0).await;
    let stale = journal.withhold(&table, Version(3), erasure(3, 1), Withholding::Everything);
    let stale = stale.await;
    assert!(
        matches!(stale, Err(StoreError::Conflict { .. })),
        "{stale:?}"
    );
    assert_eq!(read(journal, &table, 0).await, before);
    erase(journal, &table, 1).await;
    let again = journal.withhold(&table, Version(4), erasure(4, 1), Withholding::Everything);
    let again = again.await;
    assert!(matches!(again, Ok(AppendOutcome::Repeated(_))), "{again:?}");
    assert_eq!(head(journal, &table).await, Version(5));
}

/// A snapshot that another writer made before and keeps afterwards may hold what is withheld: it is not kept.
pub async fn a_snapshot_from_before_a_withholding_is_not_kept(journal: &Subject) {
    let table = talked(journal, 1).await;
    forget(journal, &table, 1).await;
    let kept = journal.keep_snapshot(&table, 1, Version(4), "my secret".to_owned());
    kept.await.expect("answered");
    assert_eq!(journal.snapshot(&table, 1).await.expect("read"), None);
    let kept = journal.keep_snapshot(&table, 1, Version(5), "nothing".to_owned());
    kept.await.expect("kept");
    let kept = journal.snapshot(&table, 1).await.expect("read");
    assert_eq!(kept, Some((Version(5), "nothing".to_owned())));
}

/// Tables are listed in the order of their ids, from one on, with what they are found by and their size.
pub async fn tables_are_listed_in_pages(journal: &Subject) {
    for number in 1..=3 {
        talked(journal, number).await;
    }
    let mut ids: Vec<TableId> = (1..=3).map(table).collect();
    ids.sort_unstable();
    let first = journal.list_tables(None, 2).await.expect("listed");
    let of = |page: &[crate::TableSummary]| -> Vec<TableId> {
        page.iter().map(|summary| summary.id.clone()).collect()
    };
    assert_eq!(of(&first), ids[..2]);
    let rest = journal.list_tables(Some(&ids[1]), 2).await.expect("listed");
    assert_eq!(of(&rest), ids[2..]);
    let summary = &first[0];
    assert_eq!((summary.version, summary.live), (Version(4), true));
    assert_eq!(
        (summary.opened_ms, summary.committed_ms),
        (NOON_MS, NOON_MS + 1)
    );
    assert!((500..5_000).contains(&summary.bytes), "{}", summary.bytes);
}

/// Tables that are over are listed once their last commit is old enough, the oldest first; live ones never are.
pub async fn tables_that_are_over_are_listed_by_their_last_commit(journal: &Subject) {
    for number in 1..=3 {
        let table = talked(journal, number).await;
        if number < 3 {
            let mut last = said("bye", "say-bye", over(&code(number)));
            last.at_ms = NOON_MS + 100 - u64::from(number);
            append(journal, &table, 4, last).await;
        }
    }
    let over_before = async |before_ms, limit| {
        let over = journal.over_before(before_ms, limit).await;
        over.expect("listed")
    };
    assert_eq!(over_before(NOON_MS + 98, 9).await, []);
    let (first, second) = ((table(2), Version(5)), (table(1), Version(5)));
    let oldest = over_before(NOON_MS + 99, 9).await;
    assert_eq!(oldest, std::slice::from_ref(&first));
    assert_eq!(over_before(u64::MAX, 9).await, [first.clone(), second]);
    assert_eq!(over_before(u64::MAX, 1).await, [first]);
}

/// A journal that is copied has withheld in the copy what is withheld in it, and says how much.
pub async fn what_is_withheld_stays_withheld_in_a_copy(
    subject: &TransferSubject,
    other: &TransferSubject,
) {
    let (erased, forgotten) = (table(1), table(2));
    talked(&subject.journal, 1).await;
    talked(&subject.journal, 2).await;
    erase(&subject.journal, &erased, 1).await;
    forget(&subject.journal, &forgotten, 2).await;
    let none = ProgressListener::none();
    let summary = subject.export.verify(&none).await;
    let summary = summary.expect("the journal is whole");
    assert_eq!((summary.records, summary.withheld), (10, 8));
    let imported = other.import.import(subject.export.export(), &none);
    assert_eq!(imported.await.expect("imported"), summary);
    for table in [&erased, &forgotten] {
        let copied = read(&other.journal, table, 0).await;
        assert_eq!(copied, read(&subject.journal, table, 0).await);
    }
    let copied = other.export.verify(&none).await;
    assert_eq!(copied.expect("the copy is whole"), summary);
    assert_eq!(listed(&other.journal).await, [forgotten]);
    assert_eq!(
        other.journal.over_before(u64::MAX, 9).await.expect("read"),
        []
    );
}
