//! The identity of a caller: a signed cookie says which seat a browser holds, a recovery phrase brings it back
//! elsewhere.
//!
//! An operator who changes the secret names the one before: what it signed is taken, and signed anew.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use cookie::{Cookie, CookieBuilder, CookieJar, Key, SameSite};
use game::{SeatNo, TableId};
use hmac::{Hmac, KeyInit, Mac};
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use service::{Holder, OpenerTag, ServiceError};
use sha2::Sha256;
use time::Duration;

use crate::AppState;
use crate::client_ip::ClientAddress;
use crate::error::WebError;
use crate::request::{cookies, is_https};
use crate::story_link::{self, StoryLink};

/// Days a browser keeps a seat: longer than a table of unhurried players lives, and not so long that the
/// cookies of old tables outgrow what proxies pass on.
const SEAT_DAYS: i64 = 60;
/// What the name of a seat's cookie begins with, before the table's id.
const COOKIE_PREFIX: &str = "seat-";
/// Words in a recovery phrase: 40 bits, against a handful of tries a minute.
pub(crate) const PHRASE_WORDS: usize = 5;

/// The keys that sign cookies and make recovery phrases.
#[derive(Clone)]
pub struct Keys {
    newest: KeyPair,
    /// Earlier keys: what they signed and made is accepted, too.
    previous: Vec<KeyPair>,
}

/// The keys derived from one secret.
#[derive(Clone)]
struct KeyPair {
    cookies: Key,
    phrases: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Keys(***)")
    }
}

impl Keys {
    /// Derives the keys from the operator's secret: at least 32 bytes.
    pub fn derive(secret: &[u8]) -> Self {
        Self {
            newest: KeyPair::derive(secret),
            previous: Vec::new(),
        }
    }

    /// Takes what an earlier secret of the operator's signed, too: at least 32 bytes.
    #[must_use]
    pub fn and_previous(mut self, secret: &[u8]) -> Self {
        self.previous.push(KeyPair::derive(secret));
        self
    }

    /// Returns the phrase that brings a seat back. It is derived, not kept: whoever knows the secret key can make it,
    /// and nobody can read it from the journal.
    pub(crate) fn phrase(&self, table: &TableId, holder: Holder) -> String {
        self.newest.phrase(table, holder)
    }

    /// Whether a phrase brings a seat back.
    pub(crate) fn fits(&self, table: &TableId, holder: Holder, phrase: &str) -> bool {
        self.all().any(|pair| pair.phrase(table, holder) == phrase)
    }

    /// Returns the seat that a signed cookie gives at `table`, and the age of the key that signed it. Cookies of other
    /// tables are not looked at: each costs a signature.
    pub(crate) fn holder(
        &self,
        headers: &HeaderMap,
        table: &TableId,
    ) -> Option<(Holder, CookieKeyAge)> {
        seat_cookies(headers, table).find_map(|sent| {
            let cookie = Cookie::parse_encoded(sent.to_owned()).ok()?;
            self.all().enumerate().find_map(|(age, pair)| {
                let jar = CookieJar::new();
                let cookie = jar.signed(&pair.cookies).verify(cookie.clone())?;
                let key_age = if age == 0 {
                    CookieKeyAge::Newest
                } else {
                    CookieKeyAge::Previous
                };
                Some((read_cookie(table, cookie.value())?, key_age))
            })
        })
    }

    /// Signs a ticket.
    pub(crate) fn sign_ticket(&self, text: &str) -> [u8; 32] {
        self.newest.mac(&ticket_text(text))
    }

    /// Whether a ticket has a signature of ours.
    pub(crate) fn signed_ticket(&self, text: &str, signature: &[u8]) -> bool {
        let text = ticket_text(text);
        self.all().any(|pair| pair.has_mac(&text, signature))
    }

    /// Seals the link of a told story.
    pub(crate) fn seal_story(&self, link: &StoryLink) -> Option<String> {
        link.seal(&self.newest.of_stories())
    }

    /// Opens the link of a told story.
    pub(crate) fn open_story(&self, sealed: &str) -> Option<StoryLink> {
        self.all()
            .find_map(|pair| StoryLink::open(&pair.of_stories(), sealed))
    }

    /// Returns the key of the hashes of a page's lines.
    pub(crate) fn of_lines(&self) -> [u8; 32] {
        self.newest.mac("lines\n")
    }

    /// Returns the tag of the tables that this client opens; none for a proxy, behind which anybody may be.
    pub(crate) fn opener(&self, client: ClientAddress) -> Option<OpenerTag> {
        (!client.is_proxy()).then(|| self.newest.opener(client.site()))
    }

    fn all(&self) -> impl Iterator<Item = &KeyPair> {
        std::iter::once(&self.newest).chain(&self.previous)
    }
}

/// By which key a cookie is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieKeyAge {
    /// By the newest.
    Newest,
    /// By an earlier one.
    Previous,
}

impl KeyPair {
    fn derive(secret: &[u8]) -> Self {
        Self {
            cookies: Key::derive_from(secret),
            phrases: secret.to_vec(),
        }
    }

    fn phrase(&self, table: &TableId, holder: Holder) -> String {
        let bytes = self.mac(&format!(
            "phrase\n{table}\n{}\n{}",
            holder.seat, holder.generation
        ));
        let words = world::recovery_words();
        let picked = bytes
            .iter()
            .take(PHRASE_WORDS)
            .map(|byte| words[usize::from(*byte)]);
        picked.collect::<Vec<_>>().join(" ")
    }

    /// A tag from which nobody without the key learns the network, by trying all there are.
    fn opener(&self, site: IpAddr) -> OpenerTag {
        let bytes = self.mac(&format!("opener\n{site}"));
        OpenerTag(std::array::from_fn(|at| bytes[at]))
    }

    fn of_stories(&self) -> [u8; story_link::KEY_BYTES] {
        let mut key = [0; story_link::KEY_BYTES];
        let (first, second) = key.split_at_mut(story_link::KEY_BYTES / 2);
        first.copy_from_slice(&self.mac("stories\n1"));
        second.copy_from_slice(&self.mac("stories\n2"));
        key
    }

    fn mac(&self, text: &str) -> [u8; 32] {
        self.mac_of(text).finalize().into_bytes().into()
    }

    /// Compares in a time that says nothing of where both differ.
    fn has_mac(&self, text: &str, sent: &[u8]) -> bool {
        self.mac_of(text).verify_slice(sent).is_ok()
    }

    fn mac_of(&self, text: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.phrases);
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        mac
    }
}

/// What the signature of a ticket is about. Its first line is that of nothing else that these keys sign.
fn ticket_text(ticket: &str) -> String {
    format!("ticket\n{ticket}")
}

/// The caller of a request about a table.
#[derive(Clone, Debug)]
pub(crate) struct AtTable {
    /// The table.
    pub(crate) table: TableId,
    /// The seat the browser holds, by its cookie.
    pub(crate) holder: Option<Holder>,
    /// There was a cookie, but it is not one of ours, or was damaged.
    pub(crate) unreadable: bool,
    /// The cookie is signed by an earlier key.
    outdated: bool,
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
        let is_tv = is_on_tv(parts.uri.path(), &path.table);
        let holder = app.keys.holder(&parts.headers, &table);
        let (holder, key_age) = holder.filter(|_| !is_tv).unzip();
        let sent = || !is_tv && seat_cookies(&parts.headers, &table).next().is_some();
        let caller = Self {
            unreadable: holder.is_none() && sent(),
            table,
            holder,
            outdated: key_age == Some(CookieKeyAge::Previous),
        };
        parts.extensions.insert(caller.clone());
        Ok(caller)
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
    let has_cookie = at.holder.is_some() || at.unreadable;
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
        let name = cookie_name(table);
        let cookie = seat_cookie(app, headers, name.clone(), format!("{table}.{holder}"))
            .max_age(Duration::days(SEAT_DAYS));
        let mut jar = CookieJar::new();
        jar.signed_mut(&app.keys.newest.cookies).add(cookie);
        let signed = jar.get(&name).map(|cookie| cookie.encoded().to_string());
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
fn seat_cookies<'a>(headers: &'a HeaderMap, table: &'a TableId) -> impl Iterator<Item = &'a str> {
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
fn read_cookie(table: &TableId, value: &str) -> Option<Holder> {
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
