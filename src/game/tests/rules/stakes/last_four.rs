//! By what the stakes of Korvan, Athena, Mercus and Drakmor are met.

use game::{
    Character, Done, Event, God, Manner, OptionId, OutcomeKind, SeatNo, Sense, Stake, StakeDeal,
    Tag,
};

use crate::party::{ANNA, BEN, CHRIS};
use crate::stakes::past::{Past, a_throw, exposed, quiet, said, told, world};
use crate::tale::{Told, id};

#[test]
fn first_through_the_door_chooses_before_anybody_has_told_and_is_there() {
    let past = || Past::of(Stake::FirstThroughTheDoor, 2);
    assert!(past().did(&[]).did(&[]).met());
    let second = [(BEN, "sing"), (ANNA, "sing")];
    let late = |past: Past| past.decided(&second, "sing", &[]);
    assert!(!late(late(past())).met());
    let heard = told(BEN, Sense::Wild, Manner::Truth);
    let late = past().happens(std::slice::from_ref(&heard)).did(&[]);
    assert!(!late.happens(&[heard]).did(&[]).met());
    let unheeded = [(ANNA, "wait"), (BEN, "sing")];
    let ignored = |past: Past| past.decided(&unheeded, "sing", &[]);
    assert!(ignored(past().did(&[])).met(), "once it was done");
    assert!(!ignored(ignored(past())).met(), "never done");
    let wavers = [(ANNA, "wait"), (ANNA, "sing"), (BEN, "sing")];
    let wavered = |past: Past| past.decided(&wavers, "sing", &[]);
    assert!(!wavered(wavered(past())).met());
}

#[test]
fn long_odds_brings_off_what_was_unlikely() {
    let past = || Past::of(Stake::LongOdds, 2);
    let rolled = |hand: SeatNo, percent: i32, parts: Vec<game::ChancePart>| {
        let roll = game::Roll {
            hand: Character::Seat(hand),
            skill: game::Skill::Strength,
            difficulty: 80,
            chance: game::Chance { percent, parts },
            throw: a_throw(),
            second: None,
        };
        Event::DeedDone(Done {
            doers: vec![ANNA],
            option: id!(OptionId, "push"),
            roll: Some(roll),
            kind: OutcomeKind::Success,
            tags: Vec::new(),
        })
    };
    assert!(past().happens(&[rolled(ANNA, 45, Vec::new())]).met());
    assert!(!past().happens(&[rolled(ANNA, 46, Vec::new())]).met());
    assert!(!past().happens(&[rolled(BEN, 45, Vec::new())]).met());
    let blessed = vec![game::ChancePart::Gift(God::Valdris, 60)];
    assert!(past().happens(&[rolled(ANNA, 100, blessed)]).met());
}

#[test]
fn no_back_door_goes_in_at_the_front() {
    let past = || Past::of(Stake::NoBackDoor, 2);
    assert!(past().did(&[Tag::Courage]).met());
    assert!(!past().others_did(&[Tag::Ambush]).met());
}

#[test]
fn the_whole_page_knows_eight_parts_in_ten() {
    // Anna hears one of two in the hall, and the one there is of each other room.
    let past = || Past::of(Stake::TheWholePage, 1);
    assert!(!past().met(), "one of two");
    assert!(past().did(&[]).did(&[]).did(&[]).met(), "four of five");
    assert!(!past().did(&[]).did(&[]).met(), "three of four");
    let all = Sense::ALL.iter();
    let all: Vec<Event> = all.map(|sense| told(BEN, *sense, Manner::Truth)).collect();
    assert!(past().happens(&all).met());
    let lies = Sense::ALL.iter();
    let lies: Vec<Event> = lies.map(|sense| told(BEN, *sense, Manner::Twist)).collect();
    assert!(!past().happens(&lies).met());
}

#[test]
fn proof_is_right_about_another_in_both_columns() {
    let right = |twisted: Option<bool>, stake: God| {
        let mut past = Past::of(Stake::Proof, 2);
        let deal = StakeDeal {
            seat: BEN,
            stake: Stake::SlowWater,
            kin: None,
        };
        past = past.happens(&[Event::StakeDealt(deal)]);
        let slips = vec![game::Slip {
            about: BEN,
            twisted,
            stake: Some(stake),
        }];
        past.happens(&[Event::Judged(game::Judgement { seat: ANNA, slips })])
            .met()
    };
    assert!(right(Some(false), God::Sylara));
    assert!(!right(Some(true), God::Sylara));
    assert!(!right(Some(false), God::Korvan));
    assert!(
        !right(None, God::Sylara),
        "a column left empty is not right"
    );
}

#[test]
fn unpublished_keeps_weighty_whispers_that_nobody_else_tells() {
    // The whisper of song, which Anna hears in every room but the hall, is critical.
    let past = || Past::of(Stake::Unpublished, 1).did(&[]).did(&[]).did(&[]);
    assert!(!past().met(), "two are not enough");
    assert!(past().did(&[]).met());
    let told_by = |by: SeatNo| {
        let song = || told(by, Sense::Song, Manner::Truth);
        let hall = Past::of(Stake::Unpublished, 1);
        let yard = hall.did(&[]).did(&[]).happens(&[song()]);
        yard.did(&[]).did(&[]).met()
    };
    assert!(!told_by(ANNA), "she kept nothing");
    assert!(!told_by(BEN), "it came out all the same");
}

#[test]
fn fair_exchange_confides_and_is_confided_in() {
    let past = || Past::of(Stake::FairExchange, 2);
    let out = said(ANNA, Sense::Wild, Manner::Truth, Some(BEN));
    let back = said(CHRIS, Sense::Arcana, Manner::Truth, Some(ANNA));
    let lie = said(CHRIS, Sense::Arcana, Manner::Twist, Some(ANNA));
    assert!(past().happens(&[out.clone(), back.clone()]).met());
    assert!(!past().happens(std::slice::from_ref(&out)).met());
    assert!(!past().happens(&[back]).met());
    assert!(!past().happens(&[out, lie]).met());
}

#[test]
fn in_the_black_bargains_once_wastes_nothing_and_has_coin() {
    let fair = |rooms: &[(bool, &[Tag])], momentum: i32| {
        let world = world(6).quest(|quest| {
            for scene in &mut quest.scenes {
                crate::tale::way(scene, "sing").tags = vec![Tag::FairDealing];
            }
        });
        let mut past = Past::in_world(world, Stake::InTheBlack, 1);
        past.party.gains(ANNA, momentum - 1);
        for (chosen, tags) in rooms {
            past = if *chosen {
                past.did(tags)
            } else {
                past.others_did(tags)
            };
        }
        past.met()
    };
    let bargain: &[Tag] = &[Tag::FairDealing];
    assert!(fair(&[(true, bargain)], 1));
    assert!(!fair(&[(true, bargain)], 0));
    assert!(fair(&[(true, bargain), (false, bargain)], 2));
    assert!(!fair(&[(false, bargain)], 2));
    assert!(!fair(
        &[(true, bargain), (true, &[Tag::FairDealing, Tag::Waste])],
        2
    ));
    assert!(!fair(&[], 2), "no bargain was struck");
}

#[test]
fn my_share_takes_something_unseen() {
    let past = || Past::of(Stake::MyShare, 1);
    assert!(
        past()
            .happens(&[quiet(OutcomeKind::Success)])
            .did(&[])
            .met()
    );
    assert!(
        !past()
            .happens(&[quiet(OutcomeKind::Disaster)])
            .did(&[])
            .met()
    );
    assert!(!past().did(&[Tag::Greed]).met());
}

#[test]
fn no_lock_left_opens_something_and_shuts_nothing() {
    let past = || Past::of(Stake::NoLockLeft, 2);
    assert!(past().others_did(&[Tag::Freedom]).met());
    assert!(!past().did(&[Tag::Mercy]).met());
    assert!(!past().did(&[Tag::Freedom]).others_did(&[Tag::Caging]).met());
}

#[test]
fn nobodys_hand_beats_the_bearer() {
    // Anna bears the Codex in the hall and Ben in the yard.
    let past = || Past::of(Stake::NobodysHand, 2).did(&[]);
    let beat = [(ANNA, "sing"), (BEN, "wait"), (CHRIS, "sing")];
    assert!(past().decided(&beat, "sing", &[]).met());
    assert!(!past().decided(&beat, "wait", &[]).met());
    let own = Past::of(Stake::NobodysHand, 2).decided(&beat, "sing", &[]);
    assert!(!own.met(), "she was the bearer herself");
}

#[test]
fn my_own_stands_where_its_kin_stands() {
    let past = || Past::of(Stake::MyOwn, 1);
    let apart = [(ANNA, "sing"), (BEN, "wait")];
    let stood = |together: usize, away: usize| {
        let mut past = past();
        for _ in 0..together {
            past = past.did(&[]);
        }
        for _ in 0..away {
            past = past.decided(&apart, "sing", &[]);
        }
        past.met()
    };
    assert!(stood(4, 1));
    assert!(!stood(2, 3));
    let caught = past().happens(&[exposed(BEN)]).did(&[]);
    assert!(!caught.met());
}
