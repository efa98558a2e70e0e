//! A table that goes on after its Chronicle: live again, with a seed of its own for each quest.

use std::sync::Arc;

use game::content::World;
use game::{Command, QuestId, Stage, TableId, TimeLimit};
use service::verify::verify;
use service::{Holder, ServiceError, Tables};

use crate::common::{Shared, choose_first, fresh, gather, play_to_the_end};

/// A library with one quest twice, under two names.
pub(crate) fn two_quests() -> World {
    let mut world = world::library().unwrap();
    let (id, quest) = world.quests.pop_first().unwrap();
    let mut other = quest.clone();
    other.id = QuestId::parse("the-other-light").unwrap();
    world.quests = [(id, quest), (other.id.clone(), other)].into();
    world
}

async fn exported(tables: &Arc<Tables>, table: &TableId) -> String {
    tables
        .chronicles
        .export(table)
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

async fn go_on(tables: &Arc<Tables>, table: &TableId, holder: Holder) -> Result<(), ServiceError> {
    let going = tables
        .commits
        .play(table, holder, fresh(), Command::GoOn {});
    going.await.map(drop)
}

/// Plays the quest that is to be chosen until its Chronicle opens.
async fn play_on(tables: &Arc<Tables>, table: &TableId, holder: Holder) {
    loop {
        let view = tables.feeds.look(table, Some(holder)).await.unwrap().view();
        let command = match &view.stage {
            Stage::Chronicle(_) => return,
            Stage::QuestChoice { quests, .. } => Command::TakeUp {
                quest: quests[0].quest.clone(),
            },
            Stage::Naming(_) => Command::PassJudgement {},
            Stage::Scene(_)
            | Stage::Gathering
            | Stage::Question(_)
            | Stage::Waiting
            | Stage::Closed
            | Stage::Unknown => choose_first(&view),
        };
        tables
            .commits
            .play(table, holder, fresh(), command)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn each_chronicle_tells_its_own_quest_and_all_of_them_can_be_checked() {
    let world = two_quests();
    let tables = Shared::new().instance_in(100, world.clone());
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    let first = exported(&tables, &table).await;
    assert_eq!(tables.health.measure().await.unwrap(), 0);

    go_on(&tables, &table, holders[0]).await.unwrap();
    assert_eq!(
        tables.health.measure().await.unwrap(),
        1,
        "it is live again"
    );
    let going = tables.loader.load(&table).await.unwrap();
    assert!(going.deadline_ms().is_some(), "a live table has a deadline");
    let code = going.code().unwrap();
    assert_eq!(
        tables.feeds.find(code).await.unwrap().as_ref(),
        Some(&table)
    );
    assert_eq!(exported(&tables, &table).await, first);
    assert!(!first.contains(&going.seed().unwrap().to_hex()));

    play_on(&tables, &table, holders[0]).await;
    let whole = exported(&tables, &table).await;
    let first_lines: Vec<&str> = first.lines().skip(1).collect();
    let lines: Vec<&str> = whole.lines().skip(1).collect();
    assert_eq!(lines[..first_lines.len()], first_lines);
    let report = verify(&whole, &[], &world).unwrap();
    assert_eq!(report.seals.len(), 2);
    assert_eq!(report.decisions, lines.len(), "also the going on");
    assert_eq!(verify(&first, &[], &world).unwrap().seals.len(), 1);
    let again = go_on(&tables, &table, holders[0]).await;
    assert!(
        matches!(&again, Err(ServiceError::Refused(game::Refusal::AllPlayed))),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_table_goes_on_only_where_there_is_room_for_it() {
    let shared = Shared::new();
    let tables = shared.instance_in(1, two_quests());
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    gather(&tables, TimeLimit::Off, &["Ben"]).await;
    let refused = go_on(&tables, &table, holders[0]).await;
    assert!(matches!(refused, Err(ServiceError::Full)), "{refused:?}");
}

#[tokio::test]
async fn of_two_tables_that_go_on_at_once_one_does_where_there_is_room_for_one() {
    let tables = Shared::new().instance_in(1, two_quests());
    let (first, anna) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    play_to_the_end(&tables, &first, &anna).await;
    let (second, ben) = gather(&tables, TimeLimit::Off, &["Ben"]).await;
    play_to_the_end(&tables, &second, &ben).await;
    let answers = tokio::join!(
        go_on(&tables, &first, anna[0]),
        go_on(&tables, &second, ben[0])
    );
    let one_of_them = matches!(
        answers,
        (Ok(()), Err(ServiceError::Full)) | (Err(ServiceError::Full), Ok(()))
    );
    assert!(one_of_them, "{answers:?}");
    assert_eq!(tables.health.measure().await.unwrap(), 1);
}
