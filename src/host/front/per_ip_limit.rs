//! The limit of connections per IP address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The low half of an IPv6 address, which a host chooses itself.
const INTERFACE_BITS: u128 = u64::MAX as u128;

/// The number of open connections by IPv4 address or IPv6 /64 network.
#[derive(Debug, Default)]
pub(super) struct PerIpLimit(Mutex<HashMap<IpAddr, usize>>);

impl PerIpLimit {
    /// Counts one more connection of `peer`, unless its network has `most` already.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr, most: usize) -> Option<IpSlot> {
        let network = network(peer);
        let mut counts = self.counts();
        let count = counts.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(IpSlot {
            limit: self.clone(),
            network,
        })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Every change is one step, so the counts are consistent even after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection, counted until this is dropped.
#[derive(Debug)]
pub(super) struct IpSlot {
    limit: Arc<PerIpLimit>,
    network: IpAddr,
}

impl Drop for IpSlot {
    fn drop(&mut self) {
        let mut counts = self.limit.counts();
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

/// Returns the network whose addresses one host can choose among: an IPv6 /64, or a single IPv4 address.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !INTERFACE_BITS).into(),
        ip @ IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_no_more_than_its_connections_and_another_has_its_own() {
        let peers = Arc::new(PerIpLimit::default());
        let taken = [take(&peers, "192.0.2.1"), take(&peers, "192.0.2.1")];
        assert!(taken.iter().all(Option::is_some));
        assert!(take(&peers, "192.0.2.1").is_none());
        assert!(take(&peers, "192.0.2.2").is_some());
    }

    #[test]
    fn a_connection_that_ends_makes_room_and_leaves_no_trace() {
        let peers = Arc::new(PerIpLimit::default());
        let first = take(&peers, "192.0.2.1");
        let second = take(&peers, "192.0.2.1");
        drop(first);
        let third = take(&peers, "192.0.2.1");
        assert!(third.is_some());
        drop((second, third));
        assert!(peers.counts().is_empty());
    }

    #[test]
    fn addresses_one_peer_can_choose_among_are_one() {
        for (one, other, same) in [
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ] {
            let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} and {other}");
        }
    }

    fn take(peers: &Arc<PerIpLimit>, peer: &str) -> Option<IpSlot> {
        peers.take(peer.parse().unwrap(), 2)
    }
}
