//! The cookie that a page with a form of a door gives every browser: whoever cannot keep it could not keep a seat.
//!
//! It also makes the command ids of these forms the browser's own. A page may be kept on the way and shown to several
//! people, whatever it says of that: each of them opens a table, and none is given the seat of another.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use cookie::{Cookie, SameSite};
use game::CommandId;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use crate::AppState;
use crate::error::WebError;
use crate::request::{self, cookies, is_https};

/// The name of the cookie.
const NAME: &str = "visitor";
/// Bytes of its value.
const BYTES: usize = 16;

/// A browser that has sent its cookie back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visitor(String);

impl Visitor {
    /// Reads the cookie of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        cookies(headers).find_map(|cookie| {
            let value = cookie.trim().strip_prefix(NAME)?.strip_prefix('=')?;
            let ours = value.len() == 2 * BYTES && value.bytes().all(|it| it.is_ascii_hexdigit());
            ours.then(|| Self(value.to_owned()))
        })
    }

    /// Returns who sends a form of a door. A page of ours says in its form that it gave a cookie: whoever sends that form
    /// without one keeps no cookies. Programs that write the form themselves, and pages of the release before, say nothing.
    pub(crate) fn sending(
        headers: &HeaderMap,
        field: Option<&str>,
    ) -> Result<Option<Self>, WebError> {
        match Self::of(headers) {
            None if field.is_some() => Err(WebError::NoCookie),
            sender => Ok(sender),
        }
    }

    /// Reads the command id of a form that takes a seat, as the sender's own.
    pub(crate) fn command_id(sender: Option<&Self>, sent: &str) -> Result<CommandId, WebError> {
        sender.map_or_else(|| request::command_id(sent), |sender| sender.own_id(sent))
    }

    fn own_id(&self, sent: &str) -> Result<CommandId, WebError> {
        let sent = request::command_id(sent)?;
        let own = Sha256::new()
            .chain_update(&self.0)
            .chain_update(sent.as_str())
            .finalize();
        request::command_id(&hex::encode(own))
    }
}

/// The cookie for a browser that has none yet, as a part of an answer.
#[derive(Clone, Debug)]
pub(crate) struct VisitorCookie(HeaderValue);

impl VisitorCookie {
    /// Returns the cookie to send with a page, if the browser did not send one. It lasts as long as the browser runs.
    pub(crate) fn for_newcomer(app: &AppState, headers: &HeaderMap) -> Option<Self> {
        if Visitor::of(headers).is_some() {
            return None;
        }
        let mut bytes = [0; BYTES];
        (app.random)(&mut bytes);
        let cookie = Cookie::build((NAME, hex::encode(bytes)))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(is_https(app, headers))
            .build();
        HeaderValue::try_from(cookie.to_string()).ok().map(Self)
    }
}

impl IntoResponseParts for VisitorCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(SET_COOKIE, self.0);
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    fn visitor(cookies: &'static str) -> Option<Visitor> {
        let headers = [(COOKIE, HeaderValue::from_static(cookies))];
        Visitor::of(&headers.into_iter().collect())
    }

    #[test]
    fn a_cookie_is_read_among_others_and_only_in_the_form_we_give_it() {
        let ours = visitor("a=1; visitor=00112233445566778899aabbccddeeff;b=2").unwrap();
        assert_eq!(ours.0, "00112233445566778899aabbccddeeff");
        for foreign in [
            "",
            "visitor=",
            "visitor=0011",
            "xvisitor=00112233445566778899aabbccddeeff",
        ] {
            assert_eq!(visitor(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn one_page_shown_to_two_browsers_has_different_ids_and_a_repeat_the_same() {
        let one = Visitor("0".repeat(32));
        let other = Visitor("1".repeat(32));
        let id = |visitor: &Visitor| visitor.own_id("0123456789abcdef-0").unwrap();
        assert_eq!(id(&one), id(&one));
        assert_ne!(id(&one), id(&other));
        assert!(one.own_id("short").is_err());
    }
}
