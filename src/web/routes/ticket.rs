//! Tickets that open a socket.
//!
//! Issuing one is a change: another site's page cannot have it done. The answer is kept by nobody on the way and is not
//! compressed, as that of a phrase.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, Uri};

use crate::identity::AtTable;
use crate::request::base_url;
use crate::routes::phrase::SECRET;
use crate::sockets::{SocketSeat, SocketShows, TICKET_MS, issue};
use crate::wire::TicketAnswer;
use crate::{AppState, News, WebError};

/// Issues a ticket for news as a page.
pub(crate) async fn page(
    State(app): State<AppState>,
    at: AtTable,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    // The gateway has another host than the page, whose links name the page's.
    let base_url = base_url(&app, &uri, &headers).into();
    issued(&app, at, SocketShows::Page { base_url }).await
}

/// Issues a ticket for news as JSON.
pub(crate) async fn view(State(app): State<AppState>, at: AtTable) -> Result<Response, WebError> {
    issued(&app, at, SocketShows::View).await
}

async fn issued(app: &AppState, at: AtTable, shows: SocketShows) -> Result<Response, WebError> {
    let News::Socket { url } = &app.settings.news else {
        return Err(WebError::NoSockets);
    };
    // A gateway keeps no connection to a table that nobody opened.
    app.tables.loader.load(&at.table).await?;
    let seat = SocketSeat::new(at.table, at.holder, shows);
    let ticket = issue(&app.keys, app.tables.now_ms(), &seat).ok_or(WebError::HostUnclear)?;
    let answer = TicketAnswer {
        url: format!("{url}?ticket={ticket}"),
        ticket,
        expires_ms: TICKET_MS,
    };
    Ok(([(CACHE_CONTROL, SECRET)], Json(answer)).into_response())
}
