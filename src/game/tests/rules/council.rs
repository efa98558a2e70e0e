//! Eight votes on a great deed.

use game::content::{DecisionMode, World};
use game::{Event, God, Tag, Verdict, Vote};

use crate::party::{ANNA, Party, world};

/// Singing is a great deed of mercy; the first `ayes` gods love mercy and the `nays` after them abhor it.
fn judging(ayes: usize, nays: usize) -> World {
    let mut world = world(DecisionMode::Party);
    for (at, god) in God::ALL.iter().enumerate() {
        let weight = match at {
            at if at < ayes => 1,
            at if at < ayes + nays => -1,
            _ => 0,
        };
        let sheet = world.gods.get_mut(god).unwrap();
        sheet.weighs = [(Tag::Mercy, weight)].into();
    }
    for scene in &mut world.quests.values_mut().next().unwrap().scenes {
        scene.options[2].great = true;
        scene.options[2].tags = vec![Tag::Mercy];
    }
    world
}

/// The verdict over Anna's song, which side carried it, and how far the first god moved.
fn verdict(party: &mut Party) -> (Verdict, Vote, i32) {
    let events = party.chooses(ANNA, "sing").unwrap();
    let held = events.iter().find_map(|event| match event {
        Event::CouncilHeld(council) => Some((council.verdict, council.carried)),
        _ => None,
    });
    let moved = events.iter().find_map(|event| match event {
        Event::FavourMoved(moved) if moved.god == God::Valdris => Some(moved.by),
        _ => None,
    });
    let (verdict, carried) = held.expect("the gods convene");
    (verdict, carried, moved.unwrap_or(0))
}

#[test]
fn votes_make_the_verdict_and_the_verdict_weighs_the_favour() {
    let expected = [
        // Five times a score of one, times 1.5, 1, 0.75 or 0.5, rounded towards nothing.
        ((8, 0), (Verdict::Concord, Vote::For, 7)),
        ((6, 0), (Verdict::Concord, Vote::For, 7)),
        ((0, 8), (Verdict::Concord, Vote::Against, -7)),
        ((5, 0), (Verdict::Strong, Vote::For, 5)),
        ((6, 2), (Verdict::Strong, Vote::For, 5)),
        ((5, 3), (Verdict::Narrow, Vote::For, 3)),
        ((1, 0), (Verdict::Narrow, Vote::For, 3)),
        ((4, 4), (Verdict::Deadlock, Vote::Abstained, 2)),
        ((0, 0), (Verdict::Deadlock, Vote::Abstained, 0)),
    ];
    for ((ayes, nays), outcome) in expected {
        let mut party = Party::in_scene(judging(ayes, nays), &[]);
        assert_eq!(verdict(&mut party), outcome, "{ayes} for, {nays} against");
    }
}

#[test]
fn after_a_deadlock_the_next_great_deed_counts_double() {
    let mut party = Party::in_scene(judging(4, 4), &[]);
    assert_eq!(verdict(&mut party).2, 2);
    assert_eq!(verdict(&mut party).2, 4);
}

#[test]
fn a_deed_that_is_not_great_convenes_nobody() {
    let mut party = Party::in_scene(judging(8, 0), &[]);
    let events = party.chooses(ANNA, "wait").unwrap();
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::CouncilHeld(_)))
    );
}
