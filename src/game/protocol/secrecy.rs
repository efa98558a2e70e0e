//! Which events one seat alone sees: they move nobody else's version.

use crate::protocol::{Event, GiftCall, MomentumMove, Purchase};
use crate::vocabulary::SeatNo;

impl Event {
    /// The seat that alone sees that this happened; none of what others see, too.
    pub fn secret_of(&self) -> Option<SeatNo> {
        // Nobody is told that a signature listened; one that lends a hand changes chances that all see.
        if let Self::Kept { seat, .. }
        | Self::Acted { seat, .. }
        | Self::HandStayed { seat }
        | Self::Invoked {
            seat,
            heard: Some(_),
        }
        | Self::MomentumMoved(MomentumMove { seat, .. }) = self
        {
            return Some(*seat);
        }
        if let Self::Judged(judgement) = self {
            return Some(judgement.seat);
        }
        // A second throw is paid for in secret, and seen when it falls.
        if let Self::Spent(Purchase { seat, .. }) = self {
            return Some(*seat);
        }
        if let Self::CalledOn(GiftCall { seat, gift, .. }) = self {
            return (!gift.is_seen_when_called()).then_some(*seat);
        }
        None
    }
}
