//! The gods name the class: the best match of favour against each class's leaning.

use std::collections::BTreeMap;

use crate::content::{Class, World};
use crate::protocol::{Calling, Event, Sitting};
use crate::rules::draft::Draft;
use crate::rules::edition;
use crate::rules::numbers::CallingNumbers;
use crate::state::Seat;
use crate::vocabulary::{ClassId, Dice, God, Purpose, SeatNo, isqrt};

/// Finds the class for a seat of this favour by the newest edition of the rules, at a table where `seated` are
/// taken.
pub fn best_class<'w>(
    world: &'w World,
    seat: &Seat,
    seated: &[ClassId],
    dice: &mut Dice,
) -> Option<&'w Class> {
    best_class_by(&edition::NEWEST.calling, world, seat, seated, dice)
}

/// Finds the class for a seat.
///
/// Where the next best is near enough and the best is already seated, it is the next best. Who answered nothing
/// matches every class alike; then chance names one that is not seated.
fn best_class_by<'w>(
    numbers: &CallingNumbers,
    world: &'w World,
    seat: &Seat,
    seated: &[ClassId],
    dice: &mut Dice,
) -> Option<&'w Class> {
    let mut ranked: Vec<(i64, &Class)> = world
        .classes
        .iter()
        .map(|class| (match_of(world, seat, class), class))
        .collect();
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let (best_score, best) = *ranked.first()?;
    if seat.answers.is_empty() {
        let free: Vec<&Class> = world
            .classes
            .iter()
            .filter(|class| !seated.contains(&class.id))
            .collect();
        return dice.pick(&free).copied().or(Some(best));
    }
    match ranked.get(1) {
        Some((score, next))
            if seated.contains(&best.id) && score * 100 >= best_score * numbers.next_best_min =>
        {
            Some(next)
        }
        _ => Some(best),
    }
}

/// The cosine of favour and leaning, in whole numbers so that it is the same on every machine.
fn match_of(world: &World, seat: &Seat, class: &Class) -> i64 {
    let mut product = 0;
    let mut length = 0;
    for (god, leaning) in &class.leaning {
        let leaning = i64::from(*leaning);
        product += weighted(world, seat, *god) * leaning;
        length += leaning * leaning;
    }
    product * 1000 / isqrt(length * 1_000_000).max(1)
}

fn weighted(world: &World, seat: &Seat, god: God) -> i64 {
    i64::from(seat.favour_of(god)) * 1000 / world.spread(god)
}

/// Lets the gods name the class of `seat`.
pub(super) fn call(draft: &mut Draft<'_>, seat: SeatNo) {
    let seated: Vec<ClassId> = draft
        .table
        .present()
        .filter_map(|(_, held)| held.class.clone())
        .collect();
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let numbers = &draft.edition.calling;
    let mut dice = draft.dice(Purpose::Calling, u32::from(seat.0));
    let class = best_class_by(numbers, draft.world, held, &seated, &mut dice);
    let Some(class) = class else { return };
    let called = Event::Called(Calling {
        seat,
        class: class.id.clone(),
        skills: class.skills.clone(),
        hp: Some(class.hp),
        favour: Some(settled(draft, held)),
    });
    draft.happen(called);
}

/// The favour that a seat begins with: nobody begins blessed or cursed, and after a long sitting all are halved.
fn settled(draft: &Draft<'_>, held: &Seat) -> BTreeMap<God, i32> {
    let numbers = &draft.edition.calling;
    let divided = match draft.table.lobby.sitting() {
        Sitting::Long => numbers.long_sitting_divides,
        Sitting::Short => 1,
    };
    let favour = held.favour.iter();
    favour
        .map(|(god, favour)| {
            let held = (favour / divided).clamp(-numbers.favour_max, numbers.favour_max);
            (*god, held)
        })
        .collect()
}

/// Another class that now matches the seat much better than its own, if there is one.
pub(super) fn better_class(draft: &Draft<'_>, seat: SeatNo) -> Option<ClassId> {
    let held = draft.table.party.seat(seat)?;
    let own = draft.world.class(held.class.as_ref()?)?;
    let seated: Vec<&ClassId> = draft
        .table
        .present()
        .filter_map(|(_, other)| other.class.as_ref())
        .collect();
    let least = match_of(draft.world, held, own) * draft.edition.calling.second_calling_min / 100;
    let classes = draft.world.classes.iter();
    let free = classes.filter(|class| !seated.contains(&&class.id));
    let best = free
        .map(|class| (match_of(draft.world, held, class), class))
        .rev()
        .max_by_key(|(score, _)| *score)?;
    (best.0 > 0 && best.0 >= least).then(|| best.1.id.clone())
}
