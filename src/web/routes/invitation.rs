//! The invitation to a table: its link, and the link as a QR code.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use game::{Code, Phase};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, Uri};

use crate::identity::AtTable;
use crate::qr_codes::LINK_BYTES_MAX;
use crate::request::{base_url, leads_to_loopback};
use crate::{AppState, WebError};

/// An hour in the browser alone: the link names the address that this browser used.
const KEEP: &str = "private, max-age=3600";

/// Draws the link of a table that gathers. Nobody joins a story that has begun.
pub(crate) async fn drawing(
    State(app): State<AppState>,
    at: AtTable,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let table = app.tables.loader.load(&at.table).await?;
    let gathers = table.phase() == Phase::Gathering;
    let code = table.code().filter(|_| gathers).ok_or(WebError::NotFound)?;
    let base_url = base_url(&app, &uri, &headers);
    let link = link(&base_url, code);
    if !is_drawn(&base_url, &link) {
        return Err(WebError::NotFound);
    }
    let drawn = app.qr_codes.draw(&link).ok_or(WebError::NotFound)?;
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, KEEP)];
    Ok((headers, drawn).into_response())
}

/// Whether a link is shown as a QR code: not one that is long, and not one that leads a phone to itself.
pub(crate) fn is_drawn(base_url: &str, link: &str) -> bool {
    link.len() <= LINK_BYTES_MAX && !leads_to_loopback(base_url)
}

/// Returns the address at which others join a table.
pub(crate) fn link(base_url: &str, code: &Code) -> String {
    format!("{base_url}/join/{code}")
}
