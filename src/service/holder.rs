//! The holder of a seat: its number, and which of its takers.

use std::fmt;

use game::{Event, SeatNo, Table};

/// The holder of a seat: the seat's number, and how often it had been taken when they sat down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holder {
    /// The seat.
    pub seat: SeatNo,
    /// Counts the takers of the seat, so that a former holder is not taken for the present one.
    pub generation: u32,
}

/// Seat and generation, as cookies and pages name a holder.
impl fmt::Display for Holder {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}.{}", self.seat, self.generation)
    }
}

impl Holder {
    /// Whether this holder has the seat at `table` now.
    pub fn has_seat_at(self, table: &Table) -> bool {
        table
            .seats()
            .get(&self.seat)
            .is_some_and(|seat| seat.present && seat.generation == self.generation)
    }

    /// Returns the holder who sat down by these events, if one did.
    pub(crate) fn seated_by(events: &[Event]) -> Option<Self> {
        events.iter().find_map(|event| {
            let Event::Sat {
                seat, generation, ..
            } = event
            else {
                return None;
            };
            Some(Self {
                seat: *seat,
                generation: *generation,
            })
        })
    }
}
