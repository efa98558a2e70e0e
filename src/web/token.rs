//! The bearer token of a seat: what its cookie proves, for programs that keep no cookies.
//!
//! No page can make a browser send one to another site that has not been invited, so a request that brings one needs no
//! guard against other sites' pages. In return nothing else is looked at: a token that is not good is refused, whatever
//! cookies come beside it. Its letters are those of `b64token` (RFC 6750, 2.1), in hexadecimal digits.

use game::{SeatNo, TableId};
use http::{HeaderMap, Uri};
use service::Holder;

use crate::keys::Keys;
use crate::paths;
use crate::request::bearer;

/// Bytes of a token at most: a table, a seat, a generation, and 64 digits of a signature.
const BYTES_MAX: usize = 160;

/// Issues the token of a holder. It is good for as long as the holder has the seat, and the key is known.
pub(crate) fn issue(keys: &Keys, table: &TableId, holder: Holder) -> String {
    let named = format!("{table}.{holder}");
    let signature = hex::encode(keys.sign_token(&named));
    format!("{named}.{signature}")
}

/// Returns the token of a request to the JSON API, if it brings one.
pub(crate) fn sent<'a>(uri: &Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    bearer(headers).filter(|_| paths::is_api(uri.path()))
}

/// Returns the seat that a token gives at `table`, if it is one of ours and for that table.
pub(crate) fn holder(keys: &Keys, table: &TableId, token: &str) -> Option<Holder> {
    if token.len() > BYTES_MAX {
        return None;
    }
    let (named, signature) = token.rsplit_once('.')?;
    let mut parts = named.split('.');
    let (of, seat, generation) = (parts.next()?, parts.next()?, parts.next()?);
    if of != table.as_str() || !keys.signed_token(named, &hex::decode(signature).ok()?) {
        return None;
    }
    Some(Holder {
        seat: SeatNo(seat.parse().ok()?),
        generation: generation.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::AUTHORIZATION;

    use super::*;

    const HOLDER: Holder = Holder {
        seat: SeatNo(2),
        generation: 3,
    };

    fn table(byte: u8) -> TableId {
        TableId::from_random([byte; TableId::LEN])
    }

    #[test]
    fn a_token_gives_its_seat_at_its_table_and_at_no_other() {
        let keys = Keys::derive(&[1; 32]);
        let token = issue(&keys, &table(1), HOLDER);
        assert_eq!(holder(&keys, &table(1), &token), Some(HOLDER));
        assert_eq!(holder(&keys, &table(2), &token), None);
        assert!(token.len() <= BYTES_MAX);
    }

    #[test]
    fn a_token_of_the_key_before_is_taken_and_one_of_another_key_is_not() {
        let token = issue(&Keys::derive(&[1; 32]), &table(1), HOLDER);
        let rotated = Keys::derive(&[2; 32]).and_previous(&[1; 32]);
        assert_eq!(holder(&rotated, &table(1), &token), Some(HOLDER));
        assert_eq!(holder(&Keys::derive(&[2; 32]), &table(1), &token), None);
    }

    #[test]
    fn a_token_with_any_letter_changed_gives_nothing() {
        let keys = Keys::derive(&[1; 32]);
        let token = issue(&keys, &table(1), HOLDER);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(holder(&keys, &table(1), &changed), None, "{changed}");
        }
        for wrong in ["", ".", "...", &token[1..], &"0.".repeat(9_999)] {
            assert_eq!(holder(&keys, &table(1), wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_is_read_below_the_api_alone_and_under_its_scheme_alone() {
        let sent = |path: &'static str, credentials: &'static str| {
            let value = HeaderValue::from_static(credentials);
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
            super::sent(&Uri::from_static(path), &headers).map(str::to_owned)
        };
        let token = Some("a.1.1.ff".to_owned());
        assert_eq!(sent("/api/tables/a", "Bearer a.1.1.ff"), token);
        assert_eq!(sent("/api/tables/a", "bearer  a.1.1.ff"), token);
        assert_eq!(sent("/t/a", "Bearer a.1.1.ff"), None);
        for other in ["Basic a.1.1.ff", "a.1.1.ff", "Bearer", "bear\u{e9}r x"] {
            if let Ok(value) = HeaderValue::from_str(other) {
                let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
                let sent = super::sent(&Uri::from_static("/api/tables/a"), &headers);
                assert_eq!(sent, None, "{other}");
            }
        }
    }
}
