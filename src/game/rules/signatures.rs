//! Using the signature of one's class: ready at the beginning, and again after a council or a roll of one's own that failed.

use crate::content::{Effect, Whisper};
use crate::protocol::{Boon, Character, Event, Refusal};
use crate::rules::challenge;
use crate::rules::draft::Draft;
use crate::rules::effects::{class_of, has};
use crate::state::SceneState;
use crate::vocabulary::{Purpose, SeatNo, WhisperId};

/// What the address of a second use is counted from.
const SECOND_ADDRESS: u32 = 16;

/// Uses the signature of the seat's class.
pub(super) fn invoke(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    let class = class_of(&draft.table, draft.world, seat).ok_or(Refusal::NotNow)?;
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let used_here = log.invoked.contains_key(&seat);
    let twice = held.boons.contains(&Boon::SecondSignature {});
    let again = used_here && twice && !log.used_twice(seat);
    if held.signature_spent && !again {
        return Err(Refusal::SignatureUsed);
    }
    let listens = class
        .signature
        .effects()
        .any(|effect| effect == Effect::Listen);
    let deaf = has(&draft.table, draft.world, seat, Effect::BlankPage);
    let heard = if listens && !deaf {
        let heard = overhear(draft, seat, used_here);
        Some(heard.ok_or(Refusal::NothingToHear)?)
    } else {
        None
    };
    if heard.is_none() && (listens || used_here) {
        return Err(Refusal::NothingToHear);
    }
    draft.happen(Event::Invoked { seat, heard });
    Ok(())
}

/// Finds one more whisper for `seat`: one that nobody holds, then one that was told, then one that another seat holds; by
/// its senses if there is one, chance among equals.
fn overhear(draft: &Draft<'_>, seat: SeatNo, again: bool) -> Option<WhisperId> {
    let scene = draft.scene()?;
    let log = draft.open()?;
    let who = Character::Seat(seat);
    let senses = challenge::senses(&draft.table, draft.world, &who);
    let unheard: Vec<&Whisper> = scene
        .whispers
        .iter()
        .filter(|whisper| !log.hears(&who, &whisper.id))
        .collect();
    let rank = |whisper: &Whisper| (order_of(log, whisper), !senses.contains(&whisper.sense));
    let best = unheard.iter().map(|whisper| rank(whisper)).min()?;
    let equals: Vec<&Whisper> = unheard
        .into_iter()
        .filter(|whisper| rank(whisper) == best)
        .collect();
    let of = u32::from(seat.0) + if again { SECOND_ADDRESS } else { 0 };
    let heard = draft.dice(Purpose::Listen, of).pick(&equals).copied()?;
    Some(heard.id.clone())
}

fn order_of(log: &SceneState, whisper: &Whisper) -> u8 {
    if log.hearers(&whisper.id).is_empty() {
        0
    } else if log.was_told(&whisper.id) {
        1
    } else {
        2
    }
}
