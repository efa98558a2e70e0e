//! The issuer of a command.

use game::Actor;

use crate::holder::Holder;

/// The issuer of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issuer {
    /// Somebody without a seat.
    Newcomer,
    /// The holder of a seat.
    Seat(Holder),
    /// Time itself, when a deadline has passed.
    Clock,
    /// Whoever runs the server.
    Operator,
}

impl Issuer {
    pub(crate) fn actor(self) -> Actor {
        match self {
            Self::Newcomer => Actor::Newcomer,
            Self::Seat(holder) => Actor::Seat(holder.seat),
            Self::Clock => Actor::Clock,
            Self::Operator => Actor::Operator,
        }
    }
}
