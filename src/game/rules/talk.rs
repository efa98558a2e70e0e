//! Speaking to the table, and how often a seat may stir.

use crate::SAY_CHARS_MAX;
use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::state::Phase;
use crate::vocabulary::{SeatNo, names};

/// How often a seat may speak, choose and choose otherwise between one scene and the next.
const STIRS_MAX: u32 = 150;

pub(super) fn say(draft: &mut Draft<'_>, seat: SeatNo, typed: &str) -> Result<(), Refusal> {
    if typed.chars().count() > SAY_CHARS_MAX {
        return Err(Refusal::SaidTooMuch);
    }
    let text: String = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text
        .chars()
        .filter(|letter| !names::is_unseen(*letter))
        .collect();
    if text.is_empty() {
        return Err(Refusal::NothingSaid);
    }
    // Who lied is to be judged before anybody talks of it.
    if draft.table.phase() == Phase::Naming {
        return Err(Refusal::NotNow);
    }
    stir(draft, seat)?;
    draft.happen(Event::Said { seat, text });
    Ok(())
}

/// Refuses a seat that has spoken, chosen and chosen otherwise too often since the last scene opened.
pub(super) fn stir(draft: &Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    if draft.table.talk.stirred(seat) >= STIRS_MAX {
        Err(Refusal::TooOften)
    } else {
        Ok(())
    }
}
