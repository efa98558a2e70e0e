//! The cookie by which a browser is taken for the operator's, for a while: signed with the token, kept nowhere.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use cookie::{Cookie, SameSite};
use hmac::Mac as _;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use time::Duration;

use super::OperatorToken;
use crate::AppState;
use crate::origin::Scheme;
use crate::paths::ADMIN;
use crate::request::{client_scheme, cookies, is_https};

/// The name of the cookie.
const NAME: &str = "operator";
/// How long it is taken: a browser that is left behind is nobody's an hour later.
const LASTS_MS: u64 = 60 * 60 * 1_000;

/// The cookie of the operator's page, as a part of an answer.
#[derive(Clone, Debug)]
pub(crate) struct SessionCookie(HeaderValue);

impl SessionCookie {
    /// Signs one that is taken from now on for an hour.
    pub(crate) fn new(app: &AppState, headers: &HeaderMap, token: &OperatorToken) -> Self {
        let until_ms = app.tables.now_ms().saturating_add(LASTS_MS);
        let signature = token.mac_of(&signed_text(until_ms)).finalize().into_bytes();
        let value = format!("{until_ms}.{}", hex::encode(signature));
        Self::of(app, headers, value, LASTS_MS)
    }

    /// Takes it back from this browser.
    pub(crate) fn taken_back(app: &AppState, headers: &HeaderMap) -> Self {
        Self::of(app, headers, String::new(), 0)
    }

    fn of(app: &AppState, headers: &HeaderMap, value: String, lasts_ms: u64) -> Self {
        let lasts = Duration::milliseconds(i64::try_from(lasts_ms).unwrap_or(i64::MAX));
        let cookie = Cookie::build((NAME, value))
            .path(ADMIN)
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(is_secure(app, headers))
            .max_age(lasts)
            .build();
        let value = HeaderValue::try_from(cookie.to_string());
        Self(value.expect("digits and a dot are plain text"))
    }
}

/// Whether the page is reached by TLS. A port of its own may be reached in clear through a tunnel, whatever players use.
fn is_secure(app: &AppState, headers: &HeaderMap) -> bool {
    let operator = app.settings.operator.as_ref();
    if operator.is_some_and(|operator| operator.has_own_port) {
        return client_scheme(app, headers) == Some(Scheme::Https);
    }
    is_https(app, headers)
}

impl IntoResponseParts for SessionCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(SET_COOKIE, self.0);
        Ok(parts)
    }
}

/// Whether a request brings a cookie that was signed with the token and is still taken.
pub(crate) fn session_of(app: &AppState, headers: &HeaderMap, token: &OperatorToken) -> bool {
    let now_ms = app.tables.now_ms();
    cookies(headers).any(|cookie| {
        let value = cookie.trim().strip_prefix(NAME);
        let value = value.and_then(|rest| rest.strip_prefix('='));
        value.is_some_and(|value| is_taken(value, now_ms, token))
    })
}

fn is_taken(value: &str, now_ms: u64, token: &OperatorToken) -> bool {
    let read = || {
        let (until_ms, signature) = value.split_once('.')?;
        let until_ms: u64 = until_ms.parse().ok()?;
        // A clock that was ahead has signed one for longer than it lasts.
        let lasts = now_ms < until_ms && until_ms <= now_ms.saturating_add(LASTS_MS);
        let signature = hex::decode(signature).ok().filter(|_| lasts)?;
        let mac = token.mac_of(&signed_text(until_ms));
        mac.verify_slice(&signature).ok()
    };
    read().is_some()
}

/// What the signature is about. Its first line is that of nothing else that the token signs.
fn signed_text(until_ms: u64) -> String {
    format!("operator's page\n{until_ms}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_taken_for_an_hour_and_only_as_it_was_signed() {
        let token = OperatorToken::new("3f0c9a51d7be48026c1a9e57");
        let until_ms = 10 * LASTS_MS;
        let signature = token.mac_of(&signed_text(until_ms)).finalize().into_bytes();
        let value = format!("{until_ms}.{}", hex::encode(signature));
        for (now_ms, taken) in [
            (9 * LASTS_MS - 1, false),
            (9 * LASTS_MS, true),
            (until_ms - 1, true),
            (until_ms, false),
        ] {
            assert_eq!(is_taken(&value, now_ms, &token), taken, "{now_ms}");
        }
        let longer = value.replacen(&until_ms.to_string(), &(until_ms + 1).to_string(), 1);
        let other = OperatorToken::new("3f0c9a51d7be48026c1a9e58");
        assert!(!is_taken(&longer, 9 * LASTS_MS + 1, &token));
        assert!(!is_taken(&value, 9 * LASTS_MS, &other));
        for junk in ["", ".", "1.", "x.00", "99999999999999999999.00"] {
            assert!(!is_taken(junk, 0, &token), "{junk}");
        }
    }
}
