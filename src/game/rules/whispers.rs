//! Sharing, twisting and keeping whispers, and what two of them open together.

use crate::content::{Scene, Whisper};
use crate::protocol::{Character, Event, Manner, Refusal, Telling, TrustReason};
use crate::rules::draft::Draft;
use crate::rules::trust;
use crate::vocabulary::{OptionId, SeatNo, WhisperId};

pub(super) fn tell(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    id: &WhisperId,
    manner: Manner,
) -> Result<(), Refusal> {
    let whisper = heard(draft, seat, id)?;
    let weight = whisper.weight;
    let first = draft.open().is_some_and(|open| !open.was_told(id));
    draft.happen(Event::Told(Telling {
        by: Character::Seat(seat),
        whisper: id.clone(),
        manner,
    }));
    if first {
        trust::move_by(
            draft,
            draft.edition.trust.shared(weight),
            TrustReason::Shared(weight),
        );
    }
    let_insights_dawn(draft);
    Ok(())
}

pub(super) fn keep(draft: &mut Draft<'_>, seat: SeatNo, id: &WhisperId) -> Result<(), Refusal> {
    heard(draft, seat, id)?;
    let kept = (seat, id.clone());
    if draft.open().is_some_and(|log| log.kept.contains(&kept)) {
        return Err(Refusal::AlreadyKept);
    }
    draft.happen(Event::Kept {
        seat,
        whisper: kept.1,
    });
    Ok(())
}

/// The whisper, if `seat` heard it and has not told it.
fn heard<'w>(draft: &Draft<'w>, seat: SeatNo, id: &WhisperId) -> Result<&'w Whisper, Refusal> {
    let hearer = Character::Seat(seat);
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let whisper = draft
        .scene()
        .and_then(|scene| scene.whisper(id))
        .ok_or(Refusal::NoSuchChoice)?;
    if !log.hears(&hearer, id) {
        return Err(Refusal::NotYourWhisper);
    }
    if log.told_by(&hearer, id).is_some() {
        return Err(Refusal::AlreadyTold);
    }
    Ok(whisper)
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
    scene
        .options
        .iter()
        .filter(|option| !log.insights.contains(&option.id))
        .filter(|option| {
            option
                .insight
                .as_ref()
                .is_some_and(|pair| pair.iter().all(|half| log.told_truly(half)))
        })
        .map(|option| option.id.clone())
        .collect()
}
