//! Deeds: a choice as it stands before anything is done, its throw, and how that comes out.

use crate::content::{Choice, DecisionMode, Effect, Outcome, Scene};
use crate::protocol::{Chance, Character, Done, Event, Roll, SkillGrowth};
use crate::rules::checks::{outcome_of, outcome_upside_down};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{checks, levers, momentum};
use crate::vocabulary::{OutcomeKind, Purpose, SeatNo, Skill, Tag};

/// What the address of an option's throw is counted from: below are seats.
const OPTION_ADDRESS: u32 = 16;

/// A choice that is about to be done, as it stands before anything is.
pub(super) struct Raised<'w> {
    pub(super) option: &'w Choice,
    pub(super) doers: Vec<SeatNo>,
    pub(super) tags: Vec<Tag>,
    pub(super) roll: Option<(Character, Chance)>,
    pub(super) address: u32,
    /// Done by one seat besides the vote: it leads nowhere.
    pub(super) alone: bool,
}

/// What one choice came to.
pub(super) struct Deed<'w> {
    pub(super) option: &'w Choice,
    pub(super) doers: Vec<SeatNo>,
    pub(super) tags: Vec<Tag>,
    pub(super) kind: OutcomeKind,
    pub(super) outcome: &'w Outcome,
    pub(super) hand: Option<Character>,
    pub(super) alone: bool,
}

pub(super) fn raise_one<'w>(
    draft: &Draft<'_>,
    scene: &Scene,
    option: &'w Choice,
    doers: Vec<SeatNo>,
    alone: bool,
) -> Option<Raised<'w>> {
    let actor = doers.first().copied()?;
    let own = alone || scene.decide == DecisionMode::Each;
    let roll = option.check.as_ref().map(|check| {
        let decide = if alone {
            DecisionMode::Each
        } else {
            scene.decide
        };
        checks::chance(&draft.table, draft.world, decide, (option, check), actor)
    });
    let place = scene.options.iter().position(|other| other.id == option.id);
    let place = place.and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    Some(Raised {
        option,
        tags: option.tags_when(|mark| draft.table.story.has(mark)),
        roll,
        address: if own {
            u32::from(actor.0)
        } else {
            OPTION_ADDRESS + place
        },
        doers,
        alone,
    })
}

/// Rolls what must be rolled.
pub(super) fn throw<'w>(
    draft: &mut Draft<'_>,
    scene: &Scene,
    raised: Raised<'w>,
) -> Option<Deed<'w>> {
    let (kind, roll) = match &raised.roll {
        None => (OutcomeKind::Plain, None),
        Some((hand, chance)) => {
            let (kind, roll) = roll(draft, scene, &raised, (hand, chance))?;
            (kind, Some(roll))
        }
    };
    let outcome = raised.option.outcome_of(kind)?;
    draft.happen(Event::DeedDone(Done {
        doers: raised.doers.clone(),
        option: raised.option.id.clone(),
        roll,
        kind,
        tags: raised.tags.clone(),
    }));
    if let Some((hand, chance)) = &raised.roll {
        learn(draft, raised.option, hand, chance);
    }
    Some(Deed {
        option: raised.option,
        doers: raised.doers,
        tags: raised.tags,
        kind,
        outcome,
        hand: raised.roll.map(|(hand, _)| hand),
        alone: raised.alone,
    })
}

/// A roll, thrown once more where somebody paid for it, and how it reads.
pub(super) fn roll(
    draft: &mut Draft<'_>,
    scene: &Scene,
    raised: &Raised<'_>,
    (hand, chance): (&Character, &Chance),
) -> Option<(OutcomeKind, Roll)> {
    let check = raised.option.check.as_ref()?;
    let throw = draft.dice(Purpose::Deed, raised.address).d100();
    let mut roll = Roll {
        hand: hand.clone(),
        skill: check.skill,
        difficulty: check.difficulty,
        chance: chance.clone(),
        throw,
        second: None,
    };
    let (mut kind, mut fallen) = thrown(draft, raised.option, &roll, throw.value);
    if kind == OutcomeKind::Failure {
        roll.second = momentum::second_throw(draft, raised.option, raised.address, &roll);
        if let Some(second) = &roll.second {
            (kind, fallen) = thrown(draft, raised.option, &roll, second.throw.value);
        }
    }
    let read = levers::reading(draft, scene, (raised.option, hand), (kind, fallen));
    Some((read, roll))
}

/// How what fell comes out: a sworn roll is a success, and one turned upside down also read the other way.
pub(super) fn thrown(
    draft: &Draft<'_>,
    option: &Choice,
    roll: &Roll,
    fallen: u32,
) -> (OutcomeKind, u32) {
    let numbers = &draft.edition.check;
    let helped = |effect| match &roll.hand {
        Character::Seat(seat) if !option.leaves_to_dice() => {
            has(&draft.table, draft.world, *seat, effect)
        }
        Character::Seat(_) | Character::Companion(_) => false,
    };
    if helped(Effect::SwornHand) {
        (OutcomeKind::Success, fallen)
    } else if helped(Effect::UpsideDown) {
        outcome_upside_down(numbers, fallen, &roll.chance)
    } else {
        (outcome_of(numbers, fallen, &roll.chance), fallen)
    }
}

/// What the hand learns, and what failing gives it: by what fell, not by how it reads.
pub(super) fn learn(draft: &mut Draft<'_>, option: &Choice, hand: &Character, chance: &Chance) {
    let Some(done) = draft.table.scene.last().and_then(|log| log.done.last()) else {
        return;
    };
    let Some(roll) = done.roll.clone() else {
        return;
    };
    let last = roll
        .second
        .as_ref()
        .map_or(roll.throw, |second| second.throw);
    let (kind, _) = thrown(draft, option, &roll, last.value);
    momentum::of_failure(draft, hand, kind);
    let Character::Seat(seat) = hand else { return };
    let sworn = chance.percent > draft.edition.check.chance_max;
    if sworn || has(&draft.table, draft.world, *seat, Effect::BlankPage) {
        return;
    }
    let lesson = draft.edition.lesson.of(kind, chance.percent);
    teach(draft, *seat, roll.skill, lesson);
}

/// Raises a skill by what there is room for.
pub(super) fn teach(draft: &mut Draft<'_>, seat: SeatNo, skill: Skill, by: i32) {
    let level = draft
        .table
        .party
        .seat(seat)
        .map_or(0, |held| held.skill(skill));
    let by = by.min(100 - level);
    if by > 0 {
        draft.happen(Event::SkillGrew(SkillGrowth { seat, skill, by }));
    }
}
