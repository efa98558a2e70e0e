//! What a whisper may do once it was told, told falsely, or kept: how it makes a throw read, and what is overheard.

use crate::content::{Choice, Effect, Scene, Whisper};
use crate::protocol::{Character, Event, FavourReason, Manner, SeatGift, TrustReason};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{council, trust};
use crate::state::SceneState;
use crate::vocabulary::{Gift, God, Mark, OutcomeKind, SeatNo};

/// How a warning stood when the scene was decided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Warning {
    /// The table was told it truly.
    Held,
    /// The table was told only its twist.
    Twisted,
    /// The table was not told it.
    Kept,
}

/// How `whisper` was told to the table. Told both ways, it was told.
pub(super) fn warning(log: &SceneState, whisper: &Whisper) -> Warning {
    if log.told_truly(&whisper.id) {
        Warning::Held
    } else if log.was_told(&whisper.id) {
        Warning::Twisted
    } else {
        Warning::Kept
    }
}

/// The scene's whispers that warn of `harm`.
pub(super) fn warnings<'w>(
    scene: &'w Scene,
    harm: &Mark,
) -> impl Iterator<Item = &'w Whisper> + use<'w> {
    let harm = harm.clone();
    let whispers = scene.whispers.iter();
    whispers.filter(move |whisper| whisper.warns.as_ref() == Some(&harm))
}

/// How a throw that came out as `kind` reads, by what was told of it.
pub(super) fn reading(
    draft: &mut Draft<'_>,
    scene: &Scene,
    (option, hand): (&Choice, &Character),
    (kind, fallen): (OutcomeKind, u32),
) -> OutcomeKind {
    let Some(log) = draft.table.scene.last() else {
        return kind;
    };
    let read = match kind {
        OutcomeKind::Success if is_deepened(log, scene, option) => OutcomeKind::Triumph,
        OutcomeKind::Failure | OutcomeKind::Disaster => {
            let late = fallen >= draft.edition.test.unwarned_disaster_min;
            warned(log, scene, option, (kind, late))
        }
        OutcomeKind::Plain | OutcomeKind::Triumph | OutcomeKind::Success => kind,
    };
    spare_once(draft, hand, read)
}

fn is_deepened(log: &SceneState, scene: &Scene, option: &Choice) -> bool {
    let mut deepening = scene
        .whispers
        .iter()
        .filter(|whisper| whisper.deepens.as_ref() == Some(&option.id));
    deepening.any(|whisper| log.told_truly(&whisper.id))
}

/// A true warning takes the disaster's sting, a false one springs the trap, and one that was kept brings it nearer.
fn warned(
    log: &SceneState,
    scene: &Scene,
    option: &Choice,
    (kind, late): (OutcomeKind, bool),
) -> OutcomeKind {
    let harm = option
        .outcome_of(OutcomeKind::Disaster)
        .and_then(|outcome| outcome.harm.as_ref());
    let Some(harm) = harm else { return kind };
    let standing: Vec<Warning> = warnings(scene, harm)
        .map(|whisper| warning(log, whisper))
        .collect();
    if standing.is_empty() {
        kind
    } else if standing.contains(&Warning::Held) {
        OutcomeKind::Failure
    } else if standing.contains(&Warning::Twisted) || late {
        OutcomeKind::Disaster
    } else {
        kind
    }
}

/// Morvane's blessing: the first disaster of the own hand reads as a failure.
fn spare_once(draft: &mut Draft<'_>, hand: &Character, kind: OutcomeKind) -> OutcomeKind {
    if let (Character::Seat(seat), OutcomeKind::Disaster) = (hand, kind)
        && has(&draft.table, draft.world, *seat, Effect::SecondWinter)
    {
        draft.happen(Event::GiftSpent(SeatGift {
            seat: *seat,
            gift: Gift::blessing(God::Morvane),
        }));
        return OutcomeKind::Failure;
    }
    kind
}

/// What somebody overheard who was in earshot of a true telling.
pub(super) fn overhear(draft: &mut Draft<'_>, scene: &Scene) {
    for whisper in &scene.whispers {
        let Some(if_told) = &whisper.if_told else {
            continue;
        };
        let Some(log) = draft.table.scene.last() else {
            return;
        };
        if !log.told_truly(&whisper.id) {
            continue;
        }
        let tellers: Vec<SeatNo> = log
            .to_table()
            .filter(|told| told.whisper == whisper.id && told.manner == Manner::Truth)
            .filter_map(|told| match told.by {
                Character::Seat(seat) => Some(seat),
                Character::Companion(_) => None,
            })
            .collect();
        for mark in &if_told.marks {
            if !draft.table.story.has(mark) {
                draft.happen(Event::Marked { mark: mark.clone() });
            }
        }
        trust::move_by(draft, if_told.trust, TrustReason::Overheard);
        for seat in tellers {
            for (god, by) in &if_told.favour {
                council::move_favour(draft, seat, *god, *by, Some(FavourReason::Overheard));
            }
        }
    }
}
