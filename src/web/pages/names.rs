//! The names behind the numbers and ids of a view.

use game::{Character, CompanionId, CouncilView, GodVoteView, SeatNo};

use super::table::Main;
use super::words::listed;
use crate::say::{self, Insert};

/// What a name nobody has any more is replaced by.
const NAMELESS: &str = say::nameless().as_str();

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass every argument by reference"
)]
impl Main<'_> {
    /// The name of the player at a seat.
    pub(crate) fn seat_name(&self, no: &SeatNo) -> &str {
        let seat = self.view.seats.iter().find(|seat| seat.seat == *no);
        seat.map_or(NAMELESS, |seat| &seat.name)
    }

    /// The name of a companion.
    pub(crate) fn companion_name(&self, id: &CompanionId) -> &str {
        let mut companions = self.view.companions.iter();
        let companion = companions.find(|companion| companion.companion == *id);
        companion.map_or(NAMELESS, |companion| &companion.name)
    }

    /// The name of a seat's player or a companion.
    pub(crate) fn name_of(&self, who: &Character) -> &str {
        match who {
            Character::Seat(no) => self.seat_name(no),
            Character::Companion(id) => self.companion_name(id),
        }
    }

    /// The names of several seats' players as a sentence lists them.
    pub(crate) fn names(&self, seats: &[SeatNo]) -> String {
        let names: Vec<&str> = seats.iter().map(|no| self.seat_name(no)).collect();
        listed(&names)
    }

    /// The same as a piece of HTML, with a comma between any two, each of the class `class`, if that is one.
    pub(crate) fn marked<'a>(&'a self, seats: &'a [SeatNo], class: &'a str) -> impl Insert + 'a {
        say::names(seats.iter().map(|no| self.seat_name(no)), class)
    }

    /// What a god says of a deed, with the doers' names and the deed filled in.
    pub(crate) fn spoken(&self, council: &CouncilView, vote: &GodVoteView) -> String {
        vote.speech
            .replace("{doer}", &self.names(&council.doers))
            .replace("{deed}", &council.deed)
    }
}
