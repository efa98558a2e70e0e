//! The seats of a browser's earlier evenings. Each is a cookie that the browser sends with every request, so those that
//! are of no more use are taken back when it gets another: a request stays below what servers and proxies take.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use game::TableId;
use http::HeaderMap;
use service::ServiceError;

use crate::AppState;
use crate::identity::{SeatCookie, seated_tables};

/// Seats that a browser keeps without a look at any of them: some 150 bytes each.
const UNSEEN_MAX: usize = 20;
/// Tables looked at for one answer.
const LOOKS_MAX: usize = 10;
/// Seats that a browser keeps at all: with the phrase, a seat comes back.
const SEATS_MAX: usize = 40;

/// The cookies that are taken back, as a part of an answer.
#[derive(Debug, Default)]
pub(crate) struct OldSeats(Vec<SeatCookie>);

impl OldSeats {
    /// Finds the seats to take back from a browser that gets one at `newest`.
    ///
    /// Those of tables that are over, erased, or played on by somebody else go first. A table that this journal does not
    /// know is left: the operator may have named the wrong one.
    pub(crate) async fn of(app: &AppState, headers: &HeaderMap, newest: &TableId) -> Self {
        let mut kept = seated_tables(headers);
        kept.retain(|table| table != newest);
        if kept.len() < UNSEEN_MAX {
            return Self::default();
        }
        // Browsers send the cookie first that they have had for the longest.
        let mut gone = Vec::new();
        for table in kept.iter().take(LOOKS_MAX) {
            if is_past(app, headers, table).await {
                gone.push(table.clone());
            }
        }
        kept.retain(|table| !gone.contains(table));
        let beyond = (kept.len() + 1).saturating_sub(SEATS_MAX);
        gone.extend(kept.drain(..beyond));
        let taken_back = |table| SeatCookie::taken_back(app, headers, table);
        Self(gone.iter().map(taken_back).collect())
    }
}

/// Whether the seat that a browser holds at a table is of no more use.
async fn is_past(app: &AppState, headers: &HeaderMap, table: &TableId) -> bool {
    let Some((holder, _)) = app.keys.holder(headers, table) else {
        // Signed by a key that this server does not know: the operator may have named the wrong one, too.
        return false;
    };
    match app.tables.loader.load(table).await {
        Ok(state) => !state.phase().is_live() || !holder.has_seat_at(&state),
        Err(error) => matches!(error, ServiceError::Erased),
    }
}

impl IntoResponseParts for OldSeats {
    type Error = Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let add = |parts, cookie: SeatCookie| cookie.into_response_parts(parts);
        self.0.into_iter().try_fold(parts, add)
    }
}
