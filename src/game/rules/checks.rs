//! Checks: whose hand, what chance, what falls.
//!
//! The chance a page shows and the chance that is rolled come from the one function [`chance`], and
//! it depends on nothing that others still choose in secret, so what is shown is what is rolled.

use crate::content::{Check, Circumstance, DecisionMode, Effect, EffectPoint, Scene, World};
use crate::protocol::{Chance, ChancePart, Character};
use crate::rules::edition::{self, CheckNumbers};
use crate::rules::effects::effects;
use crate::state::{SKILL_BASE, Table};
use crate::vocabulary::{CompanionId, OutcomeKind, SeatNo, Skill, Throw, Tier};

/// Whose hand makes a check in `scene`, and its chance, when `actor` acts.
///
/// In a `party` scene all act together: the best hand at the table rolls, and the others help. In a
/// `secret` or `bearer` scene the bearer rolls; in an `each` scene everyone rolls alone.
pub(crate) fn chance(
    table: &Table,
    world: &World,
    scene: &Scene,
    check: &Check,
    actor: SeatNo,
) -> (Character, Chance) {
    let bearer = table.open_scene().map_or(actor, |log| log.bearer);
    let hand = match scene.decide {
        DecisionMode::Party => {
            best_hand(table, world, check.skill).unwrap_or(Character::Seat(actor))
        }
        DecisionMode::Secret | DecisionMode::Bearer => Character::Seat(bearer),
        DecisionMode::Each => Character::Seat(actor),
    };
    let skill = skill_of(table, world, &hand, check.skill);
    let mut parts = vec![ChancePart::Skill((skill - check.difficulty).div_euclid(2))];
    let numbers = &edition::of_table(table).check;
    let place = match (
        check.circumstance,
        has_edge(table, world, scene, &hand, check.skill),
    ) {
        (Some(Circumstance::Favourable), _) | (None, true) => numbers.place,
        (Some(Circumstance::Unfavourable), true) | (None, false) => 0,
        (Some(Circumstance::Unfavourable), false) => -numbers.place,
    };
    if place != 0 {
        parts.push(ChancePart::Place(place));
    }
    if scene.decide == DecisionMode::Party {
        let help = help(table, world, &hand, check.skill);
        if help != 0 {
            parts.push(ChancePart::Help(help));
        }
    }
    let shared = matches!(scene.decide, DecisionMode::Party | DecisionMode::Secret);
    let trust = Tier::of(table.trust()).modifier();
    if shared && trust != 0 {
        parts.push(ChancePart::Trust(trust));
    }
    let sum: i32 = parts.iter().map(|part| part.by()).sum();
    (
        hand,
        Chance {
            percent: (numbers.even + sum).clamp(numbers.chance_min, numbers.chance_max),
            parts,
        },
    )
}

fn skill_of(table: &Table, world: &World, who: &Character, skill: Skill) -> i32 {
    match who {
        Character::Seat(no) => table
            .party
            .seat(*no)
            .map_or(SKILL_BASE, |seat| seat.skill(skill)),
        Character::Companion(id) => companion_skill(world, id, skill),
    }
}

/// Everybody at the table, seats first.
fn party(table: &Table) -> impl Iterator<Item = Character> {
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
        let level = skill_of(table, world, &who, skill);
        if best.as_ref().is_none_or(|(most, _)| level > *most) {
            best = Some((level, who));
        }
    }
    best.map(|(_, who)| who)
}

fn help(table: &Table, world: &World, hand: &Character, skill: Skill) -> i32 {
    let CheckNumbers {
        helper_skill_min,
        help,
        help_max,
        ..
    } = edition::of_table(table).check;
    let helpers = party(table)
        .filter(|who| who != hand && skill_of(table, world, who, skill) >= helper_skill_min)
        .count();
    i32::try_from(helpers).map_or(help_max, |count| (count * help).min(help_max))
}

/// Whether a signature makes this check favourable: the hand's own, or anybody's when all act together.
fn has_edge(table: &Table, world: &World, scene: &Scene, hand: &Character, skill: Skill) -> bool {
    let Some(open) = table.open_scene() else {
        return false;
    };
    let users = open.invoked.keys().map(|no| Character::Seat(*no));
    users
        .filter(|who| scene.decide == DecisionMode::Party || who == hand)
        .any(|who| effects(table, world, &who, EffectPoint::Chance).contains(&Effect::Edge(skill)))
}

fn companion_skill(world: &World, id: &CompanionId, skill: Skill) -> i32 {
    world
        .companion(id)
        .and_then(|sheet| sheet.skills.get(&skill).copied())
        .unwrap_or(SKILL_BASE)
}

/// How a throw comes out against a chance.
pub(super) fn outcome_of(numbers: &CheckNumbers, throw: Throw, chance: &Chance) -> OutcomeKind {
    let percent = u32::try_from(chance.percent).unwrap_or(0);
    match throw.value {
        fallen if fallen <= numbers.triumph_max => OutcomeKind::Triumph,
        fallen if fallen >= numbers.disaster_min => OutcomeKind::Disaster,
        fallen if fallen <= percent => OutcomeKind::Success,
        _ => OutcomeKind::Failure,
    }
}
