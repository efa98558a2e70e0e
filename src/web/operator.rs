//! The operator: whose token opens the page and the API below `/admin`, and who an operator is in the log.

mod session;

use std::fmt;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use game::TableId;
use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use sha2::{Digest, Sha256};

use crate::AppState;
use crate::client_ip::ClientAddress;
use crate::error::WebError;
use crate::paths;
use crate::rate_limit::GuessKind;
use crate::request::bearer;

pub(crate) use session::{SessionCookie, session_of};

/// Where an operator signs in on the page.
pub(crate) const SIGN_IN: &str = "/admin/sign-in";
/// Digits of a fingerprint.
const FINGERPRINT_DIGITS: usize = 12;

/// What an operator may reach, and what is shown there of the settings.
#[derive(Clone, Debug)]
pub struct OperatorAccess {
    /// The token that opens it.
    pub token: OperatorToken,
    /// Whether it has a port of its own, and players' addresses have none of it.
    pub has_own_port: bool,
    /// Where the journal is kept, without a password.
    pub storage: String,
    /// Returns the level or the directives of the log that are in force.
    pub log_level: fn() -> String,
}

/// The operator's token, of which nothing can be printed but its fingerprint.
#[derive(Clone)]
pub struct OperatorToken {
    /// Stands for the token in comparisons.
    tag: [u8; 32],
    /// Signs the cookies of the page, so that they end with the token.
    key: Vec<u8>,
    fingerprint: String,
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("OperatorToken(***)")
    }
}

impl OperatorToken {
    /// Takes the token that the operator has set.
    pub fn new(token: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(b"fingerprint of a token of the Arcane Codex\0")
            .chain_update(token)
            .finalize();
        let mut fingerprint = hex::encode(digest);
        fingerprint.truncate(FINGERPRINT_DIGITS);
        Self {
            tag: tag_of(token).finalize().into_bytes().into(),
            key: token.as_bytes().to_vec(),
            fingerprint,
        }
    }

    /// Compares in a time that says nothing of where both differ, nor of how long the token is.
    fn is(&self, sent: &str) -> bool {
        tag_of(sent).verify_slice(&self.tag).is_ok()
    }

    fn mac_of(&self, text: &str) -> Hmac<Sha256> {
        keyed(&self.key, text)
    }
}

/// The tag of a token, of the same length for each.
fn tag_of(token: &str) -> Hmac<Sha256> {
    keyed(b"tag of a token of the Arcane Codex", token)
}

fn keyed(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    let mut mac = mac.expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

/// A request of an operator: by the token at the API, by the cookie at the page.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    fingerprint: String,
    way: &'static str,
}

impl Operator {
    /// Logs what was done to a table, or why it was not.
    pub(crate) fn logs(
        &self,
        table: &TableId,
        operation: &'static str,
        seat: Option<game::SeatNo>,
        refused: Option<&WebError>,
    ) {
        let (operator, way, table) = (&*self.fingerprint, self.way, table.as_str());
        let seat = seat.map(|seat| seat.0);
        match refused {
            None => tracing::info!(
                operator,
                way,
                table,
                operation,
                seat,
                "the operator has done something to a table"
            ),
            Some(error) => tracing::warn!(
                operator,
                way,
                table,
                operation,
                seat,
                refused = error.code(),
                "the operator could not do something to a table"
            ),
        }
    }
}

/// Why a request is not taken for an operator's.
pub(crate) enum NoOperatorError {
    /// A page: the way to the form.
    SignIn,
    /// A program's request.
    Refused(WebError),
}

impl IntoResponse for NoOperatorError {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to(SIGN_IN).into_response(),
            Self::Refused(error) => error.into_response(),
        }
    }
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = NoOperatorError;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &AppState,
    ) -> Result<Self, NoOperatorError> {
        if paths::is_for_programs(parts.uri.path()) {
            let hops = app.settings.trusted_proxy_hops;
            let client = ClientAddress::of(hops, &parts.headers, &parts.extensions);
            let sent = bearer(&parts.headers).ok_or(WebError::NoAdminToken);
            let sent = sent.map_err(NoOperatorError::Refused)?;
            return admit(app, client, sent, "api")
                .await
                .map_err(NoOperatorError::Refused);
        }
        let token = access(app).map_err(NoOperatorError::Refused)?;
        if session_of(app, &parts.headers, &token.token) {
            return Ok(Self::of(&token.token, "page"));
        }
        Err(NoOperatorError::SignIn)
    }
}

impl Operator {
    fn of(token: &OperatorToken, way: &'static str) -> Self {
        Self {
            fingerprint: token.fingerprint.clone(),
            way,
        }
    }
}

/// What the operator may reach. There are no routes without it.
pub(crate) fn access(app: &AppState) -> Result<&OperatorAccess, WebError> {
    app.settings.operator.as_ref().ok_or(WebError::NotFound)
}

/// Takes whoever sends the token for the operator. A wrong one counts against its client.
pub(crate) async fn admit(
    app: &AppState,
    client: ClientAddress,
    sent: &str,
    way: &'static str,
) -> Result<Operator, WebError> {
    let token = &access(app)?.token;
    let guess = app.limiter.guess(GuessKind::AdminToken, client);
    let guess = guess.map_err(|wait| WebError::TooManyTokens { wait })?;
    if token.is(sent) {
        return Ok(Operator::of(token, way));
    }
    if let Some(wrong) = app.wrong_token_log.due() {
        tracing::warn!(
            way,
            wrong,
            "somebody has sent a token that is not the operator's"
        );
    }
    guess.was_wrong().await;
    Err(WebError::WrongAdminToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_taken_and_nothing_of_it_is_printed() {
        let token = OperatorToken::new("3f0c9a51d7be48026c1a9e57");
        assert!(token.is("3f0c9a51d7be48026c1a9e57"));
        for other in [
            "",
            "3f0c9a51d7be48026c1a9e5",
            "3f0c9a51d7be48026c1a9e577",
            "3F0C9A51D7BE48026C1A9E57",
        ] {
            assert!(!token.is(other), "{other}");
        }
        assert_eq!(format!("{token:?}"), "OperatorToken(***)");
        assert_eq!(token.fingerprint.len(), FINGERPRINT_DIGITS);
        assert!(!token.fingerprint.starts_with("3f0c"));
    }
}
