//! How stakes are dealt, shown to their seats, and paid.

use std::collections::BTreeSet;

use game::{Character, Event, FavourReason, God, LegendReason, Seed, Stake, StakeKind, Tag};

use crate::party::{ANNA, Opened, Party};
use crate::stakes::past::{Past, quiet, world};
use crate::tale::{Told, tale_of};

/// What each seat was dealt.
fn dealt(party: &Party) -> Vec<Stake> {
    let seats = party.table.seats().values();
    seats
        .filter_map(|seat| seat.stake.as_ref().map(|held| held.stake))
        .collect()
}

#[test]
fn every_seat_is_dealt_another_stake() {
    for others in [0, 2, 5] {
        for party in Party::twenty_in_hall(&world(6), others) {
            let stakes = dealt(&party);
            let different: BTreeSet<Stake> = stakes.iter().copied().collect();
            assert_eq!((stakes.len(), different.len()), (others + 1, others + 1));
        }
    }
}

#[test]
fn a_third_of_the_seats_at_most_holds_one_against_the_others() {
    let world = world(6);
    let against = |stake: &Stake| {
        let sheet = world.stakes.iter().find(|sheet| sheet.id == *stake);
        sheet.unwrap().kind == StakeKind::Against
    };
    for (others, most) in [(0, 1), (2, 1), (3, 2), (5, 2)] {
        for party in Party::twenty_in_hall(&world, others) {
            let held = dealt(&party).iter().filter(|stake| against(stake)).count();
            assert!(held <= most, "{held} of {}", others + 1);
        }
    }
}

#[test]
fn a_stake_is_of_one_of_the_three_gods_that_regard_the_seat_most() {
    // Each first answer moves its god by 30: Korvan, Athena and Mercus are pleased.
    let pleased = [God::Korvan, God::Athena, God::Mercus];
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        let opened = Opened {
            seed: Seed([seed; 32]),
            ..Opened::default()
        };
        let mut party = opened.gathering(world(6), 0);
        for god in pleased {
            let question = crate::tale::id!(game::QuestionId, &format!("{god}-1"));
            let moves = [(god, 30)].into();
            let (seat, answer) = (ANNA, 0);
            party.given(&[Event::Answered {
                seat,
                question,
                answer,
                moves,
            }]);
        }
        let sitting = game::Sitting::Long;
        party.does(ANNA, game::Command::Begin { sitting }).unwrap();
        party.time_passes();
        party.time_passes();
        let god = dealt(&party)[0].god();
        assert!(pleased.contains(&god), "{god}");
        seen.insert(god);
    }
    assert_eq!(seen.len(), 3, "chance decides among them");
}

#[test]
fn a_stake_is_dealt_only_where_the_size_and_the_quest_allow_it() {
    let mut large = world(6);
    for sheet in &mut large.stakes {
        sheet.seats = if sheet.id == Stake::SlowWater { 1 } else { 2 };
    }
    assert!(
        Party::twenty_in_hall(&large, 0)
            .iter()
            .all(|party| dealt(party) == [Stake::SlowWater])
    );

    // A quest without secret, gift, bargain or freedom; there is something to steal.
    let lacking = [
        Stake::WhatTheDarkIsFor,
        Stake::NotFromOurPockets,
        Stake::InTheBlack,
        Stake::NoLockLeft,
    ];
    for party in Party::twenty_in_hall(&world(6), 5) {
        assert!(dealt(&party).iter().all(|stake| !lacking.contains(stake)));
    }
}

#[test]
fn my_own_names_another_seat_to_its_holder_alone() {
    let mut only = world(6);
    only.stakes.retain(|sheet| sheet.id == Stake::MyOwn);
    for party in Party::twenty_in_hall(&only, 2) {
        let seats = party.table.seats().iter();
        let held: Vec<_> = seats
            .filter_map(|(no, seat)| Some((*no, seat.stake.clone()?)))
            .collect();
        assert_eq!(held.len(), 1, "one stake, one seat");
        let (holder, stake) = &held[0];
        assert!(matches!(stake.kin, Some(Character::Seat(kin)) if kin != *holder));
        let sees = |seat| party.view(seat).sheet.unwrap().stake.is_some();
        let others = party.table.seats().keys().filter(|no| *no != holder);
        assert!(sees(*holder) && others.into_iter().all(|no| !sees(*no)));
    }
}

/// What a stake of Sylara and one of Mercus pay.
fn paid(past: Past, god: God) -> (i32, Option<i32>) {
    let mut party = past.party;
    party.given(&[Event::NamingBegan {
        ending: None,
        deadline_ms: 1,
    }]);
    let events = party.time_passes_by();
    let favour = events.iter().find_map(|event| match event {
        Event::FavourMoved(moved)
            if moved.seat == ANNA && moved.god == god && moved.why == Some(FavourReason::Stake) =>
        {
            Some(moved.by)
        }
        _ => None,
    });
    let legend = events.iter().find_map(|event| match event {
        Event::LegendGrew(grown) if grown.seat == ANNA && grown.why == LegendReason::Stake => {
            Some(grown.by)
        }
        _ => None,
    });
    (favour.unwrap(), legend)
}

#[test]
fn a_met_stake_pays_fifteen_and_one_of_legend_or_two_and_a_missed_one_costs_five() {
    let met = Past::of(Stake::NothingWasted, 1).did(&[]);
    assert_eq!(paid(met, God::Sylara), (15, Some(1)));
    let against = Past::of(Stake::MyShare, 1).happens(&[quiet(game::OutcomeKind::Success)]);
    assert_eq!(paid(against.did(&[]), God::Mercus), (15, Some(2)));
    let missed = Past::of(Stake::NothingWasted, 1).did(&[Tag::Waste]);
    assert_eq!(paid(missed, God::Sylara), (-5, None));
}

#[test]
fn who_left_is_paid_nothing() {
    let mut party = Past::of(Stake::NothingWasted, 2).did(&[]).party;
    party.does(ANNA, game::Command::Leave {}).unwrap();
    party.given(&[Event::NamingBegan {
        ending: None,
        deadline_ms: 1,
    }]);
    let events = party.time_passes_by();
    let settled = |event: &Event| matches!(event, Event::StakeSettled { seat: ANNA, .. });
    assert!(!events.iter().any(settled));
}

/// What Anna sees of how far her stake has come.
fn progress(past: &Past) -> Option<(usize, usize)> {
    let stake = past.party.view(ANNA).sheet.unwrap().stake.unwrap();
    stake
        .progress
        .map(|progress| (progress.have, progress.want))
}

#[test]
fn its_seat_sees_live_what_rests_on_its_own_acts() {
    let past = Past::of(Stake::SlowWater, 1);
    assert_eq!(progress(&past), Some((0, 2)));
    assert_eq!(progress(&past.did(&[Tag::Mercy])), Some((1, 2)));
}

#[test]
fn what_rests_on_others_honesty_is_told_by_the_chronicle_alone() {
    let silent = [
        Stake::OneToTheBar,
        Stake::WhatTheDarkIsFor,
        Stake::TheWholePage,
        Stake::Proof,
        Stake::FairExchange,
        Stake::MyOwn,
    ];
    for stake in Stake::ALL {
        let shown = progress(&Past::of(*stake, 2)).is_some();
        if silent.contains(stake) {
            assert!(!shown, "{stake}");
        }
    }
}

#[test]
fn a_long_quest_asks_for_more() {
    let want = |rooms: usize| {
        let past = Past::in_world(world(rooms), Stake::SlowWater, 1);
        let hint = past.party.view(ANNA).sheet.unwrap().stake.unwrap().hint;
        (progress(&past).unwrap().1, hint)
    };
    assert_eq!(want(7), (2, "2 and 1".to_owned()));
    assert_eq!(want(8), (3, "3 and 2".to_owned()));
}

#[test]
fn a_world_without_stakes_deals_none() {
    assert!(dealt(&Party::in_hall(tale_of(6), 2)).is_empty());
}

#[test]
fn who_keeps_the_secret_reads_what_it_is_about() {
    let world = world(6).quest(|quest| quest.secret_of = Some("who rings the bell".to_owned()));
    let read = |stake: Stake| {
        let past = Past::in_world(world.clone(), stake, 1);
        past.party
            .view(ANNA)
            .sheet
            .unwrap()
            .stake
            .unwrap()
            .secret_of
    };
    assert_eq!(
        read(Stake::WhatTheDarkIsFor).as_deref(),
        Some("who rings the bell")
    );
    assert_eq!(read(Stake::SlowWater), None);
}
