//! What companions tell, want and bear.

use game::content::{DecisionMode, World};
use game::{Character, Event, God, Manner, Tag};

use crate::party::{ANNA, Party, companion, done, world};

/// A world where Vera joins small parties.
fn with_vera(approval: i32) -> World {
    let mut world = world(DecisionMode::Party);
    world.companions = vec![companion(approval)];
    world
}

/// What Vera tells as the scene opens, beside Anna and Ben who hear the halves of the insight.
fn told(world: World) -> Vec<Manner> {
    let party = Party::in_scene(world, &["Ben"]);
    let log = party.table.scenes().last().unwrap();
    let told = log.told.iter();
    told.filter(|told| matches!(told.by, Character::Companion(_)))
        .map(|told| told.manner)
        .collect()
}

/// The weight of the whisper that fits Vera is critical.
#[test]
fn a_companion_speaks_up_by_approval() {
    assert_eq!(told(with_vera(60)), [Manner::Truth]);
    assert_eq!(told(with_vera(59)), []);
}

#[test]
fn a_companion_keeps_back_what_crosses_them_and_twists_it_for_those_they_despise() {
    let crossed = |approval| {
        let mut world = with_vera(approval);
        let vera = world.companions[0].id.clone();
        let scene = &mut world.quests.values_mut().next().unwrap().scenes[0];
        scene.whispers[2].crosses = Some(vera);
        told(world)
    };
    assert_eq!(crossed(79), []);
    assert_eq!(crossed(30), []);
    assert_eq!(crossed(29), [Manner::Twist]);
}

#[test]
fn companions_join_only_parties_smaller_than_three() {
    let party = Party::in_scene(with_vera(50), &["Ben", "Chris"]);
    assert_eq!(party.view(ANNA).companions.len(), 0);
    let party = Party::in_scene(with_vera(50), &["Ben"]);
    assert_eq!(party.view(ANNA).companions.len(), 1);
}

#[test]
fn two_companions_never_outvote_a_lone_player() {
    let mut world = with_vera(50);
    let mut other = companion(50);
    other.id = game::CompanionId::parse("wim").unwrap();
    world.companions.push(other);
    world.gods.get_mut(&God::Athena).unwrap().weighs = [(Tag::Inquiry, 3)].into();
    let scene = &mut world.quests.values_mut().next().unwrap().scenes[0];
    scene.options[2].tags = vec![Tag::Inquiry];
    let mut party = Party::in_scene(world, &[]);
    let leaning = party.view(ANNA).companions.remove(1).leans_to;
    assert_eq!(leaning.as_ref().map(game::OptionId::as_str), Some("sing"));
    let events = party.chooses(ANNA, "wait").unwrap();
    assert_eq!(done(&events), [("wait", vec![ANNA])]);
}

#[test]
fn a_deed_with_their_trigger_drives_a_companion_away() {
    let mut world = with_vera(30);
    let scene = &mut world.quests.values_mut().next().unwrap().scenes[0];
    scene.options[2].tags = vec![Tag::BurnedBook];
    let mut party = Party::in_scene(world, &[]);
    let events = party.chooses(ANNA, "sing").unwrap();
    let left = |event: &Event| matches!(event, Event::CompanionLeft { .. });
    assert!(events.iter().any(left));
    assert!(!party.view(ANNA).companions[0].present);
}
