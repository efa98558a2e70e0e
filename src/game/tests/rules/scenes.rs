//! Choosing, and what silence comes to.

use game::content::DecisionMode;
use game::{Actor, Command, Event, Phase, Refusal, SceneId};

use crate::party::{ANNA, BEN, CHRIS, Party, done, id, world};

#[test]
fn a_choice_may_change_until_all_have_chosen() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    party.chooses(BEN, "sing").unwrap();
    party.chooses(BEN, "wait").unwrap();
    let events = party.chooses(ANNA, "wait").unwrap();
    assert_eq!(done(&events), [("wait", vec![ANNA, BEN])]);
    assert_eq!(party.scene().as_str(), "yard");
}

#[test]
fn the_bearer_breaks_a_tie() {
    for option in ["wait", "sing"] {
        let other = if option == "wait" { "sing" } else { "wait" };
        let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
        party.chooses(BEN, other).unwrap();
        let events = party.chooses(ANNA, option).unwrap();
        assert_eq!(done(&events), [(option, vec![ANNA])]);
    }
}

#[test]
fn most_voices_win_over_the_bearer() {
    let mut party = Party::in_scene(world(DecisionMode::Secret), &["Ben", "Chris"]);
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "sing").unwrap();
    let events = party.chooses(CHRIS, "sing").unwrap();
    assert_eq!(done(&events), [("sing", vec![BEN, CHRIS])]);
}

#[test]
fn the_codex_goes_round() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    party.time_passes();
    assert_eq!(party.table.scenes().last().unwrap().bearer, BEN);
}

#[test]
fn where_the_bearer_decides_nobody_else_is_asked_or_waited_for() {
    let mut party = Party::in_scene(world(DecisionMode::Bearer), &["Ben"]);
    assert_eq!(party.chooses(BEN, "sing"), Err(Refusal::BearerOnly));
    let events = party.chooses(ANNA, "sing").unwrap();
    assert_eq!(done(&events), [("sing", vec![ANNA])]);
}

#[test]
fn where_everybody_acts_each_deed_is_its_doers() {
    let mut party = Party::in_scene(world(DecisionMode::Each), &["Ben"]);
    party.chooses(ANNA, "sing").unwrap();
    let events = party.chooses(BEN, "wait").unwrap();
    assert_eq!(done(&events), [("sing", vec![ANNA]), ("wait", vec![BEN])]);
}

#[test]
fn silence_brings_the_default() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    let events = party.time_passes();
    let silent = |event: &Event| {
        matches!(
            event,
            Event::Decided {
                by_silence: true,
                ..
            }
        )
    };
    assert!(events.iter().any(silent));
    assert_eq!(done(&events), [("wait", vec![ANNA])]);
}

#[test]
fn who_lets_the_time_pass_abstains() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben", "Chris"]);
    party.chooses(CHRIS, "sing").unwrap();
    assert_eq!(done(&party.time_passes()), [("sing", vec![CHRIS])]);
}

#[test]
fn time_does_not_pass_before_the_deadline() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    let deadline_ms = party.table.deadline_ms().unwrap();
    assert_eq!(deadline_ms, party.at_ms + 60_000, "a minute a scene");
    party.at_ms = deadline_ms - 1;
    let early = party.asks(Actor::Clock, &Command::PassTime {});
    assert_eq!(early, Err(Refusal::TooEarly));
    let seat = party.does(ANNA, Command::PassTime {});
    assert_eq!(seat, Err(Refusal::NotNow));
}

#[test]
fn who_stays_chooses_anew_when_somebody_leaves_and_the_codex_passes() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    party.chooses(BEN, "sing").unwrap();
    let events = party.does(ANNA, Command::Leave {}).unwrap();
    assert!(events.contains(&Event::BearerPassed { seat: BEN }));
    assert!(
        done(&events).is_empty(),
        "the chance is another without Anna"
    );
    let events = party.chooses(BEN, "sing").unwrap();
    assert_eq!(done(&events), [("sing", vec![BEN])]);
}

#[test]
fn a_seat_may_not_choose_the_same_again_nor_change_its_mind_for_ever() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    party.chooses(BEN, "sing").unwrap();
    assert_eq!(party.chooses(BEN, "sing"), Err(Refusal::AlreadyChosen));
    let minds = ["wait", "sing"].into_iter().cycle();
    let tired = minds
        .take(1_000)
        .find_map(|mind| party.chooses(BEN, mind).err());
    assert_eq!(tired, Some(Refusal::TooOften));
    let events = party.chooses(ANNA, "sing").unwrap();
    assert!(!done(&events).is_empty(), "the others go on");
}

#[test]
fn a_story_that_all_have_left_is_told() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &[]);
    party.does(ANNA, Command::Leave {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn a_command_for_another_scene_has_been_moved_on_from() {
    let mut party = Party::in_scene(world(DecisionMode::Party), &["Ben"]);
    let scene = id!(SceneId, "yard");
    assert_eq!(
        party.does(ANNA, Command::Invoke { scene }),
        Err(Refusal::MovedOn)
    );
    assert_eq!(party.chooses(ANNA, "dance"), Err(Refusal::NoSuchChoice));
    assert_eq!(party.chooses(ANNA, "gate"), Err(Refusal::NotOpen));
}
