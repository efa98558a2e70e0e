//! Choosing, and what silence comes to.

use game::content::DecisionMode;
use game::{Actor, Command, Event, FavourReason, God, OptionId, Phase, Refusal, SceneId, SeatNo};

use crate::happened::done;
use crate::party::{ANNA, Answer, BEN, CHRIS, DORA, Party};
use crate::tale::{Told, deciding, id, room_name, tale, way};

#[test]
fn a_choice_may_change_until_the_scene_is_decided() {
    let mut party = Party::in_hall(tale(), 1);
    party.chooses(BEN, "sing").unwrap();
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(done(&party.time_passes()), [("wait", vec![ANNA, BEN])]);
    assert_eq!(party.scene(), room_name(2));
}

#[test]
fn the_bearer_breaks_a_tie() {
    for (bearers, other) in [("wait", "sing"), ("sing", "wait")] {
        let mut party = Party::in_hall(tale(), 1);
        let events = party.decides(&[(BEN, other), (ANNA, bearers)]);
        assert_eq!(done(&events), [(bearers, vec![ANNA])]);
    }
}

#[test]
fn a_tie_without_the_bearer_goes_to_the_first_in_the_scenes_order() {
    let mut party = Party::in_hall(tale(), 2);
    party.chooses(BEN, "sing").unwrap();
    party.chooses(CHRIS, "wait").unwrap();
    assert_eq!(done(&party.time_passes()), [("wait", vec![CHRIS])]);
}

#[test]
fn most_voices_win_over_the_bearer() {
    let mut party = Party::in_hall(deciding(DecisionMode::Secret), 2);
    let events = party.decides(&[(ANNA, "wait"), (BEN, "sing"), (CHRIS, "sing")]);
    assert_eq!(done(&events), [("sing", vec![BEN, CHRIS])]);
}

#[test]
fn the_codex_goes_round() {
    let mut party = Party::in_hall(tale(), 1);
    let mut bearers = vec![party.log().bearer];
    for _ in 0..2 {
        party.all_choose("wait");
        bearers.push(party.log().bearer);
    }
    assert_eq!(bearers, [ANNA, BEN, ANNA]);
}

#[test]
fn where_the_bearer_decides_nobody_else_is_asked_or_waited_for() {
    let mut party = Party::in_hall(deciding(DecisionMode::Bearer), 1);
    assert_eq!(party.chooses(BEN, "sing"), Err(Refusal::BearerOnly));
    let events = party.decides(&[(ANNA, "sing")]);
    assert_eq!(done(&events), [("sing", vec![ANNA])]);
}

#[test]
fn where_everybody_acts_each_deed_is_its_doers() {
    let mut party = Party::in_hall(deciding(DecisionMode::Each), 1);
    let events = party.decides(&[(ANNA, "sing"), (BEN, "wait")]);
    assert_eq!(done(&events), [("sing", vec![ANNA]), ("wait", vec![BEN])]);
}

#[test]
fn where_everybody_acts_it_goes_well_when_half_succeed() {
    let world = || {
        tale().hall(|hall| {
            hall.decide = DecisionMode::Each;
            (hall.well, hall.ill) = (Some(room_name(3)), Some(room_name(4)));
        })
    };
    for (fallen, room) in [(1, 3), (99, 4)] {
        let is = |thrown| thrown == fallen;
        let throws = [1, 2].map(|seat| crate::party::falls(game::Purpose::Deed, seat, &is));
        let mut party = Party::rigged(world(), 2, &throws);
        party.decides(&[(ANNA, "push"), (BEN, "push"), (CHRIS, "wait")]);
        assert_eq!(party.scene(), room_name(room));
    }
}

#[test]
fn silence_brings_the_default_by_the_bearers_hand() {
    let mut party = Party::in_hall(tale(), 1);
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
    let mut party = Party::in_hall(tale(), 2);
    party.chooses(CHRIS, "sing").unwrap();
    assert_eq!(done(&party.time_passes()), [("sing", vec![CHRIS])]);
}

#[test]
fn time_does_not_pass_before_the_deadline_nor_for_anybody_but_the_clock() {
    let mut party = Party::in_hall(tale(), 1);
    party.at_ms = party.table.deadline_ms().unwrap() - 1;
    let early = party.asks(Actor::Clock, &Command::PassTime {});
    assert_eq!(early, Err(Refusal::TooEarly));
    let seat = party.does(ANNA, Command::PassTime {});
    assert_eq!(seat, Err(Refusal::NotNow));
    let other = party.asks(Actor::Clock, &Command::Leave {});
    assert_eq!(other, Err(Refusal::NotNow));
}

#[test]
fn a_seat_may_not_choose_the_same_again_nor_change_its_mind_for_ever() {
    let mut party = Party::in_hall(tale(), 1);
    party.chooses(BEN, "sing").unwrap();
    assert_eq!(party.chooses(BEN, "sing"), Err(Refusal::AlreadyChosen));
    let minds = ["wait", "sing"].into_iter().cycle();
    let tired = minds
        .take(1_000)
        .find_map(|mind| party.chooses(BEN, mind).err());
    assert_eq!(tired, Some(Refusal::TooOften));
    let events = party.decides(&[(ANNA, "sing")]);
    assert!(!done(&events).is_empty(), "the others go on");
}

#[test]
fn a_hand_does_not_come_and_go_for_ever() {
    let mut party = Party::in_hall(tale(), 1);
    let tired = (0..1_000).find_map(|_| {
        let acted = party.acts(BEN, "pocket").err();
        let scene = party.scene();
        let stayed = || party.does(BEN, Command::StayHand { scene }).err();
        acted.or_else(stayed)
    });
    assert_eq!(tired, Some(Refusal::TooOften));
    party.chooses(BEN, "wait").unwrap();
}

#[test]
fn a_command_for_another_scene_has_been_moved_on_from() {
    let mut party = Party::in_hall(tale(), 1);
    let scene = id!(SceneId, "yard");
    let moved_on = party.does(ANNA, Command::Invoke { scene });
    assert_eq!(moved_on, Err(Refusal::MovedOn));
}

#[test]
fn what_was_done_leads_where_its_marks_say() {
    let world = tale().outcome("sing", |sung| {
        sung.next_if = vec![game::content::NextIf {
            marks: [id!(game::Mark, "sworn")].into(),
            unless: [id!(game::Mark, "freed")].into(),
            next: Some(room_name(4)),
            ending: None,
        }];
    });
    for (set, room) in [(vec!["sworn"], 4), (vec!["sworn", "freed"], 2), (vec![], 2)] {
        let mut party = Party::in_hall(world.clone(), 1);
        for mark in &set {
            party.marked(mark);
        }
        party.all_choose("sing");
        assert_eq!(party.scene(), room_name(room), "{set:?}");
    }
}

#[test]
fn a_check_is_eased_and_hardened_once_each_and_everything_is_held_within_thirty() {
    let world = || {
        tale().way("push", |push| {
            let check = push.check.as_mut().unwrap();
            check.eased_by = ["a", "b"].map(|mark| id!(game::Mark, mark)).into();
            check.hardened_by = ["c", "d"].map(|mark| id!(game::Mark, mark)).into();
        })
    };
    let chance = |marks: &[&str], favourable: bool| {
        let world = world().way("push", |push| {
            let place = favourable.then_some(game::content::Circumstance::Favourable);
            push.check.as_mut().unwrap().circumstance = place;
        });
        let mut party = Party::in_hall(world, 0);
        for mark in marks {
            party.marked(mark);
        }
        party.invokes(ANNA).unwrap();
        party.chance(ANNA, "push")
    };
    // 50, and 15 by the signature.
    assert_eq!(chance(&[], false), 65);
    assert_eq!(chance(&["a", "b"], false), 80);
    assert_eq!(chance(&["c", "d"], false), 50);
    assert_eq!(chance(&["a", "c"], false), 65);
    assert_eq!(chance(&["a"], true), 80);
}

fn urge(party: &mut Party, seat: SeatNo, option: &str) -> Answer {
    let (scene, option) = (party.scene(), id!(OptionId, option));
    party.does(seat, Command::Urge { scene, option })
}

#[test]
fn where_the_bearer_decides_the_others_urge_openly() {
    let mut party = Party::in_hall(deciding(DecisionMode::Bearer), 2);
    assert_eq!(urge(&mut party, ANNA, "sing"), Err(Refusal::BearerUrges));
    urge(&mut party, BEN, "sing").unwrap();
    assert_eq!(urge(&mut party, BEN, "sing"), Err(Refusal::AlreadyChosen));
    assert_eq!(urge(&mut party, BEN, "pocket"), Err(Refusal::NoSuchChoice));
    assert_eq!(party.sees(ANNA).options[2].urged_by, [BEN]);
    let shared = urge(&mut Party::in_hall(tale(), 1), BEN, "sing");
    assert_eq!(shared, Err(Refusal::NotNow));
}

#[test]
fn a_bearer_who_does_what_nobody_urged_is_noticed_where_two_urged() {
    let noticed = |urging: &[(SeatNo, &str)], chooses: Option<&str>| {
        let mut party = Party::in_hall(deciding(DecisionMode::Bearer), 3);
        for (seat, option) in urging {
            urge(&mut party, *seat, option).unwrap();
        }
        let events = match chooses {
            Some(option) => party.decides(&[(ANNA, option)]),
            None => party.time_passes(),
        };
        let moves = events.iter().filter_map(|event| match event {
            Event::FavourMoved(moved) if moved.why == Some(FavourReason::Unurged) => {
                Some((moved.god, moved.by))
            }
            _ => None,
        });
        let moves: Vec<(God, i32)> = moves.collect();
        moves
    };
    let all = [(God::Kaitha, 3), (God::Drakmor, 2), (God::Valdris, -2)];
    let two = [(BEN, "sing"), (CHRIS, "push")];
    assert_eq!(noticed(&two, Some("wait")), all);
    assert!(noticed(&two, Some("sing")).is_empty());
    assert!(noticed(&[(DORA, "sing")], Some("wait")).is_empty());
    assert!(
        noticed(&two, None).is_empty(),
        "silence is no deed of the bearer's"
    );
}

#[test]
fn a_sign_at_a_telling_changes_nothing_and_may_be_made_otherwise() {
    let mut party = Party::in_hall(tale(), 2);
    party.lies(ANNA, game::Sense::Wild);
    let nod = |doubts| Command::Nod {
        scene: id!(SceneId, "hall"),
        telling: 0,
        doubts,
    };
    party.does(BEN, nod(true)).unwrap();
    assert_eq!(party.does(BEN, nod(true)), Err(Refusal::AlreadyChosen));
    assert_eq!(party.sees(CHRIS).told[0].doubted_by, [BEN]);
    party.does(BEN, nod(false)).unwrap();
    let told = party.sees(CHRIS).told.remove(0);
    assert_eq!((told.believed_by, told.doubted_by), (vec![BEN], Vec::new()));
}

#[test]
fn a_scene_whose_default_is_nowhere_breaks_the_story_off() {
    let world = tale().hall(|hall| way(hall, "wait").outcome = None);
    let mut party = Party::in_hall(world, 1);
    party.time_passes();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    assert_eq!(party.table.ending(), None);
}
