//! The seat whose news a connection brings.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use game::{SeatNo, TableId};
use service::Holder;

/// Bytes of a seat as text at most.
pub(super) const SEAT_BYTES_MAX: usize = 512;

/// The seat, or the spectator, whose news a connection brings, and in which form.
///
/// As text it is what a gateway keeps with the connection. The text holds no secret, and it is believed: whoever may
/// write it there may read every table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SocketSeat {
    table: TableId,
    holder: Option<Holder>,
    shows: SocketShows,
}

/// The form in which news come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SocketShows {
    /// As the page, whose links name this address.
    Page { base_url: Arc<str> },
    /// As the view in JSON.
    View,
}

/// What was kept with a connection cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the seat of a connection")]
pub struct SocketSeatError;

impl SocketSeat {
    pub(crate) fn new(table: TableId, holder: Option<Holder>, shows: SocketShows) -> Self {
        Self {
            table,
            holder,
            shows,
        }
    }

    /// The table.
    pub fn table(&self) -> &TableId {
        &self.table
    }

    pub(crate) fn holder(&self) -> Option<Holder> {
        self.holder
    }

    pub(crate) fn shows(&self) -> &SocketShows {
        &self.shows
    }
}

/// Table, holder and form, with blanks between; a spectator is a dash.
impl fmt::Display for SocketSeat {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} ", self.table)?;
        match self.holder {
            Some(holder) => write!(to, "{holder}")?,
            None => to.write_str("-")?,
        }
        match &self.shows {
            SocketShows::Page { base_url } => write!(to, " page {base_url}"),
            SocketShows::View => to.write_str(" view"),
        }
    }
}

impl FromStr for SocketSeat {
    type Err = SocketSeatError;

    fn from_str(text: &str) -> Result<Self, SocketSeatError> {
        let parts: Vec<&str> = text.split(' ').collect();
        let (table, holder, shows) = match parts[..] {
            [table, holder, "page", base_url] if !base_url.is_empty() => {
                let base_url = base_url.into();
                (table, holder, SocketShows::Page { base_url })
            }
            [table, holder, "view"] => (table, holder, SocketShows::View),
            _ => return Err(SocketSeatError),
        };
        let holder = if holder == "-" {
            None
        } else {
            Some(read_holder(holder).ok_or(SocketSeatError)?)
        };
        let table = TableId::parse(table).ok_or(SocketSeatError)?;
        Ok(Self::new(table, holder, shows))
    }
}

fn read_holder(text: &str) -> Option<Holder> {
    let (seat, generation) = text.split_once('.')?;
    Some(Holder {
        seat: SeatNo(seat.parse().ok()?),
        generation: generation.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_read_as_it_was_written() {
        let table = TableId::from_random([7; TableId::LEN]);
        let holder = Holder {
            seat: SeatNo(2),
            generation: 3,
        };
        let page = SocketShows::Page {
            base_url: "https://codex.test".into(),
        };
        for (holder, shows, text) in [
            (Some(holder), page.clone(), "2.3 page https://codex.test"),
            (None, page, "- page https://codex.test"),
            (Some(holder), SocketShows::View, "2.3 view"),
            (None, SocketShows::View, "- view"),
        ] {
            let seat = SocketSeat::new(table.clone(), holder, shows);
            assert_eq!(seat.to_string(), format!("{table} {text}"));
            assert_eq!(seat.to_string().parse(), Ok(seat));
        }
        for wrong in [
            "",
            "- view",
            "x - view",
            "aaaaaaaaaaaaaaaaaaaa 2 view",
            "aaaaaaaaaaaaaaaaaaaa 2.x view",
            "aaaaaaaaaaaaaaaaaaaa 999.1 view",
            "aaaaaaaaaaaaaaaaaaaa - page",
            "aaaaaaaaaaaaaaaaaaaa - page ",
            "aaaaaaaaaaaaaaaaaaaa - view more",
        ] {
            assert_eq!(wrong.parse::<SocketSeat>(), Err(SocketSeatError), "{wrong}");
        }
    }
}
