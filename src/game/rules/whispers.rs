//! Telling whispers to the table or in one ear, twisting and keeping them, and what two of them open together.

use crate::content::{Effect, Scene, Whisper};
use crate::protocol::{Character, Event, Manner, Nod, Refusal, Telling};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{challenge, quests, talk};
use crate::state::Table;
use crate::vocabulary::{OptionId, SeatNo, WhisperId};

/// Voices that must be at the table for an aside: with two, the table is the other ear.
const ASIDE_VOICES_MIN: usize = 3;
/// The scene from which on there are asides on a first evening.
const FIRST_EVENING_ASIDES: usize = 3;

pub(super) fn tell(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    id: &WhisperId,
    manner: Manner,
) -> Result<(), Refusal> {
    heard(draft, seat, id)?;
    let teller = Character::Seat(seat);
    if draft
        .open()
        .is_some_and(|log| log.told_by(&teller, id).is_some())
    {
        return Err(Refusal::AlreadyTold);
    }
    may_twist(draft, seat, manner)?;
    draft.happen(Event::Told(Telling {
        by: teller,
        whisper: id.clone(),
        manner,
        to: None,
    }));
    let_insights_dawn(draft);
    challenge::by_companions(draft);
    Ok(())
}

/// Whether there are asides yet: on a first evening from its third scene on.
pub(crate) fn asides_are_open(table: &Table) -> bool {
    !quests::is_first_evening(table) || table.scenes().len() >= FIRST_EVENING_ASIDES
}

/// Whether enough voices sit at the table for a word apart, and an ear besides one's own.
pub(crate) fn can_be_apart(table: &Table) -> bool {
    let seats = table.present().count();
    seats + table.party.allies().count() >= ASIDE_VOICES_MIN
}

/// Tells a whisper to one seat: the table sees that there was a word, and not which.
pub(super) fn tell_aside(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    (id, manner): (&WhisperId, Manner),
    to: SeatNo,
) -> Result<(), Refusal> {
    if !asides_are_open(&draft.table) {
        return Err(Refusal::NotNow);
    }
    if seat == to {
        return Err(Refusal::OwnEar);
    }
    if !draft.table.party.is_present(to) {
        return Err(Refusal::SeatEmpty);
    }
    if !can_be_apart(&draft.table) {
        return Err(Refusal::TooFewToWhisper);
    }
    heard(draft, seat, id)?;
    let by = Character::Seat(seat);
    if draft
        .open()
        .is_some_and(|log| log.asides().any(|told| told.by == by))
    {
        return Err(Refusal::AsideUsed);
    }
    may_twist(draft, seat, manner)?;
    draft.happen(Event::Told(Telling {
        by,
        whisper: id.clone(),
        manner,
        to: Some(to),
    }));
    Ok(())
}

/// A curse, or having been found out in this scene, forbids twists.
fn may_twist(draft: &Draft<'_>, seat: SeatNo, manner: Manner) -> Result<(), Refusal> {
    if manner == Manner::Truth {
        return Ok(());
    }
    if has(&draft.table, draft.world, seat, Effect::OnlyTruth) {
        return Err(Refusal::TongueTied);
    }
    let exposed = |(who, _): &(Character, _)| *who == Character::Seat(seat);
    if draft
        .open()
        .is_some_and(|log| log.exposures.iter().any(exposed))
    {
        return Err(Refusal::Exposed);
    }
    Ok(())
}

pub(super) fn keep(draft: &mut Draft<'_>, seat: SeatNo, id: &WhisperId) -> Result<(), Refusal> {
    heard(draft, seat, id)?;
    let kept = (seat, id.clone());
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.told_by(&Character::Seat(seat), id).is_some() {
        return Err(Refusal::AlreadyTold);
    }
    if log.kept.contains(&kept) {
        return Err(Refusal::AlreadyKept);
    }
    draft.happen(Event::Kept {
        seat,
        whisper: kept.1,
    });
    Ok(())
}

/// Makes a sign at a telling. It changes nothing, and may be made otherwise.
pub(super) fn nod(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    telling: u8,
    doubts: bool,
) -> Result<(), Refusal> {
    let told = challenge::telling_to(draft, seat, telling)?;
    if told.to.is_some() {
        return Err(Refusal::NoSuchTelling);
    }
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.nods.contains(&(seat, telling, doubts)) {
        return Err(Refusal::AlreadyChosen);
    }
    talk::stir(draft, seat)?;
    draft.happen(Event::Nodded(Nod {
        seat,
        telling,
        doubts,
    }));
    Ok(())
}

/// The whisper, if `seat` heard it: what it was told aside it can only talk about.
fn heard<'w>(draft: &Draft<'w>, seat: SeatNo, id: &WhisperId) -> Result<&'w Whisper, Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let whisper = draft
        .scene()
        .and_then(|scene| scene.whisper(id))
        .ok_or(Refusal::NoSuchChoice)?;
    if log.hears(&Character::Seat(seat), id) {
        Ok(whisper)
    } else {
        Err(Refusal::NotYourWhisper)
    }
}

pub(super) fn let_insights_dawn(draft: &mut Draft<'_>) {
    let Some(scene) = draft.scene() else { return };
    for option in dawning(draft, scene) {
        draft.happen(Event::InsightDawned { option });
    }
}

fn dawning(draft: &Draft<'_>, scene: &Scene) -> Vec<OptionId> {
    let Some(log) = draft.open() else {
        return Vec::new();
    };
    let options = scene.options.iter();
    options
        .filter(|option| !log.insights.contains(&option.id))
        .filter(|option| {
            let pair = option.insight.as_ref();
            pair.is_some_and(|pair| pair.iter().all(|half| log.told_truly(half)))
        })
        .map(|option| option.id.clone())
        .collect()
}
