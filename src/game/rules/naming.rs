//! The naming: before the Chronicle, each seat says of every other whether it told a twist, and whose stake it held.

use std::collections::BTreeMap;

use crate::content::{Effect, World};
use crate::protocol::{
    Character, Event, Judgement, LegendGain, LegendReason, Manner, Refusal, Slip,
};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::ending;
use crate::state::{Phase, Table};
use crate::vocabulary::{Gift, God, SeatNo};

/// Takes what a seat says of the others; an empty list says nothing.
pub(super) fn judge(draft: &mut Draft<'_>, seat: SeatNo, slips: &[Slip]) -> Result<(), Refusal> {
    if draft.table.phase() != Phase::Naming {
        return Err(Refusal::NotNow);
    }
    if draft.table.story.judged().contains_key(&seat) {
        return Err(Refusal::AlreadyJudged);
    }
    let mut about: Vec<SeatNo> = slips.iter().map(|slip| slip.about).collect();
    about.sort();
    about.dedup();
    let judged = |no: &SeatNo| *no != seat && may_be_judged(&draft.table, *no);
    if about.len() != slips.len() || !about.iter().all(judged) {
        return Err(Refusal::SlipsWrong);
    }
    let asked = |slip: &Slip| Slip {
        twisted: slip
            .twisted
            .filter(|_| is_asked_about(&draft.table, draft.world, slip.about)),
        ..slip.clone()
    };
    let slips = slips.iter().map(asked).collect();
    draft.happen(Event::Judged(Judgement { seat, slips }));
    open_when_all_have_judged(draft);
    Ok(())
}

/// Whether it is asked about a seat: who was dealt a stake is asked about, also once it has left.
pub(crate) fn may_be_judged(table: &Table, no: SeatNo) -> bool {
    let held = table.party.seat(no);
    held.is_some_and(|held| held.present || held.stake.is_some())
}

/// Opens the Chronicle once nobody is waited for.
pub(super) fn open_when_all_have_judged(draft: &mut Draft<'_>) {
    let judged = draft.table.story.judged();
    if draft
        .table
        .present()
        .all(|(no, _)| judged.contains_key(&no))
    {
        ending::tell(draft);
    }
}

/// Whether it is asked of a seat if it told a twist: not of one that was exposed, nor of one that could not.
pub(crate) fn is_asked_about(table: &Table, world: &World, seat: SeatNo) -> bool {
    let who = Character::Seat(seat);
    let exposed = table
        .scenes()
        .iter()
        .flat_map(|scene| &scene.exposures)
        .any(|(exposed, _)| *exposed == who);
    let curse = Gift::curse(God::Valdris);
    let laid_here = table
        .scenes()
        .iter()
        .flat_map(|scene| &scene.gifts)
        .any(|change| change.seat == seat && change.gift == curse);
    let could_not = has(table, world, seat, Effect::OnlyTruth) && !laid_here;
    !exposed && !could_not
}

/// Whether a seat told a twist to somebody.
pub(crate) fn told_a_twist(table: &Table, seat: SeatNo) -> bool {
    let who = Character::Seat(seat);
    let told = table.scenes().iter().flat_map(|scene| &scene.told);
    told.into_iter()
        .any(|told| told.by == who && told.manner == Manner::Twist)
}

/// What a slip got right: whether it told a twist, and whose stake it held. None where nothing was said.
pub(crate) fn marked(table: &Table, slip: &Slip) -> (Option<bool>, Option<bool>) {
    let stake = table
        .party
        .seat(slip.about)
        .and_then(|seat| seat.stake.as_ref());
    let told = slip
        .twisted
        .map(|twisted| twisted == told_a_twist(table, slip.about));
    let god = slip.stake.zip(stake);
    (told, god.map(|(god, held)| held.stake.god() == god))
}

/// About how many others a seat was right in both columns; a column that is not asked about counts as right.
pub(super) fn right_in_both(table: &Table, world: &World, seat: SeatNo) -> usize {
    let slips = table.story.judged().get(&seat).into_iter().flatten();
    slips
        .filter(|slip| {
            let (told, stake) = marked(table, slip);
            let told = told.unwrap_or(!is_asked_about(table, world, slip.about));
            told && stake == Some(true)
        })
        .count()
}

/// The right answers of each seat, and by how many it was misjudged.
pub(crate) fn points(table: &Table) -> BTreeMap<SeatNo, (usize, usize)> {
    let mut points: BTreeMap<SeatNo, (usize, usize)> = BTreeMap::new();
    for (no, slips) in table.story.judged() {
        let own = points.entry(*no).or_default();
        own.0 += slips
            .iter()
            .map(|slip| {
                let (told, stake) = marked(table, slip);
                usize::from(told == Some(true)) + usize::from(stake == Some(true))
            })
            .sum::<usize>();
        for slip in slips {
            let (told, stake) = marked(table, slip);
            if told == Some(false) || stake == Some(false) {
                points.entry(slip.about).or_default().1 += 1;
            }
        }
    }
    points
}

/// Who judged best, and who was misjudged by most: nobody where more than half the seats tie.
pub(crate) fn winners(table: &Table) -> (Vec<SeatNo>, Vec<SeatNo>) {
    let points = points(table);
    let best = |of: fn(&(usize, usize)) -> usize| {
        let most = points.values().map(of).max().unwrap_or(0);
        let first: Vec<SeatNo> = points
            .iter()
            .filter(|(no, held)| of(held) == most && most > 0 && table.party.is_present(**no))
            .map(|(no, _)| *no)
            .collect();
        if first.len() * 2 > table.present().count() {
            Vec::new()
        } else {
            first
        }
    };
    (best(|held| held.0), best(|held| held.1))
}

/// Pays the sharp ear and the closed book.
pub(super) fn pay(draft: &mut Draft<'_>) {
    let (sharp, closed) = winners(&draft.table);
    let by = draft.edition.stake.met_legend;
    for (seats, why) in [
        (sharp, LegendReason::SharpEar),
        (closed, LegendReason::ClosedBook),
    ] {
        for seat in seats {
            draft.happen(Event::LegendGrew(LegendGain { seat, by, why }));
        }
    }
}
