//! Which tables the first page of a browser lists: those at which it holds a seat, by its cookies.

use game::TableId;
use http::HeaderMap;

use crate::AppState;
use crate::identity::seated_tables;
use crate::pages::YourTable;

/// Tables looked at for one page: each may cost a read of the journal.
const LOOKS_MAX: usize = 6;

/// Lists the tables at which a browser sits, the latest first.
///
/// Only a seat that a cookie of ours proves is looked at, and it is no sign of life there. What cannot be shown now is left
/// out: the first page opens whatever has become of old tables.
pub(crate) async fn of(app: &AppState, headers: &HeaderMap) -> Vec<YourTable> {
    let mut listed = Vec::new();
    // Browsers send the cookie last that they were given last.
    for table in seated_tables(headers).iter().rev().take(LOOKS_MAX) {
        listed.extend(at(app, headers, table).await);
    }
    listed
}

async fn at(app: &AppState, headers: &HeaderMap, table: &TableId) -> Option<YourTable> {
    let (holder, _) = app.keys.holder(headers, table)?;
    // Loaded and not looked at through its feed: that would be a sign of life.
    let state = app.tables.loader.load(table).await.ok()?;
    let view = holder
        .has_seat_at(&state)
        .then(|| state.view(&app.tables.world, Some(holder.seat)))?;
    YourTable::of(table, &view)
}
