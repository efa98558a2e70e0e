//! Doubting what was told, and pressing companions.

use Manner::{Truth, Twist};
use Sense::{Arcana, Shadow, Song, Spirit, Wild};
use game::content::World;
use game::{
    ApprovalReason, Character, Command, CompanionId, Event, Exposure, Manner, MomentumReason,
    Purpose, Refusal, SeatNo, Sense, Skill, TrustReason,
};

use crate::happened::{exposed, momentum_moves, trust_by, trust_moves};
use crate::party::{ANNA, Answer, BEN, CHRIS, Party, falls};
use crate::tale::{Told, id, of, tale, vera, vera_who};

/// Three at the table, where Ben's challenge throws so.
fn doubting(wins: bool) -> Party {
    let thrown = move |fallen: u32| if wins { fallen <= 5 } else { fallen > 95 };
    Party::rigged(tale(), 2, &[falls(Purpose::Challenge, 2, &thrown)])
}

fn test(events: &[Event]) -> (i32, bool) {
    let mut tests = events.iter().filter_map(|event| match event {
        Event::Challenged(doubt) => Some((doubt.test.percent, doubt.caught)),
        _ => None,
    });
    tests.next().unwrap()
}

#[test]
fn a_lie_that_is_caught_exposes_its_teller_and_pays_the_doubter() {
    let mut party = doubting(true);
    party.lies(ANNA, Wild);
    let events = party.challenges(BEN, 0).unwrap();
    let how = Exposure::Challenge {
        seat: BEN,
        whisper: of(Wild),
    };
    assert_eq!(exposed(&events), [(Character::Seat(ANNA), how)]);
    assert_eq!(trust_moves(&events), [(-10, TrustReason::Exposed)]);
    assert_eq!(momentum_moves(&events, BEN), [(1, MomentumReason::Caught)]);
}

#[test]
fn a_challenge_that_catches_nobody_looks_alike_for_truth_and_lie() {
    let looks = |wins: bool, manner: Manner| {
        let mut party = doubting(wins);
        party.hears(ANNA, Wild);
        party.tells(ANNA, Wild, manner).unwrap();
        let events = party.challenges(BEN, 0).unwrap();
        assert!(exposed(&events).is_empty());
        assert_eq!(trust_moves(&events), [(-3, TrustReason::Challenged)]);
        let seen = party.sees(CHRIS).told.remove(0);
        (seen.challenge.unwrap().caught, seen.truth)
    };
    let held = looks(true, Truth);
    assert_eq!(looks(false, Truth), held);
    assert_eq!(looks(false, Twist), held);
    assert_eq!(held, (false, None));
}

#[test]
fn a_throw_is_made_in_every_case() {
    for manner in [Truth, Twist] {
        let mut party = doubting(false);
        party.hears(ANNA, Wild);
        party.tells(ANNA, Wild, manner).unwrap();
        let events = party.challenges(BEN, 0).unwrap();
        assert!(matches!(&events[0], Event::Challenged(doubt) if doubt.test.throw.value > 95));
    }
}

#[test]
fn a_twist_that_is_caught_is_read_out_and_counts_as_told_truly() {
    let mut party = doubting(true);
    party.tells_truly(CHRIS, Sense::Steel);
    party.lies(ANNA, Arcana);
    let events = party.challenges(BEN, 1).unwrap();
    let opened = |event: &Event| matches!(event, Event::InsightDawned { .. });
    assert!(events.iter().any(opened), "both halves are told now");
    let seen = party.sees(CHRIS).told.remove(1);
    assert_eq!(seen.truth.as_deref(), Some("arcana is so"));
}

#[test]
fn a_word_apart_is_doubted_by_its_ear_alone_and_read_to_all_when_it_is_caught() {
    let mut party = doubting(true);
    party.hears(ANNA, Wild);
    party.tells_aside(ANNA, Wild, (Twist, BEN)).unwrap();
    let not_his = party.challenges(CHRIS, 0);
    assert_eq!(not_his, Err(Refusal::NoSuchTelling));
    party.challenges(BEN, 0).unwrap();
    let (said, truth) = party.sees(CHRIS).asides[0].caught.clone().unwrap();
    assert_eq!(
        (said.as_str(), truth.as_str()),
        ("wild is not so", "wild is so")
    );
}

#[test]
fn a_seat_doubts_once_a_scene_and_each_telling_is_doubted_once_and_never_ones_own() {
    let mut party = doubting(false);
    party.tells_truly(ANNA, Wild);
    party.tells_truly(ANNA, Arcana);
    assert_eq!(party.challenges(ANNA, 0), Err(Refusal::NoSuchTelling));
    assert_eq!(party.challenges(BEN, 2), Err(Refusal::NoSuchTelling));
    party.challenges(BEN, 0).unwrap();
    assert_eq!(party.challenges(CHRIS, 0), Err(Refusal::AlreadyChallenged));
    assert_eq!(party.challenges(BEN, 1), Err(Refusal::ChallengeUsed));
}

#[test]
fn challenges_that_catch_nobody_cost_six_a_scene_at_most() {
    let mut party = Party::in_hall(tale(), 3);
    party.tells_truly(ANNA, Wild);
    party.tells_truly(BEN, Arcana);
    party.tells_truly(CHRIS, Shadow);
    let mut cost = Vec::new();
    for (seat, telling) in [(BEN, 0), (CHRIS, 1), (ANNA, 2)] {
        let events = party.challenges(seat, telling).unwrap();
        cost.push(trust_by(&events, &TrustReason::Challenged));
    }
    assert_eq!(cost, [-3, -3, 0]);
}

#[test]
fn the_chance_weighs_perception_against_deception_and_ones_own_sense_and_is_shown() {
    let world = || {
        let mut world = tale();
        world.classes[0].skills.insert(Skill::Perception, 33);
        world.classes[0].skills.insert(Skill::Deception, 20);
        world
    };
    for (sense, expected) in [(Wild, 56), (Song, 71)] {
        let mut party = Party::in_hall(world(), 2);
        party.tells_truly(ANNA, sense);
        assert_eq!(party.sees(BEN).told[0].doubt, Some(expected));
        assert_eq!(test(&party.challenges(BEN, 0).unwrap()).0, expected);
    }
}

#[test]
fn an_exposed_seat_tells_no_more_twists_in_the_scene() {
    let mut party = doubting(true);
    party.lies(ANNA, Wild);
    party.challenges(BEN, 0).unwrap();
    party.hears(ANNA, Arcana);
    assert_eq!(party.tells(ANNA, Arcana, Twist), Err(Refusal::Exposed));
    let apart = party.tells_aside(ANNA, Arcana, (Twist, CHRIS));
    assert_eq!(apart, Err(Refusal::Exposed));
    party.tells(ANNA, Arcana, Truth).unwrap();
}

/// Vera is the guest and hears with spirit and shadow.
fn with_vera(approval: i32) -> World {
    tale().guest(vera(approval))
}

fn press(party: &mut Party, seat: SeatNo) -> Answer {
    let scene = party.scene();
    let companion = id!(CompanionId, "vera");
    party.does(seat, Command::Press { scene, companion })
}

/// Vera keeps something here, and Ben's pressing throws so.
fn pressing(approval: i32, wins: bool, crosses: bool) -> (Party, Vec<Event>) {
    let thrown = move |fallen: u32| if wins { fallen <= 5 } else { fallen > 95 };
    let world = tale().guest(vera_who(approval, &["keeps spirit", "keeps shadow"]));
    let world = world.hall(|hall| {
        for whisper in &mut hall.whispers {
            whisper.crosses = crosses.then(|| id!(CompanionId, "vera"));
        }
    });
    let mut party = Party::rigged(world, 1, &[falls(Purpose::Press, 2, &thrown)]);
    let events = press(&mut party, BEN).unwrap();
    (party, events)
}

/// What Vera told after she was pressed.
fn gave(events: &[Event]) -> Vec<Sense> {
    let told = events.iter().filter_map(|event| match event {
        Event::Told(told) => Sense::ALL.iter().find(|sense| told.whisper == of(**sense)),
        _ => None,
    });
    told.copied().collect()
}

#[test]
fn a_companion_who_gives_way_tells_the_heaviest_it_keeps() {
    let (_, events) = pressing(50, true, false);
    assert_eq!(gave(&events), [Spirit], "the critical one");
}

#[test]
fn a_companion_pressed_in_vain_likes_the_party_less() {
    let (_, events) = pressing(50, false, false);
    assert!(gave(&events).is_empty());
    let moved = events.iter().find_map(|event| match event {
        Event::ApprovalMoved(moved) => Some((moved.by, moved.why)),
        _ => None,
    });
    assert_eq!(moved, Some((-5, ApprovalReason::Pressed)));
}

#[test]
fn what_crosses_a_companion_is_given_away_from_an_approval_of_sixty_on() {
    assert!(gave(&pressing(59, true, true).1).is_empty());
    assert_eq!(gave(&pressing(60, true, true).1).len(), 1);
}

#[test]
fn a_companion_is_pressed_once_a_scene_whether_it_keeps_anything_or_not() {
    let mut party = Party::in_hall(with_vera(100), 2);
    let shown = &party.sees(BEN).presses[0];
    // Persuasion of 10 against 70 less half of an approval of 100.
    assert_eq!(shown.percent, 45);
    press(&mut party, BEN).unwrap();
    assert_eq!(press(&mut party, ANNA), Err(Refusal::PressUsed));
    assert!(party.sees(ANNA).presses.is_empty());
}

#[test]
fn nobody_presses_who_is_not_there() {
    let mut party = Party::in_hall(tale(), 2);
    assert_eq!(press(&mut party, BEN), Err(Refusal::NoSuchCompanion));
}

#[test]
fn a_doubting_companion_challenges_the_first_telling_of_its_sense_true_or_not_at_no_cost() {
    for manner in [Truth, Twist] {
        let thrown = |fallen: u32| fallen > 95;
        let world = tale().guest(vera_who(0, &["challenges"]));
        let mut party = Party::rigged(world, 5, &[falls(Purpose::Challenge, 32, &thrown)]);
        party.hears(ANNA, Wild);
        let other = party.tells(ANNA, Wild, manner).unwrap();
        assert_eq!(other.len(), 1, "the wild is no sense of hers");
        party.hears(ANNA, Shadow);
        let events = party.tells(ANNA, Shadow, manner).unwrap();
        assert!(!test(&events).1);
        assert!(trust_moves(&events).is_empty());
        party.hears(BEN, Spirit);
        let second = party.tells(BEN, Spirit, manner).unwrap();
        assert_eq!(second.len(), 1, "she doubts once a scene");
    }
}

#[test]
fn a_companion_that_doubted_in_vain_doubts_nobody_in_the_next_scene() {
    let thrown = |fallen: u32| fallen > 95;
    let world = tale().guest(vera_who(50, &["challenges"]));
    let mut party = Party::rigged(world, 5, &[falls(Purpose::Challenge, 32, &thrown)]);
    let doubts = |party: &mut Party| {
        party.hears(ANNA, Shadow);
        party.tells(ANNA, Shadow, Truth).unwrap().len() > 1
    };
    assert!(doubts(&mut party));
    party.all_choose("wait");
    assert!(!doubts(&mut party));
    party.all_choose("wait");
    assert!(doubts(&mut party));
}

#[test]
fn a_lie_that_a_companion_catches_exposes_its_teller() {
    let thrown = |fallen: u32| fallen <= 5;
    let world = tale().guest(vera_who(50, &["challenges"]));
    let mut party = Party::rigged(world, 5, &[falls(Purpose::Challenge, 32, &thrown)]);
    let events = party.lies(ANNA, Shadow);
    assert_eq!(exposed(&events)[0].0, Character::Seat(ANNA));
    assert_eq!(trust_by(&events, &TrustReason::Exposed), -10);
}
