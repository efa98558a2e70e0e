//! The identity of a caller: a signed cookie says which seat a browser holds, and a bearer token which seat a program does. A
//! recovery phrase brings a seat back elsewhere.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use cookie::{Cookie, CookieBuilder, SameSite};
use game::{SeatNo, TableId};
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use service::{Holder, ServiceError};
use time::Duration;

use crate::error::WebError;
use crate::keys::CookieKeyAge;
use crate::request::{cookies, is_https};
use crate::{AppState, token};

/// Days a browser keeps a seat: longer than a table of unhurried players lives, and not so long that the
/// cookies of old tables outgrow what proxies pass on.
const SEAT_DAYS: i64 = 60;
/// What the name of a seat's cookie begins with, before the table's id.
const COOKIE_PREFIX: &str = "seat-";

/// The caller of a request about a table.
#[derive(Clone, Debug)]
pub(crate) struct AtTable {
    /// The table.
    pub(crate) table: TableId,
    /// The seat that the browser holds by its cookie, or the program by its token.
    pub(crate) holder: Option<Holder>,
    /// There was a cookie, but it is not one of ours, or was damaged.
    pub(crate) unreadable: bool,
    /// The cookie is signed by an earlier key.
    outdated: bool,
    /// The seat is held by a token: cookies were not looked at, and are none of this caller's.
    by_token: bool,
}

impl AtTable {
    /// Returns the seat, for handlers that need one.
    pub(crate) fn seated(&self) -> Result<Holder, WebError> {
        self.holder.ok_or(WebError::NoSeat {
            unreadable: self.unreadable,
        })
    }

    /// Returns the seat, if it is the one that the page was made for from which the request comes. Another tab may have
    /// taken another. Pages of the release before do not say it, and programs need not.
    pub(crate) fn seated_as(&self, page_holder: Option<&str>) -> Result<Holder, WebError> {
        let holder = self.seated()?;
        match page_holder {
            Some(named) if named != holder.to_string() => Err(WebError::OtherSeat),
            Some(_) | None => Ok(holder),
        }
    }
}

#[derive(Deserialize)]
struct TablePath {
    table: String,
}

impl FromRequestParts<AppState> for AtTable {
    type Rejection = WebError;

    /// Identifies the caller once a request: rate limit and handler share the result.
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, WebError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let Path(path) = Path::<TablePath>::from_request_parts(parts, app)
            .await
            .map_err(|_| WebError::NotFound)?;
        let table = TableId::parse(&path.table).ok_or(WebError::NotFound)?;
        let caller = match token::sent(&parts.uri, &parts.headers) {
            Some(token) => Self::by_token(app, table, token)?,
            None => Self::by_cookie(app, parts, table),
        };
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl AtTable {
    /// Identifies who sends a token. One that is not good for this table is refused, also where spectators may look: a
    /// program that sends it means a seat.
    fn by_token(app: &AppState, table: TableId, token: &str) -> Result<Self, WebError> {
        let holder = token::holder(&app.keys, &table, token);
        Ok(Self {
            table,
            holder: Some(holder.ok_or(WebError::TokenUnreadable)?),
            unreadable: false,
            outdated: false,
            by_token: true,
        })
    }

    fn by_cookie(app: &AppState, parts: &Parts, table: TableId) -> Self {
        let is_tv = is_on_tv(parts.uri.path(), table.as_str());
        let holder = app.keys.holder(&parts.headers, &table);
        let (holder, key_age) = holder.filter(|_| !is_tv).unzip();
        let sent = || !is_tv && seat_cookies(&parts.headers, &table).next().is_some();
        Self {
            unreadable: holder.is_none() && sent(),
            table,
            holder,
            outdated: key_age == Some(CookieKeyAge::Previous),
            by_token: false,
        }
    }
}

/// Whether a path is that of the screen for all, which shows no seat's whispers, whoever's browser it is in.
fn is_on_tv(path: &str, table: &str) -> bool {
    let below = path.strip_prefix("/t/");
    let below = below.and_then(|below| below.strip_prefix(table));
    below.is_some_and(|below| below == "/tv" || below.starts_with("/tv/"))
}

/// Returns the cookie to send with a page to a browser whose own is signed by an earlier key: the same, signed
/// anew.
pub(crate) fn renewed(app: &AppState, headers: &HeaderMap, at: &AtTable) -> Option<SeatCookie> {
    let holder = at.holder.filter(|_| at.outdated)?;
    Some(SeatCookie::new(app, headers, &at.table, holder))
}

/// Answers with an error, and takes the seat at a table back that is erased.
pub(crate) fn parting(
    app: &AppState,
    headers: &HeaderMap,
    at: &AtTable,
    error: WebError,
) -> Response {
    let is_gone = matches!(error, WebError::Game(ServiceError::Erased));
    let has_cookie = !at.by_token && (at.holder.is_some() || at.unreadable);
    let cookie = (is_gone && has_cookie).then(|| SeatCookie::taken_back(app, headers, &at.table));
    (cookie, error).into_response()
}

/// The signed cookie that gives a browser its seat, as a part of an answer.
#[derive(Clone, Debug)]
pub(crate) struct SeatCookie(HeaderValue);

impl SeatCookie {
    /// Signs the cookie of a holder with the newest key.
    pub(crate) fn new(
        app: &AppState,
        headers: &HeaderMap,
        table: &TableId,
        holder: Holder,
    ) -> Self {
        let cookie = seat_cookie(
            app,
            headers,
            cookie_name(table),
            format!("{table}.{holder}"),
        )
        .max_age(Duration::days(SEAT_DAYS))
        .build();
        let signed = app.keys.sign_cookie(cookie);
        let value = signed.and_then(|signed| HeaderValue::try_from(signed).ok());
        Self(value.expect("an encoded cookie is plain text"))
    }

    /// Takes the cookie of a seat back.
    pub(crate) fn taken_back(app: &AppState, headers: &HeaderMap, table: &TableId) -> Self {
        let cookie = seat_cookie(app, headers, cookie_name(table), String::new())
            .max_age(Duration::ZERO)
            .build();
        let value = HeaderValue::try_from(cookie.encoded().to_string());
        Self(value.expect("an encoded cookie is plain text"))
    }
}

/// Begins a cookie in the form of all cookies of seats. One in another form would not replace those.
fn seat_cookie(
    app: &AppState,
    headers: &HeaderMap,
    name: String,
    value: String,
) -> CookieBuilder<'static> {
    let secure = is_https(app, headers);
    // Pages of invited sites bring the cookie along; browsers allow that over TLS only.
    let abroad = secure && app.settings.cors_origins.allow_cookies();
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(if abroad {
            SameSite::None
        } else {
            SameSite::Lax
        })
        .secure(secure)
}

/// Whether an answer gives a browser a seat.
pub(crate) fn gives_seat(headers: &HeaderMap) -> bool {
    let set = headers.get_all(SET_COOKIE);
    set.iter()
        .any(|cookie| cookie.as_bytes().starts_with(COOKIE_PREFIX.as_bytes()))
}

impl IntoResponseParts for SeatCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().append(SET_COOKIE, self.0);
        Ok(parts)
    }
}

fn cookie_name(table: &TableId) -> String {
    format!("{COOKIE_PREFIX}{table}")
}

/// Returns the tables for whose seats cookies were sent, in the order of the cookies, whoever signed them.
pub(crate) fn seated_tables(headers: &HeaderMap) -> Vec<TableId> {
    let mut tables: Vec<TableId> = Vec::new();
    for table in sent_cookies(headers).filter_map(|(table, _)| TableId::parse(table)) {
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables
}

/// Returns the cookies sent for a seat at `table`, as they were sent. There may be several, set for different paths.
pub(crate) fn seat_cookies<'a>(
    headers: &'a HeaderMap,
    table: &'a TableId,
) -> impl Iterator<Item = &'a str> {
    sent_cookies(headers)
        .filter(|(of, _)| *of == table.as_str())
        .map(|(_, pair)| pair)
}

/// Returns the cookies sent for seats: the id of the table that each names, and the cookie as it was sent.
fn sent_cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    cookies(headers).filter_map(|cookie| {
        let (name, _) = cookie.split_once('=')?;
        Some((name.trim().strip_prefix(COOKIE_PREFIX)?, cookie))
    })
}

/// Reads a cookie whose signature is ours. The table is part of the value because the signature does not
/// cover the name.
pub(crate) fn read_cookie(table: &TableId, value: &str) -> Option<Holder> {
    let mut parts = value.split('.');
    let (of, seat, generation) = (parts.next()?, parts.next()?, parts.next()?);
    if of != table.as_str() || parts.next().is_some() {
        return None;
    }
    Some(Holder {
        seat: SeatNo(seat.parse().ok()?),
        generation: generation.parse().ok()?,
    })
}
