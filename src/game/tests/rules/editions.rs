//! Which editions of rules and quests are played.

use game::content::{World, WorldParts};
use game::{Actor, Command, Event, Phase, RULES_EDITION, Refusal, Sitting, Stage, Table};

use crate::party::{ANNA, Opened, Party};
use crate::tale::{Told, tale, tale_of};

/// Anna's table, opened under rules of this edition, as far as `reached`.
fn under(rules: u32, reached: &dyn Fn() -> Party) -> Party {
    let mut party = reached();
    // The same table, had it been opened then.
    let mut table = Table::default();
    let mut opened = Opened::default().events(&party.world);
    for event in &mut opened {
        if let Event::Opened { rules: edition, .. } = event {
            *edition = rules;
        }
    }
    table.fold(&opened);
    if party.table.phase() == Phase::Scene {
        let quest = party.world.quests.values().next().unwrap();
        table.fold(&[
            Event::QuestBegan {
                quest: quest.id.clone(),
                edition: quest.edition,
                guest: None,
            },
            Event::SceneOpened {
                scene: quest.begin.clone(),
                bearer: ANNA,
                deals: Vec::new(),
                deadline_ms: 90_000,
                wait_ms: 0,
            },
        ]);
    }
    party.table = table;
    party
}

fn gathering() -> Party {
    Party::gathering(tale())
}

fn in_hall() -> Party {
    Party::in_hall(tale(), 0)
}

#[test]
fn a_table_of_newer_rules_is_not_decided() {
    assert!(gathering().table.is_understood());
    let mut party = under(RULES_EDITION + 1, &gathering);
    assert!(!party.table.is_understood());
    let sitting = Sitting::Long;
    let begun = party.does(ANNA, Command::Begin { sitting });
    assert_eq!(begun, Err(Refusal::RulesUnknown));
}

#[test]
fn a_table_of_the_first_edition_takes_nothing_but_its_end() {
    let mut party = under(1, &in_hall);
    assert!(party.table.is_outdated());
    let text = "Still there?".to_owned();
    for command in [Command::Say { text }, Command::Leave {}, Command::Close {}] {
        assert_eq!(party.does(ANNA, command), Err(Refusal::RulesOutdated));
    }
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::RulesOutdated));
    assert_eq!(party.sits("Ben"), Err(Refusal::RulesOutdated));
}

#[test]
fn time_closes_a_table_of_the_first_edition_whenever_it_comes_by_and_its_story_is_told() {
    for actor in [Actor::Clock, Actor::Operator] {
        let mut party = under(1, &in_hall);
        let command = match actor {
            Actor::Clock => Command::PassTime {},
            _ => Command::Close {},
        };
        let closed = Event::Closed {
            by: None,
            outdated: true,
        };
        assert_eq!(party.asks(actor, &command), Ok(vec![closed]));
        assert_eq!(party.table.phase(), Phase::Chronicle);
        let told = party.table.chronicle(&party.world).unwrap();
        assert!(told.outdated && !told.may_go_on);
        assert_eq!(told.scenes.len(), 1);
        assert!(party.view(ANNA).outdated);
    }
    let mut party = under(1, &gathering);
    party.asks(Actor::Clock, &Command::PassTime {}).unwrap();
    assert_eq!(
        party.table.phase(),
        Phase::Closed,
        "there was nothing to tell"
    );
}

/// The world after its quest was rebuilt: a second edition without the hall beside the first.
fn rebuilt(world: &World) -> World {
    let first = world.quests.values().next().unwrap().clone();
    let mut second = first.clone();
    second.edition = 2;
    second.scenes.remove(0);
    second.begin = second.scenes[0].id.clone();
    World::new(
        WorldParts {
            gods: world.gods.values().cloned().collect(),
            questions: world.questions.clone(),
            classes: world.classes.clone(),
            quests: vec![second, first],
            ..WorldParts::default()
        },
        String::new(),
    )
}

#[test]
fn a_table_stays_in_the_edition_of_the_quest_it_began() {
    let mut party = Party::in_hall(tale(), 0);
    party.world = rebuilt(&party.world);
    assert!(matches!(party.view(ANNA).stage, Stage::Scene(_)));
    party.all_choose("wait");
    assert_eq!(party.scene().as_str(), "yard");
}

#[test]
fn a_new_table_is_offered_the_newest_edition_of_a_quest() {
    let rebuilt = rebuilt(&tale());
    assert_eq!(rebuilt.quests.len(), 1);
    let mut party = Party::gathering(rebuilt);
    let sitting = Sitting::Long;
    party.does(ANNA, Command::Begin { sitting }).unwrap();
    party.time_passes();
    party.time_passes();
    assert_eq!(party.table.quest().map(|(_, edition)| edition), Some(2));
}

#[test]
fn a_quest_that_this_world_lacks_is_left_to_others_for_a_day_and_then_breaks_off() {
    let mut party = Party::in_hall(tale(), 1);
    party.rewrites(|world| world.quest(|quest| quest.edition = 7));
    assert!(matches!(party.view(ANNA).stage, Stage::Unknown));
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::QuestUnknown));
    party.at_ms = party.table.deadline_ms().unwrap();
    let asked = party.asks(Actor::Clock, &Command::PassTime {});
    assert_eq!(asked, Err(Refusal::QuestUnknown));
    party.at_ms += 24 * 60 * 60 * 1_000;
    party.asks(Actor::Clock, &Command::PassTime {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn without_a_quest_for_the_party_nothing_begins() {
    let mut party = Party::gathering(tale_of(1).quest(|quest| quest.seats = [2, 6]));
    let sitting = Sitting::Long;
    party.does(ANNA, Command::Begin { sitting }).unwrap();
    party.time_passes();
    party.time_passes();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    assert_eq!(party.table.quest(), None);
}
