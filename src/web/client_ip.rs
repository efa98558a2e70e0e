//! Where a request comes from, as far as proxies that are trusted say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::HeaderMap;
use http::request::Parts;

/// Each proxy adds whom it heard the request from, at the right.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The part of an IPv6 address that a household or a phone has for itself is the rest of it.
const NETWORK_BITS: u32 = 64;

/// Who is at the other end of the connection a request came on. Whoever serves the router puts it among the
/// request's extensions; requests without one count as one client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Returns who asks: the peer, or whom the outermost of `hops` trusted proxies heard. An IPv6 address stands
/// for its network, because its client may choose the rest.
pub(crate) fn client(hops: usize, parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    network(forwarded(hops, &parts.headers).unwrap_or(peer))
}

/// Returns the entry of the outermost trusted proxy: the `hops`-th from the right of all lines together.
/// What stands left of it anybody may have written.
fn forwarded(hops: usize, headers: &HeaderMap) -> Option<IpAddr> {
    let from_right = hops.checked_sub(1)?;
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    let entries = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = entries.into_iter().nth(from_right)?;
    address(std::str::from_utf8(entry).ok()?.trim())
}

/// Reads an address with or without its port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let bare = bare.unwrap_or(text).parse();
    bare.ok()
        .or_else(|| text.parse().ok().map(|it: SocketAddr| it.ip()))
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (u128::BITS - NETWORK_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        address @ IpAddr::V4(_) => address,
    }
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
