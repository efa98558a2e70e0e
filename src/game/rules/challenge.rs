//! Doubting what somebody told, and pressing a companion for what it keeps.
//!
//! A throw is made in every case, and a challenge that catches nobody looks and costs the same whether what it doubted
//! was true or not.

use std::cmp::Reverse;

use crate::content::{CompanionRule, Whisper, World};
use crate::protocol::{
    ApprovalReason, Character, Doubt, Event, Exposure, Manner, MomentumReason, Pressing, Refusal,
    Telling, Test, TrustReason,
};
use crate::rules::checks::skill_of;
use crate::rules::draft::Draft;
use crate::rules::effects::class_of;
use crate::rules::{companions, edition, exposure, momentum, quests, trust, whispers};
use crate::state::{SceneState, Seat, Table};
use crate::vocabulary::{CompanionId, Purpose, SeatNo, Sense, Skill};

/// The scene from which on there are challenges on a first evening.
const FIRST_EVENING_CHALLENGES: usize = 2;
/// What the address of a companion's throw is counted from.
const COMPANION_ADDRESS: u32 = 32;

/// The telling of this number, if `seat` heard it from somebody else.
pub(super) fn telling_to<'d>(
    draft: &'d Draft<'_>,
    seat: SeatNo,
    telling: u8,
) -> Result<&'d Telling, Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let told = log.told.get(usize::from(telling));
    told.filter(|told| told.by != Character::Seat(seat))
        .filter(|told| told.to.is_none_or(|to| to == seat))
        .ok_or(Refusal::NoSuchTelling)
}

/// Whether tellings may be doubted yet: on a first evening from its second scene on.
pub(crate) fn is_open(table: &Table) -> bool {
    !quests::is_first_evening(table) || table.scenes().len() >= FIRST_EVENING_CHALLENGES
}

/// Doubts a telling, and tests it.
pub(super) fn challenge(draft: &mut Draft<'_>, seat: SeatNo, telling: u8) -> Result<(), Refusal> {
    if !is_open(&draft.table) {
        return Err(Refusal::NotNow);
    }
    let told = telling_to(draft, seat, telling)?.clone();
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.challenges.iter().any(|made| made.telling == telling) {
        return Err(Refusal::AlreadyChallenged);
    }
    let who = Character::Seat(seat);
    if log.challenges.iter().any(|made| made.by() == who) {
        return Err(Refusal::ChallengeUsed);
    }
    let percent = chance(draft, &who, &told);
    let caught = test(draft, (seat, None), (telling, &told), percent);
    if caught {
        momentum::move_by(draft, seat, 1, MomentumReason::Caught);
    } else {
        lose(draft);
    }
    Ok(())
}

/// What a challenge costs that catches nobody; all of them together cost no more than so much in a scene.
fn lose(draft: &mut Draft<'_>) {
    let numbers = &draft.edition.trust;
    let lost = draft.open().map_or(0, |log| {
        let by_seats = log
            .challenges
            .iter()
            .filter(|made| !made.caught && matches!(made.by(), Character::Seat(_)));
        i32::try_from(by_seats.count()).unwrap_or(i32::MAX)
    });
    if lost * -numbers.challenge_lost <= numbers.challenges_lost_max {
        trust::move_by(draft, numbers.challenge_lost, TrustReason::Challenged);
    }
}

/// The chance that `who` catches the teller of `told`, should it be a twist.
pub(crate) fn chance_of(table: &Table, world: &World, who: &Character, told: &Telling) -> i32 {
    let numbers = edition::of_table(table);
    let perception = skill_of(table, world, who, Skill::Perception);
    let deception = skill_of(table, world, &told.by, Skill::Deception);
    let sense = table
        .scene_in(world)
        .and_then(|scene| scene.whisper(&told.whisper))
        .map(|whisper| whisper.sense);
    // A companion doubts in its own senses alone: counted there, it would nearly always catch.
    let own = matches!(who, Character::Seat(_))
        && sense.is_some_and(|sense| senses(table, world, who).contains(&sense));
    let sum = (perception - deception).div_euclid(2) + if own { numbers.test.own_sense } else { 0 };
    (numbers.check.even + sum).clamp(numbers.check.chance_min, numbers.check.chance_max)
}

fn chance(draft: &Draft<'_>, who: &Character, told: &Telling) -> i32 {
    chance_of(&draft.table, draft.world, who, told)
}

/// The senses that a character hears with.
pub(super) fn senses(table: &Table, world: &World, who: &Character) -> Vec<Sense> {
    match who {
        Character::Seat(no) => {
            let class = class_of(table, world, *no).into_iter();
            let third = table.party.seat(*no).and_then(Seat::third_sense);
            class
                .flat_map(|class| [class.first, class.second])
                .chain(third)
                .collect()
        }
        Character::Companion(id) => world
            .companion(id)
            .map(|sheet| vec![sheet.first, sheet.second])
            .unwrap_or_default(),
    }
}

/// Throws, and exposes who is caught. A companion's challenge is made in the name of seat 0.
fn test(
    draft: &mut Draft<'_>,
    (seat, companion): (SeatNo, Option<CompanionId>),
    (telling, told): (u8, &Telling),
    percent: i32,
) -> bool {
    let of = match &companion {
        None => u32::from(seat.0),
        Some(_) => COMPANION_ADDRESS,
    };
    let throw = draft.dice(Purpose::Challenge, of).d100();
    let won = i32::try_from(throw.value).is_ok_and(|fallen| fallen <= percent);
    let caught = won && told.manner == Manner::Twist;
    draft.happen(Event::Challenged(Doubt {
        seat,
        telling,
        test: Test { percent, throw },
        caught,
        companion,
    }));
    if caught {
        let whisper = told.whisper.clone();
        exposure::expose(
            draft,
            told.by.clone(),
            Exposure::Challenge { seat, whisper },
        );
        whispers::let_insights_dawn(draft);
    }
    caught
}

/// Companions whose rule it is challenge the first telling of a scene in a sense of their own, true or not: to challenge
/// twists alone would make them a detector of lies. It costs nobody anything when it holds, and who doubted in vain doubts
/// nobody in the next scene.
pub(super) fn by_companions(draft: &mut Draft<'_>) {
    if !is_open(&draft.table) {
        return;
    }
    let Some(scene) = draft.scene() else { return };
    let Some(log) = draft.open() else { return };
    let doubting = draft.table.party.allies().find(|(id, _)| {
        let rules = draft.world.companion(id).map(|sheet| &sheet.rules);
        rules.is_some_and(|rules| rules.contains(&CompanionRule::Challenges))
    });
    let Some((id, _)) = doubting else { return };
    let who = Character::Companion(id.clone());
    if log.challenges.iter().any(|made| made.by() == who) {
        return;
    }
    let before = draft.table.scenes().iter().rev().nth(1);
    let mut made_before = before.into_iter().flat_map(|log| &log.challenges);
    if made_before.any(|made| made.by() == who && !made.caught) {
        return;
    }
    let own = senses(&draft.table, draft.world, &who);
    let first = log.told.iter().position(|told| {
        let sense = scene.whisper(&told.whisper).map(|whisper| whisper.sense);
        told.to.is_none() && told.by != who && sense.is_some_and(|sense| own.contains(&sense))
    });
    let Some(at) = first else { return };
    let Ok(telling) = u8::try_from(at) else {
        return;
    };
    if log.challenges.iter().any(|made| made.telling == telling) {
        return;
    }
    let (told, companion) = (log.told[at].clone(), id.clone());
    let percent = chance(draft, &who, &told);
    test(
        draft,
        (SeatNo(0), Some(companion)),
        (telling, &told),
        percent,
    );
}

/// The chance that a companion gives way to `seat`.
pub(crate) fn press_chance(
    table: &Table,
    world: &World,
    seat: SeatNo,
    companion: &CompanionId,
) -> i32 {
    let numbers = edition::of_table(table);
    let approval = table
        .party
        .companions()
        .get(companion)
        .map_or(0, |ally| ally.approval);
    let persuasion = skill_of(table, world, &Character::Seat(seat), Skill::Persuasion);
    let resists = numbers.test.resists - approval / 2;
    let sum = (persuasion - resists).div_euclid(2);
    (numbers.check.even + sum).clamp(numbers.check.chance_min, numbers.check.chance_max)
}

/// Presses a companion for what it keeps. It answers alike whether it keeps anything or not.
pub(super) fn press(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    companion: &CompanionId,
) -> Result<(), Refusal> {
    if draft.is_first_evening() {
        return Err(Refusal::NotNow);
    }
    let ally = draft.table.party.companions().get(companion);
    let approval = ally
        .filter(|ally| ally.present)
        .map(|ally| ally.approval)
        .ok_or(Refusal::NoSuchCompanion)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.pressed.is_some() {
        return Err(Refusal::PressUsed);
    }
    let numbers = &draft.edition.test;
    let kept = heaviest_kept(draft, log, companion).filter(|whisper| {
        let crosses = whisper.crosses.as_ref() == Some(companion);
        !crosses || approval >= numbers.confides_min
    });
    let percent = press_chance(&draft.table, draft.world, seat, companion);
    let throw = draft.dice(Purpose::Press, u32::from(seat.0)).d100();
    let given = kept.filter(|_| i32::try_from(throw.value).is_ok_and(|fallen| fallen <= percent));
    draft.happen(Event::Pressed(Pressing {
        seat,
        companion: companion.clone(),
        test: Test { percent, throw },
        won: given.is_some(),
    }));
    if let Some(whisper) = given {
        draft.happen(Event::Told(Telling {
            by: Character::Companion(companion.clone()),
            whisper: whisper.id.clone(),
            manner: Manner::Truth,
            to: None,
        }));
        whispers::let_insights_dawn(draft);
        by_companions(draft);
    } else {
        let by = draft.edition.test.pressed;
        companions::move_approval(draft, companion, by, ApprovalReason::Pressed);
    }
    Ok(())
}

fn heaviest_kept<'w>(
    draft: &Draft<'w>,
    log: &SceneState,
    companion: &CompanionId,
) -> Option<&'w Whisper> {
    let who = Character::Companion(companion.clone());
    let scene = draft.scene()?;
    let held = scene
        .whispers
        .iter()
        .filter(|whisper| log.hears(&who, &whisper.id) && log.told_by(&who, &whisper.id).is_none());
    held.min_by_key(|whisper| Reverse(whisper.weight))
}
