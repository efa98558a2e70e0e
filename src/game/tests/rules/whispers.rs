//! Sharing, twisting, keeping; what trust they bring and what they open.

use game::content::{DecisionMode, World};
use game::{Command, Event, Manner, Refusal, SeatNo, Stage};

use crate::party::{ANNA, BEN, CHRIS, Party, trust_moves, world};

/// Three in a scene: between them they hear all three whispers.
fn three() -> Party {
    Party::in_scene(world(DecisionMode::Party), &["Ben", "Chris"])
}

/// Who of the three hears the whisper of this name.
fn hearer(party: &Party, name: &str) -> SeatNo {
    let hears = |seat: &SeatNo| party.whisper_of(*seat).as_str() == name;
    [ANNA, BEN, CHRIS].into_iter().find(hears).unwrap()
}

#[test]
fn sharing_brings_trust_by_weight_and_a_twist_looks_the_same() {
    for (name, worth) in [("creak", 3), ("draught", 6), ("sigh", 10)] {
        for manner in [Manner::Truth, Manner::Twist] {
            let mut party = three();
            let seat = hearer(&party, name);
            let whisper = party.whisper_of(seat);
            let events = party.tells(seat, &whisper, manner).unwrap();
            assert_eq!(trust_moves(&events), [worth], "{name} {manner:?}");
        }
    }
}

#[test]
fn a_whisper_is_told_once_and_only_by_who_heard_it() {
    let mut party = three();
    let whisper = party.whisper_of(ANNA);
    let refused = party.tells(BEN, &whisper, Manner::Truth);
    assert_eq!(refused, Err(Refusal::NotYourWhisper));
    party.tells(ANNA, &whisper, Manner::Twist).unwrap();
    let refused = party.tells(ANNA, &whisper, Manner::Truth);
    assert_eq!(refused, Err(Refusal::AlreadyTold));
}

#[test]
fn two_true_halves_open_the_way() {
    let mut party = three();
    for name in ["creak", "draught"] {
        let seat = hearer(&party, name);
        let whisper = party.whisper_of(seat);
        let events = party.tells(seat, &whisper, Manner::Truth).unwrap();
        let dawned = events
            .iter()
            .any(|event| matches!(event, Event::InsightDawned { .. }));
        assert_eq!(dawned, name == "draught");
    }
    party.chooses(ANNA, "gate").unwrap();
}

#[test]
fn a_twisted_half_opens_nothing() {
    let mut party = three();
    for (name, manner) in [("creak", Manner::Truth), ("draught", Manner::Twist)] {
        let seat = hearer(&party, name);
        let whisper = party.whisper_of(seat);
        party.tells(seat, &whisper, manner).unwrap();
    }
    assert_eq!(party.chooses(ANNA, "gate"), Err(Refusal::NotOpen));
}

/// The three's scene where pushing brings a harm that one whisper warns of.
fn perilous() -> World {
    let mut world = world(DecisionMode::Party);
    let harm = game::Mark::parse("crushed");
    let scene = &mut world.quests.values_mut().next().unwrap().scenes[0];
    scene.whispers[2].warns.clone_from(&harm);
    scene.options[1].outcome.as_mut().unwrap().harm = harm;
    world
}

#[test]
fn a_harm_somebody_could_have_warned_of_costs_trust_unless_they_told() {
    let mut kept = Party::in_scene(perilous(), &["Ben", "Chris"]);
    assert_eq!(trust_moves(&kept.time_passes()), [-15]);
    // A twist may not be given away by what follows from it.
    for manner in [Manner::Truth, Manner::Twist] {
        let mut told = Party::in_scene(perilous(), &["Ben", "Chris"]);
        let seat = hearer(&told, "sigh");
        let whisper = told.whisper_of(seat);
        told.tells(seat, &whisper, manner).unwrap();
        assert!(trust_moves(&told.time_passes()).is_empty(), "{manner:?}");
    }
}

#[test]
fn a_signature_helps_once_a_scene_and_the_page_shows_by_how_much() {
    let mut party = three();
    let shown = |party: &Party| match party.view(BEN).stage {
        Stage::Scene(scene) => scene.options[0].check.clone().unwrap().chance.percent,
        other => panic!("no scene is open: {other:?}"),
    };
    // Skill 40 against 40, and two who help.
    assert_eq!(shown(&party), 60);
    let scene = party.scene();
    party
        .does(
            ANNA,
            Command::Invoke {
                scene: scene.clone(),
            },
        )
        .unwrap();
    assert_eq!(shown(&party), 75);
    let again = party.does(ANNA, Command::Invoke { scene });
    assert_eq!(again, Err(Refusal::SignatureUsed));
}
