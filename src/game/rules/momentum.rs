//! Momentum: what gives it, what it buys.

use std::collections::BTreeMap;

use crate::content::{Choice, DecisionMode, Effect, EffectPoint, World};
use crate::protocol::{
    Character, Event, MomentumMove, MomentumReason, MomentumUse, Purchase, Refusal, Roll,
    SecondThrow,
};
use crate::rules::draft::Draft;
use crate::rules::effects::{self, has};
use crate::rules::{checks, council, edition, gifts, quests, scene};
use crate::state::Table;
use crate::vocabulary::{God, OptionId, OutcomeKind, Purpose, SeatNo, Vote};

/// Moves a seat's momentum by what there is room for.
pub(super) fn move_by(draft: &mut Draft<'_>, seat: SeatNo, by: i32, why: MomentumReason) {
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let short = has(&draft.table, draft.world, seat, Effect::ShortWeight);
    let most = if short { 2 } else { draft.edition.momentum.max };
    let by = (held.momentum + by).clamp(0, most.max(held.momentum)) - held.momentum;
    if by != 0 {
        draft.happen(Event::MomentumMoved(MomentumMove { seat, by, why }));
    }
}

/// Lets go of what a curse does not let a seat hold.
pub(super) fn weigh_short(draft: &mut Draft<'_>, seat: SeatNo) {
    let held = draft.table.party.seat(seat).map_or(0, |seat| seat.momentum);
    if held > 2 && has(&draft.table, draft.world, seat, Effect::ShortWeight) {
        let (by, why) = (2 - held, MomentumReason::Gift);
        draft.happen(Event::MomentumMoved(MomentumMove { seat, by, why }));
    }
}

/// Spends momentum in the open scene.
pub(super) fn spend(draft: &mut Draft<'_>, seat: SeatNo, on: MomentumUse) -> Result<(), Refusal> {
    let open = draft.open().ok_or(Refusal::MovedOn)?;
    if open.spent.contains(&(seat, on)) {
        return Err(Refusal::AlreadySpent);
    }
    if !is_offered(&draft.table, on) {
        return Err(Refusal::NotNow);
    }
    if on == MomentumUse::SecondThrow {
        let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
        gifts::some_roll_may_be_helped(draft, scene, seat)?;
    }
    let cost = cost(&draft.table, draft.world, seat, on);
    let held = draft.table.party.seat(seat).map_or(0, |held| held.momentum);
    if held < cost {
        return Err(Refusal::TooLittleMomentum);
    }
    match on {
        // It is paid for when it is thrown.
        MomentumUse::SecondThrow => draft.happen(Event::Spent(Purchase {
            seat,
            on,
            cost: 0,
            hint: BTreeMap::new(),
        })),
        MomentumUse::Hint => {
            let hint = hint(draft, seat);
            draft.happen(Event::Spent(Purchase {
                seat,
                on,
                cost,
                hint,
            }));
        }
    }
    Ok(())
}

/// Whether it can be bought yet: on a first evening a second throw once a roll has failed, and hints not at all.
pub(crate) fn is_offered(table: &Table, on: MomentumUse) -> bool {
    let mut done = table.scenes().iter().flat_map(|scene| &scene.done);
    !quests::is_first_evening(table)
        || on == MomentumUse::SecondThrow && done.any(|done| !done.kind.is_good())
}

/// What it costs the seat.
pub(crate) fn cost(table: &Table, world: &World, seat: SeatNo, on: MomentumUse) -> i32 {
    let numbers = &edition::of_table(table).momentum;
    let who = Character::Seat(seat);
    let in_force = effects::effects(table, world, &who, EffectPoint::Momentum);
    let full = match on {
        MomentumUse::SecondThrow if in_force.contains(&Effect::ThinBlood) => {
            numbers.second_throw + 1
        }
        MomentumUse::SecondThrow => numbers.second_throw,
        MomentumUse::Hint => numbers.hint,
    };
    // The first purchase of the scene is on credit, also when it is paid for later.
    let spent = table.open_scene().into_iter().flat_map(|open| &open.spent);
    let first = spent
        .filter(|(by, _)| *by == seat)
        .map(|(_, bought)| *bought)
        .next();
    let credit = in_force.contains(&Effect::Credit) && first.is_none_or(|bought| bought == on);
    (full - i32::from(credit)).max(1)
}

/// How the god of the seat's highest favour would vote on each open option, if the seat alone did it.
fn hint(draft: &Draft<'_>, seat: SeatNo) -> BTreeMap<OptionId, Vote> {
    let (Some(scene), Some(held)) = (draft.scene(), draft.table.party.seat(seat)) else {
        return BTreeMap::new();
    };
    let god = God::ALL
        .iter()
        .rev()
        .max_by_key(|god| held.favour_of(**god))
        .copied()
        .unwrap_or(God::Valdris);
    let open = scene::options_for(&draft.table, scene, seat);
    let voted = open.into_iter().filter(|option| !option.quiet);
    voted
        .map(|option| {
            let vote = council::would_vote(draft, god, option, &[seat]);
            (option.id.clone(), vote)
        })
        .collect()
}

/// Throws once more what failed, if somebody whose hand was in it has paid for that: the hand first, then the lowest seat.
pub(super) fn second_throw(
    draft: &mut Draft<'_>,
    option: &Choice,
    address: u32,
    roll: &Roll,
) -> Option<SecondThrow> {
    if option.leaves_to_dice() {
        return None;
    }
    let payer = payer(draft, roll)?;
    let cost = cost(&draft.table, draft.world, payer, MomentumUse::SecondThrow);
    let (by, why) = (-cost, MomentumReason::Spent);
    let throw = draft.dice(Purpose::SecondThrow, address).d100();
    draft.happen(Event::MomentumMoved(MomentumMove {
        seat: payer,
        by,
        why,
    }));
    Some(SecondThrow { by: payer, throw })
}

fn payer(draft: &Draft<'_>, roll: &Roll) -> Option<SeatNo> {
    let scene = draft.scene()?;
    let log = draft.table.scene.last()?;
    let armed = |seat: &SeatNo| {
        let momentum = draft
            .table
            .party
            .seat(*seat)
            .map_or(0, |held| held.momentum);
        log.spent.contains(&(*seat, MomentumUse::SecondThrow))
            && momentum >= cost(&draft.table, draft.world, *seat, MomentumUse::SecondThrow)
    };
    if let Character::Seat(hand) = &roll.hand
        && armed(hand)
    {
        return Some(*hand);
    }
    if scene.decide != DecisionMode::Party {
        return None;
    }
    let mut helpers = checks::helpers(&draft.table, draft.world, &roll.hand, roll.skill);
    helpers.find_map(|who| match who {
        Character::Seat(seat) if armed(&seat) => Some(seat),
        Character::Seat(_) | Character::Companion(_) => None,
    })
}

/// What failing gives the hand: by the throw, not by its reading.
pub(super) fn of_failure(draft: &mut Draft<'_>, hand: &Character, kind: OutcomeKind) {
    let Character::Seat(seat) = hand else { return };
    let by = match kind {
        OutcomeKind::Failure => 1,
        OutcomeKind::Disaster => 2,
        OutcomeKind::Plain | OutcomeKind::Triumph | OutcomeKind::Success => return,
    };
    let warm = has(&draft.table, draft.world, *seat, Effect::WarmAsh);
    move_by(draft, *seat, by + i32::from(warm), MomentumReason::Failed);
}

/// Who chose in a shared scene what was not done gains some, if it has little.
pub(super) fn of_outvoted(
    draft: &mut Draft<'_>,
    choices: &BTreeMap<SeatNo, OptionId>,
    done: &OptionId,
) {
    let under = draft.edition.momentum.outvoted_under;
    let outvoted: Vec<SeatNo> = choices
        .iter()
        .filter(|(_, chosen)| *chosen != done)
        .map(|(no, _)| *no)
        .filter(|no| {
            let held = draft.table.party.seat(*no);
            held.is_some_and(|held| held.present && held.momentum < under)
        })
        .collect();
    for seat in outvoted {
        move_by(draft, seat, 1, MomentumReason::Outvoted);
    }
}
