//! The client's IP address: the peer's, or the one that trusted proxies forward.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Extensions, HeaderMap};

use crate::AppState;
use crate::address_limit::{client_network, client_site};
use crate::forwarded;

/// Each proxy adds whom it heard the request from, at the right.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the peer of a request's connection. The server puts it among the request's extensions;
/// requests without one count as one client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The address a request comes from, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress {
    address: IpAddr,
    /// It is the address of a trusted proxy that named nobody: many clients may stand behind it.
    is_proxy: bool,
}

impl ClientAddress {
    /// Reads the address of the peer, or the one that the outermost of `hops` trusted proxies heard from.
    pub(crate) fn of(hops: usize, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let peer = extensions.get::<Peer>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let forwarded = forwarded(hops, headers);
        Self {
            address: forwarded.unwrap_or(peer),
            is_proxy: hops > 0 && forwarded.is_none(),
        }
    }

    /// Returns the network of the client, which counts as one in most limits.
    pub(crate) fn network(self) -> IpAddr {
        client_network(self.address)
    }

    /// Returns the network that a provider gives to one customer, for what costs others something: tables and guesses.
    pub(crate) fn site(self) -> IpAddr {
        client_site(self.address)
    }

    /// Whether this is a trusted proxy itself, and nobody knows for whom it asks.
    pub(crate) fn is_proxy(self) -> bool {
        self.is_proxy
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let hops = app.settings.trusted_proxy_hops;
        Ok(Self::of(hops, &parts.headers, &parts.extensions))
    }
}

/// Returns the entry of the outermost trusted proxy: the `hops`-th from the right of all lines together.
/// What stands left of it anybody may have written.
fn forwarded(hops: usize, headers: &HeaderMap) -> Option<IpAddr> {
    let entry = forwarded::entries(headers, FORWARDED_FOR).nth(hops.checked_sub(1)?)?;
    address(std::str::from_utf8(entry).ok()?)
}

/// Reads an address with or without its port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let bare = bare.unwrap_or(text).parse();
    bare.ok()
        .or_else(|| text.parse().ok().map(|it: SocketAddr| it.ip()))
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    const PEER: &str = "10.0.0.7";

    fn seen(hops: usize, lines: &[&[u8]]) -> String {
        let mut request = Request::new(());
        for line in lines {
            let line = HeaderValue::from_bytes(line).unwrap();
            request.headers_mut().append(FORWARDED_FOR, line);
        }
        let peer = Peer(SocketAddr::new(PEER.parse().unwrap(), 40_000));
        request.extensions_mut().insert(peer);
        let client = ClientAddress::of(hops, request.headers(), request.extensions());
        assert_eq!(
            client.is_proxy(),
            hops > 0 && client.network().to_string() == PEER
        );
        client.network().to_string()
    }

    #[test]
    fn without_proxies_nobody_is_believed() {
        assert_eq!(seen(0, &[b"203.0.113.1"]), PEER);
    }

    #[test]
    fn proxies_are_counted_from_the_right_over_all_lines() {
        let lines: [&[u8]; 2] = [b"203.0.113.1, 203.0.113.2", b"203.0.113.3,203.0.113.4"];
        for (hops, client) in [(1, 4), (2, 3), (3, 2), (4, 1)] {
            assert_eq!(seen(hops, &lines), format!("203.0.113.{client}"));
        }
        assert_eq!(seen(5, &lines), PEER, "fewer proxies than were promised");
        assert_eq!(seen(1, &[]), PEER);
    }

    #[test]
    fn what_a_client_writes_does_not_move_what_a_proxy_adds() {
        for forged in ["", ",", "junk,,", "203.0.113.9,203.0.113.8, ", "\u{e9},"] {
            let line = format!("{forged}, 198.51.100.5");
            assert_eq!(seen(1, &[line.as_bytes()]), "198.51.100.5", "{line:?}");
            let lines = [forged.as_bytes(), b"198.51.100.5"];
            assert_eq!(seen(1, &lines), "198.51.100.5", "{line:?}");
        }
    }

    #[test]
    fn an_entry_may_have_a_port_and_junk_is_the_peer() {
        for (entry, client) in [
            ("198.51.100.5:443", "198.51.100.5"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
            ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"),
            ("::ffff:198.51.100.5", "198.51.100.5"),
            ("unknown", PEER),
            ("[198.51.100.5", PEER),
            ("198.51.100.5:http", PEER),
            ("fe80::1%eth0", PEER),
            ("", PEER),
        ] {
            assert_eq!(seen(1, &[entry.as_bytes()]), client, "{entry:?}");
        }
    }
}
