//! By what the stakes of Valdris, Kaitha, Morvane and Sylara are met.

use game::{Done, Event, Manner, OptionId, OutcomeKind, Sense, Stake, Tag};

use crate::party::{ANNA, BEN, CHRIS};
use crate::stakes::past::{Past, exposed, quiet, said, told, world};
use crate::tale::{Told, id, vera};

#[test]
fn clean_hands_leaves_with_nothing_against_its_name() {
    let past = || Past::of(Stake::CleanHands, 1);
    assert!(past().did(&[Tag::Mercy]).met());
    assert!(past().others_did(&[Tag::Theft]).met());
    assert!(!past().did(&[Tag::OathBroken]).met());
    assert!(
        !past()
            .happens(&[quiet(OutcomeKind::Success)])
            .did(&[])
            .met()
    );
    assert!(
        past()
            .happens(&[quiet(OutcomeKind::Failure)])
            .did(&[])
            .met()
    );
    let lie = told(ANNA, Sense::Wild, Manner::Twist);
    assert!(!past().happens(&[lie]).did(&[]).met());
}

#[test]
fn by_the_book_does_what_is_owed() {
    let past = || Past::of(Stake::ByTheBook, 2);
    assert!(!past().did(&[Tag::Mercy]).met());
    assert!(past().did(&[Tag::Lawful, Tag::Protect]).met());
    assert!(!past().others_did(&[Tag::Lawful]).met());
}

#[test]
fn one_to_the_bar_exposes_somebody_or_sits_among_the_honest() {
    let past = || Past::of(Stake::OneToTheBar, 2);
    assert!(past().happens(&[exposed(BEN)]).met());
    let mut honest = past();
    honest.party.trusts(100);
    assert!(honest.met());
    let lie = told(CHRIS, Sense::Wild, Manner::Twist);
    let mut lied = past().happens(&[lie]);
    lied.party.trusts(100);
    assert!(!lied.met());
    let mut distrustful = past();
    distrustful.party.trusts(60);
    assert!(!distrustful.met());
}

#[test]
fn the_odd_one_out_is_outvoted_and_not_always_alone() {
    let alone = [(ANNA, "wait"), (BEN, "sing"), (CHRIS, "sing")];
    let beside = [(ANNA, "wait"), (BEN, "wait"), (CHRIS, "sing")];
    let past = || Past::of(Stake::TheOddOneOut, 2);
    let lost = |past: Past, votes| past.decided(votes, "sing", &[]);
    assert!(lost(lost(past(), &alone), &beside).met());
    assert!(!lost(lost(past(), &alone), &alone).met());
    assert!(!lost(past(), &beside).met(), "two in a short quest");
}

#[test]
fn a_good_one_lies_to_the_last_who_carries_the_book() {
    let lie = |sense| told(ANNA, sense, Manner::Twist);
    // Ben carries the book in the second room, Anna in the first and the third.
    let past = |first: &[Event]| Past::of(Stake::AGoodOne, 2).happens(first).did(&[]);
    let once = [lie(Sense::Wild)];
    let both = [lie(Sense::Wild), lie(Sense::Arcana)];
    assert!(past(&once).happens(&once).met(), "two in a short quest");
    assert!(!past(&[]).happens(&once).met());
    assert!(!past(&both).met(), "none in the last scene");
    assert!(!past(&both).did(&[]).happens(&once).met(), "to herself");
    assert!(!past(&both).happens(&once).happens(&[exposed(ANNA)]).met());
    let caught = [lie(Sense::Wild), exposed(ANNA)];
    assert!(!past(&caught).happens(&once).met());
    assert!(past(&caught).happens(&both).met(), "what stands counts");
    let same = [
        lie(Sense::Wild),
        said(ANNA, Sense::Wild, Manner::Twist, Some(BEN)),
    ];
    assert!(!past(&[]).happens(&same).met(), "one whisper is one lie");
}

#[test]
fn off_the_map_does_what_is_unheard_of() {
    let past = || Past::of(Stake::OffTheMap, 2);
    assert!(past().did(&[Tag::Defiance]).did(&[Tag::Invention]).met());
    assert!(
        !past().did(&[Tag::Defiance, Tag::Lawless]).met(),
        "deeds count, not tags"
    );
}

#[test]
fn all_still_breathing_has_no_harm_no_exposure_and_nobody_gone() {
    let past = || Past::of(Stake::AllStillBreathing, 1);
    let harm = |averted| Event::HarmCame {
        harm: id!(game::Mark, "crushed"),
        averted,
    };
    assert!(past().did(&[]).met());
    assert!(past().happens(&[harm(true)]).did(&[]).met());
    assert!(!past().happens(&[harm(false)]).did(&[]).met());
    assert!(!past().happens(&[exposed(BEN)]).did(&[]).met());
    let companion = vera(50).id;
    let left = Event::CompanionLeft { companion };
    assert!(!past().happens(&[left]).did(&[]).met());
}

#[test]
fn something_put_by_keeps_momentum_and_whispers() {
    let keeps = |momentum: i32, rooms: usize| {
        let mut past = Past::of(Stake::SomethingPutBy, 1);
        past.party.gains(ANNA, momentum - 1);
        (0..rooms).fold(past, |past, _| past.did(&[])).met()
    };
    assert!(keeps(3, 2));
    assert!(!keeps(2, 2));
    assert!(!keeps(3, 1), "one whisper only");
}

#[test]
fn not_from_our_pockets_sees_a_gift_offered_and_none_made() {
    let past = || Past::of(Stake::NotFromOurPockets, 2);
    let offered = |past: Past| {
        let offered = Event::Decided {
            ballots: Vec::new(),
            by_silence: false,
            offered: vec![Tag::Generosity],
        };
        let done = Event::DeedDone(Done {
            doers: vec![BEN],
            option: id!(OptionId, "wait"),
            roll: None,
            kind: OutcomeKind::Plain,
            tags: Vec::new(),
        });
        past.happens(&[offered, done])
    };
    assert!(!past().met(), "nothing was offered");
    assert!(offered(past()).met());
    assert!(!past().others_did(&[Tag::Sacrifice]).met());
}

#[test]
fn slow_water_waits() {
    let past = || Past::of(Stake::SlowWater, 1);
    assert!(past().did(&[Tag::Patience]).did(&[Tag::Mercy]).met());
    assert!(!past().did(&[Tag::Patience]).met());
}

#[test]
fn nothing_wasted_sees_nothing_thrown_away_by_anybody() {
    let past = || Past::of(Stake::NothingWasted, 2);
    assert!(past().did(&[Tag::Mercy]).met());
    assert!(!past().others_did(&[Tag::BurnedBook]).met());
}

#[test]
fn what_the_dark_is_for_keeps_the_secret_from_everybody() {
    let secret = || {
        let world = world(6).whisper(Sense::Wild, |whisper| whisper.secret = true);
        Past::in_world(world, Stake::WhatTheDarkIsFor, 2)
    };
    assert!(secret().met());
    let by_ben = |manner, to| said(BEN, Sense::Wild, manner, to);
    assert!(!secret().happens(&[by_ben(Manner::Truth, None)]).met());
    assert!(secret().happens(&[by_ben(Manner::Twist, None)]).met());
    assert!(!secret().happens(&[by_ben(Manner::Truth, Some(ANNA))]).met());
}
