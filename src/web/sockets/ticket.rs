//! Tickets: what a client shows when it opens a socket. A browser sends no header of its own there, and a gateway on
//! another host is sent no cookie.

use super::seat::{SEAT_BYTES_MAX, SocketSeat};
use crate::keys::Keys;

/// How long a ticket is taken, in milliseconds. It stands in an address, which proxies write to their logs.
pub(crate) const TICKET_MS: u64 = 60_000;

/// Bytes of a ticket at most: the seat and the signature in hexadecimal digits, and the time.
const TICKET_BYTES_MAX: usize = 2 * SEAT_BYTES_MAX + 128;

/// Why a ticket is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It is not one of ours, or was damaged.
    #[error("This ticket is not one of this server's.")]
    Unreadable,
    /// Its time is over, or has not come.
    #[error("This ticket has expired: a fresh one opens the socket.")]
    Expired,
}

impl TicketError {
    /// Returns the stable code of the problem.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "ticket-unreadable",
            Self::Expired => "ticket-expired",
        }
    }
}

/// Issues a ticket to a seat, good for [`TICKET_MS`]. Returns `None` where the seat's public address is longer than any
/// that a server has.
pub(crate) fn issue(keys: &Keys, now_ms: u64, seat: &SocketSeat) -> Option<String> {
    let seat = seat.to_string();
    if seat.len() > SEAT_BYTES_MAX {
        return None;
    }
    let signed = format!("{now_ms}-{}", hex::encode(seat));
    let signature = hex::encode(keys.sign_ticket(&signed));
    Some(format!("{signed}-{signature}"))
}

/// Verifies a ticket, and returns the seat it was issued to.
pub(super) fn verify(keys: &Keys, now_ms: u64, ticket: &str) -> Result<SocketSeat, TicketError> {
    let (issued_ms, seat) = read(keys, ticket).ok_or(TicketError::Unreadable)?;
    // Instances' clocks differ a little: one from the near future is as good.
    if now_ms.abs_diff(issued_ms) > TICKET_MS {
        return Err(TicketError::Expired);
    }
    Ok(seat)
}

fn read(keys: &Keys, ticket: &str) -> Option<(u64, SocketSeat)> {
    if ticket.len() > TICKET_BYTES_MAX {
        return None;
    }
    let (signed, signature) = ticket.rsplit_once('-')?;
    if !keys.signed_ticket(signed, &hex::decode(signature).ok()?) {
        return None;
    }
    let (issued_ms, seat) = signed.split_once('-')?;
    let seat = String::from_utf8(hex::decode(seat).ok()?).ok()?;
    Some((issued_ms.parse().ok()?, seat.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use game::{SeatNo, TableId};
    use service::Holder;

    use super::super::seat::SocketShows;
    use super::*;

    const NOW_MS: u64 = 1_800_000_000_000;

    fn seat() -> SocketSeat {
        let holder = Holder {
            seat: SeatNo(2),
            generation: 1,
        };
        let table = TableId::from_random([7; TableId::LEN]);
        let base_url = "https://codex.test".into();
        SocketSeat::new(table, Some(holder), SocketShows::Page { base_url })
    }

    #[test]
    fn a_ticket_is_taken_for_a_minute() {
        let keys = Keys::derive(&[1; 32]);
        let ticket = issue(&keys, NOW_MS, &seat()).unwrap();
        for good_ms in [NOW_MS - TICKET_MS, NOW_MS, NOW_MS + TICKET_MS] {
            assert_eq!(verify(&keys, good_ms, &ticket), Ok(seat()));
        }
        for late_ms in [0, NOW_MS - TICKET_MS - 1, NOW_MS + TICKET_MS + 1, u64::MAX] {
            let refused = verify(&keys, late_ms, &ticket);
            assert_eq!(refused, Err(TicketError::Expired));
        }
        assert!(ticket.len() <= TICKET_BYTES_MAX);
    }

    #[test]
    fn a_ticket_of_another_key_is_refused_and_one_of_the_key_before_is_taken() {
        let before = Keys::derive(&[1; 32]);
        let ticket = issue(&before, NOW_MS, &seat()).unwrap();
        let rotated = Keys::derive(&[2; 32]).and_previous(&[1; 32]);
        assert_eq!(verify(&rotated, NOW_MS, &ticket), Ok(seat()));
        let other = Keys::derive(&[2; 32]);
        let refused = verify(&other, NOW_MS, &ticket);
        assert_eq!(refused, Err(TicketError::Unreadable));
    }

    #[test]
    fn a_ticket_with_any_letter_changed_is_refused() {
        let keys = Keys::derive(&[1; 32]);
        let ticket = issue(&keys, NOW_MS, &seat()).unwrap();
        for at in 0..ticket.len() {
            let mut changed = ticket.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            let refused = verify(&keys, NOW_MS, &changed);
            assert_eq!(refused, Err(TicketError::Unreadable), "{changed}");
        }
        for wrong in ["", "-", "--", "1-2-3", &ticket[1..], &"0-".repeat(9_999)] {
            let refused = verify(&keys, NOW_MS, wrong);
            assert_eq!(refused, Err(TicketError::Unreadable), "{wrong}");
        }
    }

    #[test]
    fn an_address_longer_than_any_server_has_is_given_no_ticket() {
        let base_url = format!("https://{}", "x".repeat(SEAT_BYTES_MAX)).into();
        let table = seat().table().clone();
        let long = SocketSeat::new(table, None, SocketShows::Page { base_url });
        assert_eq!(issue(&Keys::derive(&[1; 32]), NOW_MS, &long), None);
    }
}
