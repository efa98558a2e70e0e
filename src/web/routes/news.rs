//! News of a table's page for those who ask: one event in an answer, where no stream comes through, or none is sent.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use serde::Deserialize;
use service::Look;

use crate::catch_up::{CatchUp, KnownPage};
use crate::identity::{AtTable, parting, renewed};
use crate::rendering;
use crate::request::{CheckedQuery, base_url};
use crate::routes::api::first_news;
use crate::{AppState, WebError};

/// What a page says of itself where it asks for news.
#[derive(Deserialize)]
pub(crate) struct NewsQuery {
    /// The id of the event it had last.
    #[serde(default)]
    since: String,
    /// How long it waits for another, in seconds.
    #[serde(default)]
    wait: u64,
}

/// Answers with the event that leads from what the page has to the newest, as soon as there is something new: with a beat
/// when there is nothing in time.
pub(crate) async fn page(
    State(app): State<AppState>,
    at: AtTable,
    CheckedQuery(query): CheckedQuery<NewsQuery>,
    asked: Parts,
) -> Result<Response, WebError> {
    let NewsQuery { since, wait } = query;
    let base_url = base_url(&app, &asked.uri, &asked.headers).into();
    let differs = |look: &Look| {
        let page = rendering::page(&app, &at.table, look, &base_url);
        // Whatever is wrong with the page is told at once.
        page.map_or(true, |page| page.id() != since)
    };
    let look = match first_news(&app, &at, wait, &asked, differs).await {
        Ok(look) => look,
        Err(error) => return Ok(parting(&app, &asked.headers, &at, error)),
    };
    let known = KnownPage::Id(&since);
    let news = CatchUp::on_page(&app, &at.table, &look, &base_url, known)?;
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_TYPE, "application/json"),
    ];
    let cookie = renewed(&app, &asked.headers, &at);
    Ok((headers, cookie, news.json()?).into_response())
}
