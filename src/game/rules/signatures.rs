//! Using the signature of one's class, once a scene.

use crate::content::{Effect, Whisper};
use crate::protocol::{Character, Event, Refusal};
use crate::rules::draft::Draft;
use crate::rules::effects::class_of;
use crate::vocabulary::{SeatNo, Sense, WhisperId};

/// Uses the signature of the seat's class.
pub(super) fn invoke(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    let class = class_of(&draft.table, draft.world, seat).ok_or(Refusal::NotNow)?;
    if draft
        .open()
        .is_some_and(|log| log.invoked.contains_key(&seat))
    {
        return Err(Refusal::SignatureUsed);
    }
    let heard = if class
        .signature
        .effects()
        .any(|effect| effect == Effect::Listen)
    {
        Some(overhear(draft, [class.first, class.second]).ok_or(Refusal::NothingToHear)?)
    } else {
        None
    };
    draft.happen(Event::Invoked { seat, heard });
    Ok(())
}

/// Finds one more whisper for `seat`: one that no seat holds and nobody has told, by its senses if there is one.
fn overhear(draft: &mut Draft<'_>, senses: [Sense; 2]) -> Option<WhisperId> {
    let scene = draft.scene()?;
    let log = draft.open()?;
    let of_a_seat = |id: &WhisperId| {
        log.deals
            .iter()
            .filter(|deal| deal.whisper == *id)
            .any(|deal| {
                deal.hearers
                    .iter()
                    .any(|hearer| matches!(hearer, Character::Seat(_)))
            })
            || log.invoked.values().any(|heard| heard.as_ref() == Some(id))
    };
    let free: Vec<&Whisper> = scene
        .whispers
        .iter()
        .filter(|whisper| !of_a_seat(&whisper.id))
        .filter(|whisper| !log.was_told(&whisper.id))
        .collect();
    let fitting = senses
        .iter()
        .find_map(|sense| free.iter().find(|whisper| whisper.sense == *sense));
    let heard = match fitting {
        Some(whisper) => Some(*whisper),
        None => draft.dice.pick(&free).copied(),
    };
    heard.map(|whisper| whisper.id.clone())
}
