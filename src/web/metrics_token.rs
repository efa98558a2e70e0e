//! The token that a scraper shows where metrics are for it alone.

use std::fmt;

use http::HeaderMap;
use sha2::{Digest as _, Sha256};

use crate::request::bearer;

/// The token a scraper must show, as its hash: what is compared tells nothing of where two tokens differ first.
#[derive(Clone, PartialEq, Eq)]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    /// Returns the token of these words.
    pub fn new(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether a request shows this token, as `Authorization: Bearer`.
    pub(crate) fn is_shown(&self, headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|token| Self::new(token) == *self)
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::AUTHORIZATION;

    use super::*;

    #[test]
    fn only_the_whole_token_is_taken() {
        let token = MetricsToken::new("a token of forty letters and more, at least");
        for (shown, is_taken) in [
            ("Bearer a token of forty letters and more, at least", true),
            ("bearer  a token of forty letters and more, at least ", true),
            ("Bearer a token of forty letters and more, at leas", false),
            ("Basic a token of forty letters and more, at least", false),
            ("a token of forty letters and more, at least", false),
            ("Bearer ", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(shown));
            assert_eq!(token.is_shown(&headers), is_taken, "{shown}");
        }
        assert!(!token.is_shown(&HeaderMap::new()));
        assert_eq!(format!("{token:?}"), "***");
    }
}
