//! The recovery phrase of a seat, by itself.
//!
//! A phrase lasts as long as its seat. In a compressed answer beside text that others choose, the length of the answer
//! would tell letter by letter whether the text has something in common with the phrase (BREACH). So an answer with a
//! phrase holds nothing that anybody else has written, and is never compressed.
//!
//! Considered beside it: a table's page and its updates hold no other secret that lasts. Seats are held by cookies,
//! which are headers and not part of a compressed body; HPACK does not index what is marked as sensitive, and codes each
//! connection by itself. Command ids are used once. Whispers are secrets of one scene that a player may tell at any time,
//! and whoever could measure their page's length would have to be on their network.

use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, Uri};
use serde::Deserialize;

use crate::identity::AtTable;
use crate::pages::{PhrasePage, Template};
use crate::request::{CheckedQuery, Wants};
use crate::wire::PhraseAnswer;
use crate::{AppState, WebError, token};

/// Of an answer with a secret that lasts: kept by nobody, and not to be compressed by anybody on the way.
pub(crate) const SECRET: &str = "no-store, no-transform";

/// What a page says of itself where it asks for a phrase.
#[derive(Deserialize)]
pub(crate) struct PhraseQuery {
    /// The holder the page was made for.
    #[serde(rename = "as")]
    made_for: Option<String>,
}

/// Tells a seat's holder its phrase: on a page, or as JSON.
pub(crate) async fn phrase(
    State(app): State<AppState>,
    at: AtTable,
    CheckedQuery(asked): CheckedQuery<PhraseQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let holder = at.seated_as(asked.made_for.as_deref())?;
    let look = app.tables.feeds.look(&at.table, at.holder).await?;
    // Whoever held the seat before has no phrase any more.
    look.seat.ok_or(WebError::NoSeat { unreadable: false })?;
    let phrase = app.keys.phrase(&at.table, holder);
    let secret = [(CACHE_CONTROL, SECRET)];
    if Wants::of(&uri, &headers) == Wants::Json {
        let answer = PhraseAnswer {
            recovery_phrase: phrase,
            token: token::issue(&app.keys, &at.table, holder),
        };
        return Ok((secret, Json(answer)).into_response());
    }
    let page = PhrasePage {
        phrase: &phrase,
        back: &format!("/t/{}", at.table),
    };
    Ok((secret, Html(page.render()?)).into_response())
}
