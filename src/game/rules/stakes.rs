//! A seat's secret aim for a quest: which it is dealt, how far it has come, and whether it was met.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::content::{Quest, StakeSheet, World};
use crate::protocol::{Character, Event, FavourReason, LegendGain, LegendReason, StakeDeal};
use crate::rules::draft::Draft;
use crate::rules::facts::{Facts, LONG_MIN};
use crate::rules::{council, naming};
use crate::state::{HeldStake, Seat, Table};
use crate::vocabulary::{Dice, God, Purpose, SeatNo, Stake, StakeKind, Tag};

/// How far a stake has come, where its seat may know it before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StakeProgress {
    /// What counts so far.
    pub(crate) have: usize,
    /// What it takes; 0 where it takes that nothing happens.
    pub(crate) want: usize,
}

/// Deals every seat a stake, the seats in an order of chance.
pub(super) fn deal(draft: &mut Draft<'_>) {
    let mut dice = draft.dice(Purpose::Stake, 0);
    let mut seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    let against_max = seats.len().div_ceil(3);
    dice.shuffle(&mut seats);
    let mut dealt: Vec<&StakeSheet> = Vec::new();
    for seat in seats {
        let against = dealt
            .iter()
            .filter(|sheet| sheet.kind == StakeKind::Against);
        let no_more_against = against.count() >= against_max;
        let fits = |sheet: &StakeSheet| {
            let is_free = dealt.iter().all(|other| other.id != sheet.id);
            is_free && (!no_more_against || sheet.kind != StakeKind::Against)
        };
        let Some(sheet) = draw(draft, &mut dice, seat, fits) else {
            continue;
        };
        let kin = kin_for(draft, &mut dice, seat, sheet.id);
        dealt.push(sheet);
        draft.happen(Event::StakeDealt(StakeDeal {
            seat,
            stake: sheet.id,
            kin,
        }));
    }
}

/// Draws a stake of one of the seat's highest gods, else of the next.
fn draw<'w>(
    draft: &Draft<'w>,
    dice: &mut Dice,
    seat: SeatNo,
    fits: impl Fn(&StakeSheet) -> bool,
) -> Option<&'w StakeSheet> {
    let seats = draft.table.present().count();
    let quest = draft.quest()?;
    let held = draft.table.party.seat(seat)?;
    let mut gods = God::ALL.to_vec();
    dice.shuffle(&mut gods);
    let favour = favour_by_answers(draft, held);
    gods.sort_by_key(|god| Reverse(favour.get(god).copied().unwrap_or(0)));
    let highest = draft.edition.stake.gods.min(gods.len());
    dice.shuffle(&mut gods[..highest]);
    gods.into_iter().find_map(|god| {
        let of_god = draft.world.stakes.iter().filter(|sheet| sheet.god == god);
        let open: Vec<&StakeSheet> = of_god
            .filter(|sheet| usize::from(sheet.seats) <= seats && fits(sheet))
            .filter(|sheet| allows(quest, sheet.id, seats))
            .collect();
        dice.pick(&open).copied()
    })
}

/// The favour that a stake is dealt by: before it was halved at the calling; later, as it stands.
fn favour_by_answers(draft: &Draft<'_>, held: &Seat) -> BTreeMap<God, i32> {
    if !draft.table.story.told().is_empty() || held.answers.is_empty() {
        return held.favour.clone();
    }
    let mut favour = BTreeMap::new();
    for (id, answer) in &held.answers {
        let question = draft.world.question(id);
        let answer = question.and_then(|question| question.answers.get(usize::from(*answer)));
        for (god, by) in answer.into_iter().flat_map(|answer| &answer.moves) {
            *favour.entry(*god).or_insert(0) += by;
        }
    }
    favour
}

/// Whether a quest has what the stake is about.
fn allows(quest: &Quest, stake: Stake, seats: usize) -> bool {
    let has = |tags: &[Tag], quiet: bool| {
        let options = quest.scenes.iter().flat_map(|scene| &scene.options);
        let mut fitting = options.filter(|option| option.quiet == quiet);
        fitting.any(|option| option.tags.iter().any(|tag| tags.contains(tag)))
    };
    let has_secret = || {
        let mut whispers = quest.scenes.iter().flat_map(|scene| &scene.whispers);
        whispers.any(|whisper| whisper.secret)
    };
    let asked_for: &[(Stake, &[Tag], bool)] = &[
        (Stake::MyShare, MINE, true),
        (Stake::InTheBlack, &[Tag::FairDealing], false),
        (Stake::NoLockLeft, &[Tag::Freedom], false),
        (Stake::NotFromOurPockets, GIVING, false),
    ];
    if stake == Stake::WhatTheDarkIsFor {
        return has_secret() && seats > 1;
    }
    let asked_for = asked_for.iter().find(|(asking, ..)| *asking == stake);
    asked_for.is_none_or(|(_, tags, quiet)| has(tags, *quiet))
}

const AGAINST_THE_LAW: &[Tag] = &[Tag::OathBroken, Tag::Lawless, Tag::Theft, Tag::Deceit];
const OWED: &[Tag] = &[Tag::OathKept, Tag::Lawful, Tag::Protect];
const UNHEARD_OF: &[Tag] = &[Tag::Defiance, Tag::Lawless, Tag::Invention];
const GIVING: &[Tag] = &[Tag::Sacrifice, Tag::Generosity];
const WAITING: &[Tag] = &[Tag::Patience, Tag::Mercy, Tag::Balance];
const WASTING: &[Tag] = &[
    Tag::Waste,
    Tag::Cruelty,
    Tag::Poison,
    Tag::BurnedBook,
    Tag::Ruthless,
];
const BACK_DOORS: &[Tag] = &[Tag::Flight, Tag::Ambush, Tag::Poison, Tag::Deceit];
const MINE: &[Tag] = &[Tag::Theft, Tag::Greed];
const SHUTTING: &[Tag] = &[Tag::Caging, Tag::Submission];
/// Critical whispers that are kept, at least, in a quest of any length.
const WEIGHTY_MIN: usize = 3;

/// Whom the stake concerns, if it concerns somebody: another seat by chance, else a companion.
fn kin_for(draft: &Draft<'_>, dice: &mut Dice, seat: SeatNo, stake: Stake) -> Option<Character> {
    if stake != Stake::MyOwn {
        return None;
    }
    let others: Vec<Character> = draft
        .table
        .present()
        .filter(|(no, _)| *no != seat)
        .map(|(no, _)| Character::Seat(no))
        .collect();
    let companions: Vec<Character> = draft
        .table
        .party
        .allies()
        .map(|(id, _)| Character::Companion(id.clone()))
        .collect();
    let from = if others.is_empty() {
        companions
    } else {
        others
    };
    dice.pick(&from).cloned()
}

/// `many` and `some`, by the length of the quest.
pub(crate) fn measures(is_long: bool) -> (usize, usize) {
    if is_long { (3, 2) } else { (2, 1) }
}

/// Whether a seat has met its stake as things stand.
pub(super) fn is_met(table: &Table, world: &World, seat: SeatNo, held: &HeldStake) -> bool {
    let facts = Facts::of(table, world, seat);
    let (many, some) = measures(facts.is_long());
    let seats = seats_dealt(table);
    let momentum = table.party.seat(seat).map_or(0, |seat| seat.momentum);
    let has_momentum = |least: usize| usize::try_from(momentum).is_ok_and(|held| held >= least);
    match held.stake {
        Stake::CleanHands => {
            facts.did(AGAINST_THE_LAW) + facts.quiet(AGAINST_THE_LAW) + facts.twists() == 0
        }
        Stake::ByTheBook => facts.did(OWED) >= some,
        Stake::OneToTheBar => facts.exposed_by_me() >= 1 || nobody_lied(table, world),
        Stake::TheOddOneOut => facts.outvoted() >= many && facts.minority() >= 1,
        Stake::AGoodOne => facts.standing_lies() >= many && facts.lied_at_last(),
        Stake::OffTheMap => facts.did(UNHEARD_OF) >= many,
        Stake::AllStillBreathing => facts.left_any() + facts.harms() + facts.exposed().1 == 0,
        Stake::SomethingPutBy => has_momentum(many + 1) && facts.kept() >= 2,
        Stake::NotFromOurPockets => facts.offered(GIVING) >= 1 && facts.done(GIVING) == 0,
        Stake::SlowWater => facts.did(WAITING) >= many,
        Stake::NothingWasted => facts.done(WASTING) == 0,
        Stake::WhatTheDarkIsFor => !facts.secret_out(),
        Stake::FirstThroughTheDoor => {
            let (first, done) = facts.first();
            first >= many && done >= some
        }
        Stake::LongOdds => facts.long_shots() >= long_odds(&facts, seats),
        Stake::NoBackDoor => facts.done(BACK_DOORS) + facts.quiet(BACK_DOORS) == 0,
        Stake::TheWholePage => {
            let (known, dealt) = facts.knows();
            known * 10 >= dealt * 8
        }
        Stake::Proof => naming::right_in_both(table, world, seat) >= if seats >= 5 { 2 } else { 1 },
        Stake::Unpublished => {
            let (kept, out) = facts.kept_critical();
            kept >= WEIGHTY_MIN && !out
        }
        Stake::FairExchange => facts.confided() >= some && facts.was_confided() >= 1,
        Stake::InTheBlack => {
            facts.chose(Tag::FairDealing) >= 1
                && facts.done(&[Tag::Waste]) == 0
                && has_momentum(some)
        }
        Stake::MyShare => facts.quiet(MINE) >= 1,
        Stake::NoLockLeft => facts.done(&[Tag::Freedom]) >= 1 && facts.done(SHUTTING) == 0,
        Stake::NobodysHand => {
            facts.beat_bearer() >= 1 && (!facts.is_long() || facts.unlike_bearer() >= many)
        }
        Stake::MyOwn => held.kin.as_ref().is_some_and(|kin| stood_by(&facts, kin)),
    }
}

/// How many seats were dealt a stake: those that the quest began with.
fn seats_dealt(table: &Table) -> usize {
    let seats = table.seats().values();
    seats.filter(|seat| seat.stake.is_some()).count()
}

fn long_odds(facts: &Facts<'_>, seats: usize) -> usize {
    if seats >= 3 || !facts.is_long() { 1 } else { 2 }
}

/// Nobody told a twist, and the party trusts one another.
fn nobody_lied(table: &Table, world: &World) -> bool {
    const TRUST_MIN: i32 = 70;
    let mut seats = table.seats().keys();
    table.trust() >= TRUST_MIN && seats.all(|no| Facts::of(table, world, *no).twists() == 0)
}

/// The kin was never exposed, and the seat chose as it did in two thirds of shared scenes, and in one secret ballot if there
/// was any.
fn stood_by(facts: &Facts<'_>, kin: &Character) -> bool {
    let (alike, all, in_secret) = facts.agreed(kin);
    !facts.was_exposed(kin) && alike * 3 >= all * 2 && in_secret
}

/// How far the seat's stake has come, where that rests on its own acts and public facts alone: whatever rests on others'
/// honesty would tell truth from twist.
pub(crate) fn progress(
    table: &Table,
    world: &World,
    seat: SeatNo,
    held: &HeldStake,
) -> Option<StakeProgress> {
    let facts = Facts::of(table, world, seat);
    let (many, some) = measures(facts.is_long());
    let momentum = table.party.seat(seat).map_or(0, |seat| seat.momentum);
    let (have, want) = match held.stake {
        Stake::CleanHands => (
            facts.did(AGAINST_THE_LAW) + facts.quiet(AGAINST_THE_LAW) + facts.twists(),
            0,
        ),
        Stake::ByTheBook => (facts.did(OWED), some),
        Stake::TheOddOneOut => (facts.outvoted(), many),
        Stake::AGoodOne => (facts.standing_lies(), many),
        Stake::OffTheMap => (facts.did(UNHEARD_OF), many),
        Stake::AllStillBreathing => (facts.left_any() + facts.harms() + facts.exposed().1, 0),
        Stake::SomethingPutBy => (usize::try_from(momentum).unwrap_or(0), many + 1),
        Stake::NotFromOurPockets => (facts.done(GIVING), 0),
        Stake::SlowWater => (facts.did(WAITING), many),
        Stake::NothingWasted => (facts.done(WASTING), 0),
        Stake::FirstThroughTheDoor => (facts.first().0, many),
        Stake::LongOdds => (facts.long_shots(), long_odds(&facts, seats_dealt(table))),
        Stake::NoBackDoor => (facts.done(BACK_DOORS) + facts.quiet(BACK_DOORS), 0),
        Stake::Unpublished => (facts.kept_critical().0, WEIGHTY_MIN),
        Stake::MyShare => (facts.quiet(MINE), 1),
        Stake::NoLockLeft if facts.done(SHUTTING) > 0 => (facts.done(SHUTTING), 0),
        Stake::NoLockLeft => (facts.done(&[Tag::Freedom]), 1),
        Stake::NobodysHand if facts.is_long() => (facts.unlike_bearer(), many),
        Stake::NobodysHand => (facts.beat_bearer(), 1),
        Stake::OneToTheBar
        | Stake::WhatTheDarkIsFor
        | Stake::TheWholePage
        | Stake::Proof
        | Stake::FairExchange
        | Stake::InTheBlack
        | Stake::MyOwn => return None,
    };
    Some(StakeProgress { have, want })
}

/// What exactly counts, with the numbers that the quest's length makes of it.
pub(crate) fn hint(quest: &Quest, sheet: &StakeSheet) -> String {
    let (many, some) = measures(quest.shortest_road() >= LONG_MIN);
    let with_many = sheet.hint.replace("{many}", &many.to_string());
    with_many.replace("{some}", &some.to_string())
}

/// Pays what the stakes of those who stayed are worth.
pub(super) fn settle(draft: &mut Draft<'_>) {
    let numbers = &draft.edition.stake;
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    let met: Vec<(SeatNo, Stake, bool)> = seats
        .into_iter()
        .filter_map(|no| {
            let held = draft.table.party.seat(no)?.stake.as_ref()?;
            let met = is_met(&draft.table, draft.world, no, held);
            Some((no, held.stake, met))
        })
        .collect();
    for (seat, stake, met) in met {
        draft.happen(Event::StakeSettled { seat, met });
        let by = if met {
            numbers.met_favour
        } else {
            numbers.missed_favour
        };
        council::move_favour(draft, seat, stake.god(), by, Some(FavourReason::Stake));
        if met {
            let sheet = draft.world.stake(stake);
            let against = sheet.is_some_and(|sheet| sheet.kind == StakeKind::Against);
            draft.happen(Event::LegendGrew(LegendGain {
                seat,
                by: if against {
                    numbers.met_against_legend
                } else {
                    numbers.met_legend
                },
                why: LegendReason::Stake,
            }));
        }
    }
}
