//! A journal of the build before, in the middle of The Inland Light: its rules are no longer decided. The table is closed
//! with its Chronicle, its rolls can be checked, and nothing else of the journal is touched.

use std::sync::Arc;

use game::{Actor, Command, CommandId, Event, Phase, Refusal, Stage, TableId, Version};
use service::verify::verify;
use service::{ServiceError, Tables};
use store::{AppendOutcome, Journal, NewCommit, Record, TableIndex};

use crate::common::{Shared, clock_says, first_holder, pass};

/// The table's id, and its records, as that build wrote them.
const GOLDEN: &str = include_str!("../golden/edition-1.jsonl");

/// A command id that the journal does not have.
fn new_id(number: u8) -> CommandId {
    CommandId::parse(&format!("of-another-build-{number:06}")).unwrap()
}

fn golden() -> (TableId, Vec<Record>) {
    let mut lines = GOLDEN.lines();
    let id = serde_json::from_str(lines.next().unwrap()).unwrap();
    let records = lines.map(|line| serde_json::from_str(line).unwrap());
    (id, records.collect())
}

/// The journal of the build before, with this build over it. Every record has the hash that it had.
async fn opened() -> (Shared, Arc<Tables>, TableId) {
    let shared = Shared::new();
    let (id, records) = golden();
    let mut table = game::Table::default();
    for record in records {
        let expected = table.version();
        table.fold(&record.events);
        let commit = NewCommit {
            command_id: record.command_id,
            actor: record.actor,
            command: record.command,
            at_ms: record.at_ms,
            events: record.events,
            index: TableIndex::of(&table).unwrap(),
        };
        let appended = shared.journal.append(&id, expected, commit).await.unwrap();
        assert!(matches!(appended, AppendOutcome::Appended(_)));
    }
    let tables = shared.instance(100);
    (shared, tables, id)
}

async fn records_of(journal: &dyn Journal, id: &TableId) -> Vec<Record> {
    journal.read(id, Version(0)).await.unwrap()
}

/// The table was closed by time, and all that was written before stands as it was.
async fn assert_closed(shared: &Shared, id: &TableId) {
    let records = records_of(&*shared.journal, id).await;
    let (last, before) = records.split_last().unwrap();
    let (_, golden) = golden();
    assert_eq!(before, golden, "to the byte, hashes included");
    assert_eq!(
        (last.actor, &last.command),
        (Actor::Clock, &Command::PassTime {})
    );
    let closed = Event::Closed {
        by: None,
        outdated: true,
    };
    assert_eq!(last.events, [closed]);
    assert_eq!(shared.journal.count_live().await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_looks_first_sees_its_chronicle_and_why_it_is_closed() {
    let (shared, tables, id) = opened().await;
    let view = tables
        .feeds
        .look(&id, Some(first_holder(1)))
        .await
        .unwrap()
        .view();
    assert!(view.outdated);
    let Stage::Chronicle(chronicle) = view.stage else {
        panic!("the story is told: {:?}", view.stage)
    };
    assert!(chronicle.outdated && chronicle.ending.is_none() && !chronicle.may_go_on);
    assert_eq!(chronicle.quest, "The Inland Light");
    assert_eq!(chronicle.scenes.len(), 5, "the scenes are told");
    let told = chronicle
        .scenes
        .iter()
        .filter(|scene| scene.aftermath.is_some());
    assert_eq!(told.count(), 4, "with what came of them");
    assert!(
        chronicle
            .scenes
            .iter()
            .all(|scene| !scene.whispers.is_empty())
    );
    assert_closed(&shared, &id).await;
    // It stays so, for others and for this process again.
    for tables in [tables, shared.instance(100)] {
        tables.feeds.look(&id, None).await.unwrap();
        tables.clock.round().await;
    }
    assert_closed(&shared, &id).await;
}

#[tokio::test]
async fn a_command_closes_it_and_is_refused() {
    let (shared, tables, id) = opened().await;
    let text = "Is anybody there?".to_owned();
    let said = tables
        .commits
        .play(&id, first_holder(1), new_id(1), Command::Say { text });
    let refused = said.await;
    let gone = matches!(
        refused,
        Err(ServiceError::Refused(
            Refusal::Closed | Refusal::RulesOutdated
        ))
    );
    assert!(gone, "{refused:?}");
    assert_closed(&shared, &id).await;
    let going = tables
        .commits
        .play(&id, first_holder(1), new_id(2), Command::GoOn {});
    assert!(going.await.is_err(), "it does not go on");
    assert_closed(&shared, &id).await;
}

#[tokio::test]
async fn the_clock_closes_it_though_nobody_comes() {
    let (shared, tables, id) = opened().await;
    let due_ms = shared.journal.next_due().await.unwrap().unwrap();
    pass(due_ms.saturating_sub(clock_says()));
    tables.clock.round().await;
    assert_closed(&shared, &id).await;
    assert_eq!(
        tables.loader.load(&id).await.unwrap().phase(),
        Phase::Chronicle
    );
}

#[tokio::test]
async fn its_rolls_verify_by_the_addresses_they_had_and_no_decision_is_taken_again() {
    let (_, tables, id) = opened().await;
    tables.feeds.look(&id, None).await.unwrap();
    let export = tables.chronicles.export(&id).await.unwrap().text().await;
    let report = verify(&export.unwrap(), &[], &world::library().unwrap()).unwrap();
    let rolled = |record: &Record| {
        let events = record.events.iter();
        let rolls =
            events.filter(|event| matches!(event, Event::DeedDone(done) if done.roll.is_some()));
        rolls.count()
    };
    let (_, records) = golden();
    assert_eq!(report.rolls, records.iter().map(rolled).sum::<usize>());
    assert!(report.rolls > 0, "there is something to check");
    assert_eq!((report.commits, report.decisions), (records.len() + 1, 0));
}
