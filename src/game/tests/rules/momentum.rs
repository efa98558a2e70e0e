//! Momentum and what it buys; signatures and when they are ready.

use MomentumUse::{Hint, SecondThrow};
use game::content::{DecisionMode, World};
use game::{
    Command, Event, God, MomentumReason, MomentumUse, OutcomeKind, Purpose, Refusal, SeatNo, Sense,
    Skill, Tag, Vote,
};

use crate::happened::{came_out, momentum_moves, rolled};
use crate::party::{ANNA, Answer, BEN, CHRIS, Party, falls, push_falls};
use crate::tale::{Told, deciding, tale, way};

fn spend(party: &mut Party, seat: SeatNo, on: MomentumUse) -> Answer {
    let scene = party.scene();
    party.does(seat, Command::Spend { scene, on })
}

/// A party of so many besides Anna whose pushing falls so, and falls so when it is thrown once more.
fn throwing(world: World, others: usize, first: u32, second: u32) -> Party {
    let is_first = |fallen| fallen == first;
    let is_second = move |fallen: u32| {
        if second <= 50 {
            fallen <= 50
        } else {
            (76..=95).contains(&fallen)
        }
    };
    let again = falls(Purpose::SecondThrow, 16, &is_second);
    Party::rigged(world, others, &[push_falls(&is_first), again])
}

#[test]
fn everybody_begins_with_one() {
    let party = Party::in_hall(tale(), 1);
    assert_eq!((party.momentum(ANNA), party.momentum(BEN)), (1, 1));
}

#[test]
fn a_failed_roll_gives_its_hand_one_and_a_disaster_two() {
    for (fallen, by) in [(99, 2), (90, 1)] {
        let mut party = throwing(tale(), 2, fallen, 100);
        let events = party.all_choose("push");
        assert_eq!(
            momentum_moves(&events, ANNA),
            [(by, MomentumReason::Failed)]
        );
        assert!(momentum_moves(&events, BEN).is_empty());
    }
}

#[test]
fn being_outvoted_gives_one_to_who_has_less_than_two() {
    let outvoted = |has: i32| {
        let mut party = Party::in_hall(tale(), 2);
        party.gains(CHRIS, has - 1);
        let votes = [(ANNA, "wait"), (BEN, "wait"), (CHRIS, "sing")];
        momentum_moves(&party.decides(&votes), CHRIS)
    };
    let paid = [(1, MomentumReason::Outvoted)];
    assert_eq!(outvoted(0), paid);
    assert_eq!(outvoted(1), paid);
    assert!(outvoted(2).is_empty());
}

#[test]
fn who_said_nothing_or_where_nobody_is_outvoted_nobody_gains() {
    let mut party = Party::in_hall(tale(), 2);
    party.chooses(ANNA, "wait").unwrap();
    let events = party.time_passes();
    assert!(momentum_moves(&events, CHRIS).is_empty());

    let mut party = Party::in_hall(deciding(DecisionMode::Each), 1);
    let events = party.decides(&[(ANNA, "wait"), (BEN, "sing")]);
    assert!(momentum_moves(&events, BEN).is_empty());
}

#[test]
fn momentum_is_held_to_five() {
    let mut party = throwing(tale(), 0, 99, 100);
    party.gains(ANNA, 3);
    party.all_choose("push");
    assert_eq!(party.momentum(ANNA), 5);
}

#[test]
fn a_failed_roll_is_thrown_once_more_for_two() {
    // Strength of 40 against 40, and two who help: 60.
    let mut party = throwing(tale(), 2, 61, 1);
    party.gains(ANNA, 1);
    spend(&mut party, ANNA, SecondThrow).unwrap();
    assert_eq!(party.momentum(ANNA), 2, "it is paid for when it is thrown");
    let events = party.all_choose("push");
    let roll = rolled(&events);
    assert_eq!(roll.second.unwrap().by, ANNA);
    assert!(came_out(&events).is_good());
    assert_eq!(party.momentum(ANNA), 0);
}

#[test]
fn what_was_not_needed_is_not_paid_for_and_a_disaster_is_not_thrown_again() {
    for fallen in [60, 96] {
        let mut party = throwing(tale(), 2, fallen, 1);
        party.gains(BEN, 1);
        spend(&mut party, BEN, SecondThrow).unwrap();
        let events = party.all_choose("push");
        assert_eq!(rolled(&events).second, None, "{fallen}");
        assert_eq!(party.momentum(BEN), 2);
    }
}

#[test]
fn a_helper_may_pay_the_hand_first_and_one_pays() {
    let mut party = throwing(tale(), 2, 61, 100);
    for seat in [CHRIS, BEN] {
        party.gains(seat, 1);
        spend(&mut party, seat, SecondThrow).unwrap();
    }
    let events = party.all_choose("push");
    let second = rolled(&events).second.unwrap();
    assert_eq!(second.by, BEN, "the lower seat");
    assert_eq!(party.momentum(CHRIS), 2);
    let paid = (-2, MomentumReason::Spent);
    assert_eq!(momentum_moves(&events, BEN), [paid]);
    assert_eq!(came_out(&events), OutcomeKind::Failure, "it stands");
}

#[test]
fn who_neither_rolls_nor_helps_throws_nothing_again() {
    let mut world = tale();
    world.classes[0].skills.insert(Skill::Strength, 29);
    let mut party = throwing(world, 2, 90, 1);
    party.gains(BEN, 1);
    spend(&mut party, BEN, SecondThrow).unwrap();
    let seen = party.sees(BEN).options[0].check.clone().unwrap();
    assert_eq!(seen.with_second_throw, None);
    assert_eq!(rolled(&party.all_choose("push")).second, None);
}

#[test]
fn ones_own_sheet_shows_both_chances_and_nobody_elses_does() {
    let mut party = Party::in_hall(tale(), 2);
    party.gains(BEN, 1);
    let version = party.view(CHRIS).version;
    spend(&mut party, BEN, SecondThrow).unwrap();
    let shown = |seat| {
        let check = party.sees(seat).options[0].check.clone().unwrap();
        (check.chance.percent, check.with_second_throw)
    };
    // 60, and of the 35 that are a plain failure three fifths.
    assert_eq!(shown(BEN), (60, Some(81)));
    assert_eq!(shown(CHRIS), (60, None));
    assert_eq!(party.view(CHRIS).version, version);
}

#[test]
fn it_is_bought_once_a_scene_and_not_on_credit() {
    let mut party = Party::in_hall(tale(), 1);
    let poor = spend(&mut party, ANNA, SecondThrow);
    assert_eq!(poor, Err(Refusal::TooLittleMomentum));
    party.gains(ANNA, 1);
    spend(&mut party, ANNA, SecondThrow).unwrap();
    let again = spend(&mut party, ANNA, SecondThrow);
    assert_eq!(again, Err(Refusal::AlreadySpent));
}

#[test]
fn a_hint_tells_how_the_god_of_ones_highest_favour_would_vote() {
    let world = tale()
        .weighs(God::Athena, Tag::Inquiry, 2)
        .weighs(God::Athena, Tag::Waste, -2)
        .hall(|hall| {
            way(hall, "wait").tags = vec![Tag::Inquiry];
            way(hall, "sing").tags = vec![Tag::Waste];
        });
    let mut party = Party::in_hall(world, 1);
    party.favours(ANNA, God::Athena, 10);
    spend(&mut party, ANNA, Hint).unwrap();
    assert_eq!(party.momentum(ANNA), 0);
    let hints = |seat| {
        let options = party.sees(seat).options.into_iter();
        let hints: Vec<Option<Vote>> = options.map(|way| way.hint).collect();
        hints
    };
    let told = [Vote::Abstained, Vote::For, Vote::Against].map(Some);
    assert_eq!(hints(ANNA)[..3], told);
    assert!(hints(BEN).iter().all(Option::is_none));
}

#[test]
fn a_signature_is_ready_at_the_beginning_and_then_spent() {
    let mut party = Party::in_hall(tale(), 2);
    assert_eq!(party.chance(BEN, "push"), 60);
    party.invokes(ANNA).unwrap();
    assert_eq!(
        party.chance(BEN, "push"),
        75,
        "the table sees what it lends"
    );
    assert_eq!(party.invokes(ANNA), Err(Refusal::SignatureUsed));
    party.all_choose("wait");
    assert_eq!(party.chance(BEN, "push"), 60, "for one scene");
    assert_eq!(party.invokes(ANNA), Err(Refusal::SignatureUsed));
}

#[test]
fn a_signature_is_ready_again_after_a_roll_of_ones_own_that_failed() {
    for (fallen, ready) in [(90, true), (40, false)] {
        let mut party = throwing(tale(), 2, fallen, 100);
        party.invokes(ANNA).unwrap();
        party.all_choose("push");
        assert_eq!(party.invokes(ANNA).is_ok(), ready);
        party.invokes(BEN).unwrap();
    }
}

#[test]
fn a_signature_is_ready_again_after_a_council() {
    let mut party = Party::in_hall(tale().way("sing", |sing| sing.great = true), 1);
    party.invokes(ANNA).unwrap();
    party.all_choose("sing");
    party.invokes(ANNA).unwrap();
}

/// A world whose class listens.
fn listening() -> World {
    let mut world = tale();
    world.classes[0].signature.edge.clear();
    world.classes[0].signature.listen = true;
    world
}

/// The whisper that a signature let a seat hear.
fn heard(events: &[Event]) -> Sense {
    let heard = events.iter().find_map(|event| match event {
        Event::Invoked { heard, .. } => heard.clone(),
        _ => None,
    });
    let mut senses = Sense::ALL.iter().copied();
    senses
        .find(|sense| heard == Some(crate::tale::of(*sense)))
        .unwrap()
}

#[test]
fn a_listener_hears_first_what_nobody_holds_and_nobody_is_told() {
    let mut party = Party::in_hall(listening(), 2);
    let version = party.view(BEN).version;
    let whisper = crate::tale::of(heard(&party.invokes(ANNA).unwrap()));
    assert_eq!(party.log().hearers(&whisper).len(), 1);
    assert_eq!(party.view(BEN).version, version);
}

#[test]
fn a_listener_hears_then_what_was_told_and_then_what_another_holds() {
    // Six seats hold the six whispers.
    let mut party = Party::in_hall(listening(), 5);
    let told = party.log().first_dealt(BEN).unwrap().clone();
    let sense = Sense::ALL.iter().copied();
    let mut sense = sense.filter(|sense| crate::tale::of(*sense) == told);
    let sense = sense.next().unwrap();
    party.tells(BEN, sense, game::Manner::Twist).unwrap();
    assert_eq!(heard(&party.invokes(ANNA).unwrap()), sense);
    let other = heard(&party.invokes(CHRIS).unwrap());
    assert_eq!(other, sense, "told comes before held");
    let own = heard(&party.invokes(BEN).unwrap());
    assert_ne!(own, sense, "it held that");
}

#[test]
fn who_hears_everything_listens_in_vain() {
    let mut party = Party::in_hall(listening(), 1);
    for sense in Sense::ALL {
        party.hears(ANNA, *sense);
    }
    assert_eq!(party.invokes(ANNA), Err(Refusal::NothingToHear));
}
