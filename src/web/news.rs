//! How news of a table come to those who have it open.

use std::fmt;
use std::str::FromStr;

use http::HeaderValue;
use service::HEARTBEAT_MS;
use url::Url;

/// How long a client of a socket, or one that asks, may take until its next sign of life, in milliseconds. A test
/// compares both with the page's script: it beats that often, and asks that often while nobody sees it.
const SOCKET_BEAT_MS: u64 = 20_000;
const ASK_MS: u64 = 30_000;

/// What every page may load, and from where.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'; object-src 'none'";

/// How news of a table come to those who have it open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum News {
    /// By event streams, and by questions that wait for something to happen.
    #[default]
    Stream,
    /// By sockets that a gateway holds open. This process is told of each message and waits for nothing.
    Socket {
        /// Where clients open them.
        url: SocketUrl,
    },
    /// By questions that are answered at once.
    Ask,
}

impl News {
    /// Returns the name by which a page's script knows it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Socket { .. } => "socket",
            Self::Ask => "ask",
        }
    }

    /// Whether an answer may wait for something to happen.
    pub(crate) fn may_wait(&self) -> bool {
        *self == Self::Stream
    }

    /// Returns how long an open page may take until its next sign of life, in milliseconds.
    pub fn heartbeat_ms(&self) -> u64 {
        match self {
            Self::Stream => HEARTBEAT_MS,
            Self::Socket { .. } => SOCKET_BEAT_MS,
            Self::Ask => ASK_MS,
        }
    }

    /// Returns what pages may load. A socket is mostly on another host than its page, which has to be named.
    pub(crate) fn content_policy(&self) -> HeaderValue {
        let own = HeaderValue::from_static(POLICY);
        let Self::Socket { url } = self else {
            return own;
        };
        let policy = format!("{POLICY}; connect-src 'self' {}", url.origin());
        HeaderValue::try_from(policy).unwrap_or(own)
    }
}

/// Where clients open sockets: `ws://` or `wss://`, a host, and a path if need be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketUrl(Url);

/// Why a text is no address of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address such as wss://abc123.execute-api.eu-central-1.amazonaws.com/live: it begins with wss:// or ws://, and \
     has no user, no password, and no part after ? or #"
)]
pub struct SocketUrlError;

impl SocketUrl {
    /// Returns scheme, host and port: what a page is allowed to connect to.
    fn origin(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let port = self.0.port().map(|port| format!(":{port}"));
        format!("{}://{host}{}", self.0.scheme(), port.unwrap_or_default())
    }
}

impl FromStr for SocketUrl {
    type Err = SocketUrlError;

    fn from_str(text: &str) -> Result<Self, SocketUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| SocketUrlError)?;
        let is_socket = matches!(url.scheme(), "ws" | "wss") && url.host_str().is_some();
        let credentials = !url.username().is_empty() || url.password().is_some();
        if !is_socket || credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(SocketUrlError);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for SocketUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(url: &str) -> News {
        News::Socket {
            url: url.parse().unwrap(),
        }
    }

    #[test]
    fn pages_may_connect_to_the_host_of_their_sockets_and_to_no_other() {
        for (url, allowed) in [
            ("wss://live.codex.test", "wss://live.codex.test"),
            ("wss://LIVE.codex.test:443/prod", "wss://live.codex.test"),
            ("ws://127.0.0.1:4566/a/b", "ws://127.0.0.1:4566"),
            ("ws://[::1]:9000/", "ws://[::1]:9000"),
        ] {
            let policy = socket(url).content_policy();
            let policy = policy.to_str().unwrap();
            let (before, sources) = policy.split_once("; connect-src ").unwrap();
            assert_eq!(before, POLICY);
            assert_eq!(sources, format!("'self' {allowed}"));
        }
        for news in [News::Stream, News::Ask] {
            assert_eq!(news.content_policy(), POLICY);
        }
    }

    #[test]
    fn what_is_no_address_of_sockets_is_refused() {
        for wrong in [
            "",
            "live.codex.test",
            "https://live.codex.test",
            "wss://",
            "wss://user@live.codex.test",
            "wss://live.codex.test/?ticket=1",
            "wss://live.codex.test/#live",
        ] {
            assert_eq!(wrong.parse::<SocketUrl>(), Err(SocketUrlError), "{wrong}");
        }
    }

    #[test]
    fn the_page_gives_signs_of_life_as_often_as_it_is_expected() {
        let sockets = include_str!("assets/sources.js");
        let beat = format!("const SOCKET_BEAT_MS = {SOCKET_BEAT_MS};");
        assert!(sockets.contains(&beat), "{beat}");
        let questions = include_str!("assets/transport.js");
        let hidden = format!("hidden: {ASK_MS} }}");
        assert!(questions.contains(&hidden), "{hidden}");
    }
}
