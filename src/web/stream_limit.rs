//! The limit of open event streams, for one client and in total.

use std::fmt;
use std::net::IpAddr;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::address_limit::{AddressLimit, AddressSlot};
use crate::error::WebError;

/// The streams one client may always have, however few there are in total: a household shares one address.
const OF_ONE_LEAST: usize = 64;

/// Counts the open event streams of each client, and refuses one above a limit.
#[derive(Clone, Debug)]
pub(crate) struct StreamLimit {
    limit: AddressLimit,
    most: usize,
}

impl StreamLimit {
    /// Allows `most` streams at once, and registers how many are open.
    pub(crate) fn new(most: usize, registry: &mut Registry) -> Self {
        let limit = Self {
            limit: AddressLimit::default(),
            most,
        };
        registry.register_collector(Box::new(limit.clone()));
        limit
    }

    /// Counts the open streams.
    pub(crate) fn open(&self) -> usize {
        self.limit.total()
    }

    /// Takes a slot, of which one client may have half: nobody takes live news from all.
    pub(crate) fn take(&self, client: IpAddr) -> Result<StreamSlot, WebError> {
        let most_of_one = (self.most / 2).max(OF_ONE_LEAST);
        self.limit
            .take(client, most_of_one, self.most)
            .map(StreamSlot)
            .ok_or(WebError::TooManyStreams)
    }
}

/// One open stream; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct StreamSlot(#[expect(dead_code, reason = "held for its drop")] AddressSlot);

impl Collector for StreamLimit {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let gauge = ConstGauge::new(i64::try_from(self.open()).unwrap_or(i64::MAX));
        let help = "Open event streams";
        gauge.encode(encoder.encode_descriptor("streams", help, None, gauge.metric_type())?)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn one_client_leaves_half_of_the_streams_to_others() {
        let (greedy, other) = (client(1), client(2));
        let most = 4 * OF_ONE_LEAST;
        let streams = streams(most);
        let mut taken = Vec::new();
        while let Ok(slot) = streams.take(greedy) {
            taken.push(slot);
        }
        assert_eq!(taken.len(), most / 2);
        let slot = streams.take(other).unwrap();
        assert_eq!(streams.open(), most / 2 + 1);
        drop((taken, slot));
        assert_eq!(streams.open(), 0);
    }

    #[test]
    fn together_there_are_no_more_than_the_operator_allows() {
        let streams = streams(2);
        let taken: Vec<_> = (1..=3).map(|number| streams.take(client(number))).collect();
        assert!(matches!(&taken[..], [Ok(_), Ok(_), Err(_)]), "{taken:?}");
    }

    fn streams(most: usize) -> StreamLimit {
        StreamLimit::new(most, &mut Registry::default())
    }

    fn client(number: u8) -> IpAddr {
        Ipv4Addr::new(198, 51, 100, number).into()
    }
}
