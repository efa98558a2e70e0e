//! The client's IP address: the peer's, or the one that trusted proxies forward.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::HeaderMap;
use http::request::Parts;

use crate::address_limit::client_network;
use crate::forwarded;

/// Each proxy adds whom it heard the request from, at the right.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the peer of a request's connection. The server puts it among the request's extensions;
/// requests without one count as one client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Returns the network of the client: of the peer, or of the address that the outermost of `hops` trusted
/// proxies heard from.
pub(crate) fn client(hops: usize, parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    client_network(forwarded(hops, &parts.headers).unwrap_or(peer))
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
        client(hops, &request.into_parts().0).to_string()
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
