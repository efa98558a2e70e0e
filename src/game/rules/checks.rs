//! Checks: whose hand, what chance, what falls.
//!
//! The chance a page shows and the chance that is rolled come from the one function [`chance`], and
//! it depends on nothing that others still choose in secret, so what is shown is what is rolled.

use crate::content::{Check, Choice, Circumstance, DecisionMode, Effect, EffectPoint, World};
use crate::protocol::{Chance, ChancePart, Character};
use crate::rules::edition;
use crate::rules::effects::effects;
use crate::rules::numbers::CheckNumbers;
use crate::state::{SKILL_BASE, Table};
use crate::vocabulary::{CompanionId, God, OutcomeKind, SeatNo, Skill, Tier};

/// By how much a bramble makes a hand look less skilled among others.
const BRAMBLED: i32 = 30;

/// Whose hand makes the check of `option` where the scene decides so, and its chance, when `actor` acts. Who acts alone
/// does so as where each acts, whatever the scene decides by: with no other hand and no help.
///
/// In a `party` scene all act together: the best hand at the table rolls, and the others help. In a
/// `secret` or `bearer` scene the bearer rolls; in an `each` scene, and for a quiet option, everyone rolls alone.
pub(crate) fn chance(
    table: &Table,
    world: &World,
    decide: DecisionMode,
    (option, check): (&Choice, &Check),
    actor: SeatNo,
) -> (Character, Chance) {
    let bearer = table.open_scene().map_or(actor, |log| log.bearer);
    let hand = match decide {
        DecisionMode::Party => {
            best_hand(table, world, check.skill).unwrap_or(Character::Seat(actor))
        }
        DecisionMode::Secret | DecisionMode::Bearer => Character::Seat(bearer),
        DecisionMode::Each => Character::Seat(actor),
    };
    let numbers = &edition::of_table(table).check;
    let mut parts = plain_parts(table, world, &hand, check);
    let (place, marks) = place_and_marks(numbers, table, world, (decide, check), &hand);
    parts.extend([ChancePart::Place(place), ChancePart::Marks(marks)]);
    if decide == DecisionMode::Party {
        parts.push(ChancePart::Help(help(table, world, &hand, check.skill)));
    }
    if matches!(decide, DecisionMode::Party | DecisionMode::Secret) {
        parts.push(ChancePart::Trust(Tier::of(table.trust()).modifier()));
    }
    let sum: i32 = parts.iter().map(|part| part.by()).sum();
    let plain = (numbers.even + sum).clamp(numbers.chance_min, numbers.chance_max);
    let gifts = gift_parts(numbers, table, world, &hand, option, plain);
    let percent = plain + gifts.iter().map(|part| part.by()).sum::<i32>();
    parts.extend(gifts);
    parts.retain(|part| part.by() != 0 || matches!(part, ChancePart::Skill(_)));
    (hand, Chance { percent, parts })
}

/// The chance of a quiet deed: one's own hand, no help, no trust, no gift.
pub(crate) fn quiet_chance(table: &Table, world: &World, hand: &Character, check: &Check) -> i32 {
    let all = edition::of_table(table);
    let numbers = &all.check;
    let skill = skill_of(table, world, hand, check.skill);
    let sum = (skill - check.difficulty).div_euclid(2)
        + circumstance(numbers, check)
        + marks_part(numbers, table, check);
    (numbers.even + sum).clamp(numbers.chance_min, all.test.quiet_max)
}

fn plain_parts(table: &Table, world: &World, hand: &Character, check: &Check) -> Vec<ChancePart> {
    let skill = skill_of(table, world, hand, check.skill);
    vec![ChancePart::Skill((skill - check.difficulty).div_euclid(2))]
}

/// What the place and edges add, and what the party did before: together within a limit.
fn place_and_marks(
    numbers: &CheckNumbers,
    table: &Table,
    world: &World,
    (decide, check): (DecisionMode, &Check),
    hand: &Character,
) -> (i32, i32) {
    let mut place = circumstance(numbers, check);
    if has_edge(table, world, decide, hand, check.skill) {
        place += numbers.place;
    }
    if is_brambled(table, world, hand, check.skill) {
        place -= numbers.place;
    }
    let limit = numbers.place_max;
    let place = place.clamp(-limit, limit);
    let together = (place + marks_part(numbers, table, check)).clamp(-limit, limit);
    (place, together - place)
}

fn circumstance(numbers: &CheckNumbers, check: &Check) -> i32 {
    match check.circumstance {
        Some(Circumstance::Favourable) => numbers.place,
        Some(Circumstance::Unfavourable) => -numbers.place,
        None => 0,
    }
}

/// What the party did before: once easier, once harder.
fn marks_part(numbers: &CheckNumbers, table: &Table, check: &Check) -> i32 {
    let eased = check.eased_by.iter().any(|mark| table.story.has(mark));
    let hardened = check.hardened_by.iter().any(|mark| table.story.has(mark));
    numbers.place * (i32::from(eased) - i32::from(hardened))
}

/// What the hand's gifts add to a chance of `plain`, in their order.
fn gift_parts(
    numbers: &CheckNumbers,
    table: &Table,
    world: &World,
    hand: &Character,
    option: &Choice,
    plain: i32,
) -> Vec<ChancePart> {
    let in_force = effects(table, world, hand, EffectPoint::Chance);
    let mut percent = plain;
    let mut parts = Vec::new();
    let mut rise = |effect, god, risen: &dyn Fn(i32) -> i32| {
        let by = if in_force.contains(&effect) {
            risen(percent) - percent
        } else {
            0
        };
        if by != 0 {
            parts.push(ChancePart::Gift(god, by));
            percent += by;
        }
    };
    rise(Effect::OddsTaken, God::Korvan, &|percent| {
        percent.max((percent + 10).min(60))
    });
    rise(Effect::LooseNail, God::Kaitha, &|percent| {
        (percent + (100 - percent) / 4).min(numbers.chance_max)
    });
    if !option.leaves_to_dice() {
        rise(Effect::UpsideDown, God::Kaitha, &|percent| {
            either_reading(numbers, percent)
        });
        rise(Effect::SwornHand, God::Valdris, &|_| 100);
    }
    parts
}

/// How many throws of a hundred succeed at `percent` when the better of a throw and its exchange stands. Throws that are
/// always a disaster never succeed, so that it is never over 95.
fn either_reading(numbers: &CheckNumbers, percent: i32) -> i32 {
    let percent = u32::try_from(percent).unwrap_or(0);
    let good = (1..numbers.disaster_min).filter(|fallen| better_reading(*fallen) <= percent);
    i32::try_from(good.count()).unwrap_or(numbers.chance_max)
}

/// The better of a throw and of the throw with its digits exchanged: 82 as 28, 7 stays 7, 100 stays 100.
fn better_reading(fallen: u32) -> u32 {
    match (fallen % 10) * 10 + fallen / 10 {
        exchanged if fallen < 100 => fallen.min(exchanged),
        _ => fallen,
    }
}

/// How what fell comes out when it is also read with its digits exchanged, and what was read. Against a chance that counts
/// both readings, a reading succeeds whose own chance is no higher. A disaster averted so is a failure.
pub(super) fn outcome_upside_down(
    numbers: &CheckNumbers,
    fallen: u32,
    chance: &Chance,
) -> (OutcomeKind, u32) {
    let read = better_reading(fallen);
    let as_chance = i32::try_from(read).unwrap_or(numbers.chance_max);
    let kind = if read <= numbers.triumph_max {
        OutcomeKind::Triumph
    } else if read >= numbers.disaster_min {
        OutcomeKind::Disaster
    } else if fallen >= numbers.disaster_min {
        OutcomeKind::Failure
    } else if either_reading(numbers, as_chance) <= chance.percent {
        OutcomeKind::Success
    } else {
        OutcomeKind::Failure
    };
    (kind, read)
}

pub(crate) fn skill_of(table: &Table, world: &World, who: &Character, skill: Skill) -> i32 {
    match who {
        Character::Seat(no) => table
            .party
            .seat(*no)
            .map_or(SKILL_BASE, |seat| seat.skill(skill)),
        Character::Companion(id) => companion_skill(world, id, skill),
    }
}

/// Everybody at the table, seats first.
pub(super) fn party(table: &Table) -> impl Iterator<Item = Character> {
    let seats = table.present().map(|(no, _)| Character::Seat(no));
    seats.chain(
        table
            .party
            .allies()
            .map(|(id, _)| Character::Companion(id.clone())),
    )
}

/// The most skilled at the table; a seat before a companion, a low seat before a high one.
fn best_hand(table: &Table, world: &World, skill: Skill) -> Option<Character> {
    let mut best: Option<(i32, Character)> = None;
    for who in party(table) {
        let brambled = is_brambled(table, world, &who, skill);
        let level = skill_of(table, world, &who, skill) - if brambled { BRAMBLED } else { 0 };
        if best.as_ref().is_none_or(|(most, _)| level > *most) {
            best = Some((level, who));
        }
    }
    best.map(|(_, who)| who)
}

fn is_brambled(table: &Table, world: &World, who: &Character, skill: Skill) -> bool {
    effects(table, world, who, EffectPoint::Chance).contains(&Effect::Bramble(skill))
}

fn help(table: &Table, world: &World, hand: &Character, skill: Skill) -> i32 {
    let CheckNumbers { help, help_max, .. } = edition::of_table(table).check;
    let helpers = helpers(table, world, hand, skill).count();
    i32::try_from(helpers).map_or(help_max, |count| (count * help).min(help_max))
}

/// Who helps the hand where all act together.
pub(crate) fn helpers<'a>(
    table: &'a Table,
    world: &'a World,
    hand: &'a Character,
    skill: Skill,
) -> impl Iterator<Item = Character> + 'a {
    let least = edition::of_table(table).check.helper_skill_min;
    party(table).filter(move |who| who != hand && skill_of(table, world, who, skill) >= least)
}

/// Whether something makes this check favourable: the hand's own keepsake, its signature, or anybody's when all act together.
fn has_edge(
    table: &Table,
    world: &World,
    decide: DecisionMode,
    hand: &Character,
    skill: Skill,
) -> bool {
    let in_force = |who: &Character| effects(table, world, who, EffectPoint::Chance);
    let seats = table.present().map(|(no, _)| Character::Seat(no));
    let mut counted = seats.filter(|who| decide == DecisionMode::Party || who == hand);
    counted.any(|who| in_force(&who).contains(&Effect::Edge(skill)))
        || in_force(hand).contains(&Effect::OwnEdge(skill))
}

fn companion_skill(world: &World, id: &CompanionId, skill: Skill) -> i32 {
    world
        .companion(id)
        .and_then(|sheet| sheet.skills.get(&skill).copied())
        .unwrap_or(SKILL_BASE)
}

/// How what fell comes out against a chance.
pub(super) fn outcome_of(numbers: &CheckNumbers, fallen: u32, chance: &Chance) -> OutcomeKind {
    let percent = u32::try_from(chance.percent).unwrap_or(0);
    match fallen {
        fallen if fallen <= numbers.triumph_max => OutcomeKind::Triumph,
        fallen if fallen >= numbers.disaster_min => OutcomeKind::Disaster,
        fallen if fallen <= percent => OutcomeKind::Success,
        _ => OutcomeKind::Failure,
    }
}
