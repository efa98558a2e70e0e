//! The keys derived from the operator's secret: they sign cookies, tokens and tickets, and make recovery phrases.
//!
//! An operator who changes the secret names the one before: what it signed is taken, and cookies are signed anew.

use std::net::IpAddr;

use cookie::{Cookie, CookieJar, Key};
use game::TableId;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use service::{Holder, OpenerTag};
use sha2::Sha256;

use crate::client_ip::ClientAddress;
use crate::identity::{read_cookie, seat_cookies};
use crate::story_link::{self, StoryLink};

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

    /// Signs the token of a holder.
    pub(crate) fn sign_token(&self, holder: &str) -> [u8; 32] {
        self.newest.mac(&token_text(holder))
    }

    /// Whether the token of a holder has a signature of ours.
    pub(crate) fn signed_token(&self, holder: &str, signature: &[u8]) -> bool {
        let text = token_text(holder);
        self.all().any(|pair| pair.has_mac(&text, signature))
    }

    /// Signs the cookie of a seat with the newest key, and returns it as it is sent.
    pub(crate) fn sign_cookie(&self, cookie: Cookie<'static>) -> Option<String> {
        let name = cookie.name().to_owned();
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.newest.cookies).add(cookie);
        jar.get(&name).map(|cookie| cookie.encoded().to_string())
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

/// What the signature of a token is about.
fn token_text(holder: &str) -> String {
    format!("token\n{holder}")
}

/// What the signature of a ticket is about. Its first line is that of nothing else that these keys sign.
fn ticket_text(ticket: &str) -> String {
    format!("ticket\n{ticket}")
}
