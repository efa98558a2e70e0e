//! The limits of connections.

use std::net::IpAddr;
use std::time::Duration;

/// The limits of connections, each and all together.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Time from being accepted to the end of the first request's header.
    pub first_header: Duration,
    /// Time between two pieces of a request's body.
    pub body_pause: Duration,
    /// Time for the whole body of a request, so that a body sent byte by byte does not hold a connection.
    pub body: Duration,
    /// Time a connection may idle between two requests. Longer than proxies in front keep theirs open, or they would
    /// send a request into a connection that is closing.
    pub idle: Duration,
    /// Time in which a peer must take some of a response that is being sent.
    pub stall: Duration,
    /// Time until a peer that acknowledges nothing is given up. Linux only.
    pub peer_gone: Duration,
    /// Most open connections. Beyond it, the one that has waited for its peer longest ends.
    pub connections_max: usize,
    /// Most open connections of one IPv4 address or IPv6 /64 network. Beyond it, the next is closed at once.
    pub connections_per_peer_max: usize,
    /// Bytes that requests in flight and their responses may take together. Beyond it, the next waits a moment, and is
    /// answered 503 if others have not ended.
    pub requests_bytes: usize,
    /// Returns whether a peer is a proxy, which may have any number of connections.
    pub is_proxy: fn(IpAddr) -> bool,
    /// Time from the order to close to the cut of what is still open.
    pub drain: Duration,
}

/// The most bytes of a request's header while few connections are open.
const HEADER_BYTES_MAX: usize = 64 * 1_024;

/// The same while more than a share of the connections are open.
const CROWDED_HEADER_BYTES_MAX: usize = 16 * 1_024;
const CROWDED_SHARE: usize = 16;

impl ConnectionLimits {
    /// Connections one address may have however few there are in all: a household shares one.
    const CONNECTIONS_PER_PEER_LEAST: usize = 64;

    /// Returns the limits for a number of connections, the bytes for requests in flight, a drain and a number of proxies
    /// in front.
    pub fn new(
        connections_max: usize,
        requests_bytes: usize,
        drain: Duration,
        trusted_proxy_hops: usize,
    ) -> Self {
        Self {
            first_header: Duration::from_secs(10),
            body_pause: Duration::from_secs(15),
            body: Duration::from_mins(1),
            idle: Duration::from_secs(95),
            stall: Duration::from_secs(30),
            peer_gone: Duration::from_secs(30),
            connections_max,
            connections_per_peer_max: (connections_max / 2).max(Self::CONNECTIONS_PER_PEER_LEAST),
            requests_bytes,
            is_proxy: if trusted_proxy_hops > 0 {
                |_| true
            } else {
                // It may be a proxy on this machine that TRUSTED_PROXY_HOPS does not count.
                |peer| peer.is_loopback()
            },
            drain,
        }
    }
}

/// Returns the most bytes of a request's header on HTTP/1: fewer while many connections are open.
pub(super) fn header_bytes_max(open: usize, connections_max: usize) -> usize {
    if open > connections_max / CROWDED_SHARE {
        CROWDED_HEADER_BYTES_MAX
    } else {
        HEADER_BYTES_MAX
    }
}
