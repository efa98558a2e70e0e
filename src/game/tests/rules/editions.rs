//! Which editions of rules and quests are played.

use game::content::{DecisionMode, World};
use game::{Command, Event, RULES_EDITION, Refusal, Stage, Table};

use crate::party::{ANNA, Party, world};

#[test]
fn a_table_of_newer_rules_is_not_decided() {
    let mut party = Party::gathering(world(DecisionMode::Party));
    assert!(party.table.is_understood());
    party.table = Table::default();
    let mut opened = Party::opened(&party.world);
    for event in &mut opened {
        if let Event::Opened { rules, .. } = event {
            *rules = RULES_EDITION + 1;
        }
    }
    party.table.fold(&opened);
    assert!(!party.table.is_understood());
    let begun = party.does(ANNA, Command::Begin {});
    assert_eq!(begun, Err(Refusal::RulesUnknown));
}

/// The world after its quest was rebuilt: a second edition without the hall beside the first.
fn rebuilt(world: &World) -> World {
    let first = world.quests.values().next().unwrap().clone();
    let mut second = first.clone();
    second.edition = 2;
    second.scenes.remove(0);
    second.begin = second.scenes[0].id.clone();
    World::new(
        world.gods.values().cloned().collect(),
        world.questions.clone(),
        world.classes.clone(),
        Vec::new(),
        vec![second, first],
        String::new(),
    )
}

#[test]
fn a_table_stays_in_the_edition_of_the_quest_it_began() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &[]);
    party.world = rebuilt(&party.world);
    assert!(matches!(party.view(ANNA).stage, Stage::Scene(_)));
    party.chooses(ANNA, "wait").unwrap();
    assert_eq!(party.scene().as_str(), "yard");
}

#[test]
fn a_new_table_is_offered_the_newest_edition_of_a_quest() {
    let rebuilt = rebuilt(&world(DecisionMode::Party));
    assert_eq!(rebuilt.quests.len(), 1);
    let mut party = Party::gathering(rebuilt);
    party.does(ANNA, Command::Begin {}).unwrap();
    party.time_passes();
    party.time_passes();
    assert_eq!(party.table.quest().map(|(_, edition)| edition), Some(2));
}
