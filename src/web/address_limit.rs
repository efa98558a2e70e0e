//! A limit on how many things at once one client address may hold, and all addresses together.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The part of an IPv6 address that names a network. A household or a phone chooses the rest as it likes.
const NETWORK_BITS: u32 = 64;

/// The part of an IPv6 address that names a customer of a provider, who has 65,536 networks and can use each of them.
pub(crate) const SITE_BITS: u32 = 48;

/// Returns what all addresses have in common that one client can choose among: an IPv4 address, or an IPv6
/// network of 64 bits.
pub fn client_network(address: IpAddr) -> IpAddr {
    masked(address, NETWORK_BITS)
}

/// Returns what all addresses have in common that the largest of clients can choose among: an IPv4 address, or an IPv6
/// network of 48 bits.
pub(crate) fn client_site(address: IpAddr) -> IpAddr {
    masked(address, SITE_BITS)
}

fn masked(address: IpAddr, bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (u128::BITS - bits);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Counts what each client network holds. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct AddressLimit(Arc<Mutex<AddressCounts>>);

#[derive(Debug, Default)]
struct AddressCounts {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl AddressLimit {
    /// Counts one more for `address`, unless its network holds `most_of_one` already or all together hold
    /// `most`.
    pub fn take(&self, address: IpAddr, most_of_one: usize, most: usize) -> Option<AddressSlot> {
        let network = client_network(address);
        let mut counts = self.lock();
        let held = counts.by_network.get(&network).copied().unwrap_or(0);
        if held >= most_of_one || counts.total >= most {
            return None;
        }
        counts.by_network.insert(network, held + 1);
        counts.total += 1;
        Some(AddressSlot {
            limit: self.clone(),
            network,
        })
    }

    /// Returns how many are held by all addresses together.
    pub fn total(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> MutexGuard<'_, AddressCounts> {
        // Counts are whole after every step, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thing held, counted until this is dropped.
#[derive(Debug)]
pub struct AddressSlot {
    limit: AddressLimit,
    network: IpAddr,
}

impl Drop for AddressSlot {
    fn drop(&mut self) {
        let mut counts = self.limit.lock();
        counts.total -= 1;
        if let Some(held) = counts.by_network.get_mut(&self.network) {
            *held -= 1;
            // Addresses that hold nothing are forgotten, or a flood of them would be remembered for ever.
            if *held == 0 {
                counts.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_more_than_its_share_and_another_has_its_own() {
        let limit = AddressLimit::default();
        let taken = [take(&limit, "192.0.2.1"), take(&limit, "192.0.2.1")];
        assert!(taken.iter().all(Option::is_some));
        assert!(take(&limit, "192.0.2.1").is_none());
        assert!(take(&limit, "192.0.2.2").is_some());
    }

    #[test]
    fn all_addresses_together_hold_no_more_than_the_limit() {
        let limit = AddressLimit::default();
        let taken: Vec<_> = (1..=4)
            .map(|number| take(&limit, &format!("192.0.2.{number}")))
            .collect();
        assert!(taken[..3].iter().all(Option::is_some) && taken[3].is_none());
    }

    #[test]
    fn what_is_given_back_leaves_no_trace() {
        let limit = AddressLimit::default();
        let first = take(&limit, "192.0.2.1");
        let second = take(&limit, "192.0.2.1");
        drop(first);
        let third = take(&limit, "192.0.2.1");
        assert!(third.is_some());
        drop((second, third));
        assert_eq!(limit.total(), 0);
        assert!(limit.lock().by_network.is_empty());
    }

    #[test]
    fn addresses_one_client_can_choose_among_are_one() {
        for (one, other, same) in [
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
        ] {
            let network = |text: &str| client_network(text.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} and {other}");
        }
    }

    #[test]
    fn all_networks_of_a_customer_are_one_site() {
        for (one, other, same) in [
            ("2001:db8:7:1::1", "2001:db8:7:ffff::1", true),
            ("2001:db8:7:1::1", "2001:db8:8:1::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
        ] {
            let site = |text: &str| client_site(text.parse().unwrap());
            assert_eq!(site(one) == site(other), same, "{one} and {other}");
        }
    }

    fn take(limit: &AddressLimit, address: &str) -> Option<AddressSlot> {
        limit.take(address.parse().unwrap(), 2, 3)
    }
}
