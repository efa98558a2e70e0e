//! The limit of open event streams: for one seat, for one client and in total.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::pending;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use game::TableId;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use service::Holder;
use tokio::sync::Notify;

use crate::address_limit::{AddressLimit, AddressSlot};
use crate::error::WebError;

/// The streams one client may always have, however few there are in total: a household shares one address.
const OF_ONE_LEAST: usize = 64;

/// The most streams of one seat: a phone, a desk, and a tab of each that was forgotten.
const OF_ONE_SEAT_MAX: usize = 4;

/// A seat at a table, with the player who holds it.
pub(crate) type SeatKey = (TableId, Holder);

/// Counts the open event streams of each client, and refuses one above a limit. Of the streams of one seat, the newest
/// few stay: one more replaces the oldest.
#[derive(Clone, Debug)]
pub(crate) struct StreamLimit {
    limit: AddressLimit,
    most: usize,
    by_seat: Arc<StreamsBySeat>,
}

impl StreamLimit {
    /// Allows `most` streams at once, and registers how many are open.
    pub(crate) fn new(most: usize, registry: &mut Registry) -> Self {
        let limit = Self {
            limit: AddressLimit::default(),
            most,
            by_seat: Arc::default(),
        };
        registry.register_collector(Box::new(limit.clone()));
        limit
    }

    /// Counts the open streams.
    pub(crate) fn open(&self) -> usize {
        self.limit.total()
    }

    /// Takes a slot for a stream of `client`, which may have half of all: nobody takes live news from everybody. The
    /// oldest stream of `seat` is replaced if it has too many.
    pub(crate) fn take(
        &self,
        client: IpAddr,
        seat: Option<SeatKey>,
    ) -> Result<StreamSlot, WebError> {
        let most_of_one = (self.most / 2).max(OF_ONE_LEAST);
        let slot = self
            .limit
            .take(client, most_of_one, self.most)
            .ok_or(WebError::TooManyStreams)?;
        Ok(StreamSlot {
            seat: seat.map(|seat| StreamsBySeat::add(&self.by_seat, seat)),
            _slot: slot,
        })
    }
}

/// One open stream; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct StreamSlot {
    seat: Option<SeatSlot>,
    _slot: AddressSlot,
}

impl StreamSlot {
    /// Waits until newer streams of the same seat have taken its place; for ever without a seat. Cancel-safe.
    pub(crate) async fn replaced(&self) {
        match &self.seat {
            Some(seat) => seat.replaced.notified().await,
            None => pending().await,
        }
    }
}

/// The open streams of each seat, oldest first. What was replaced is not among them.
#[derive(Debug, Default)]
struct StreamsBySeat(Mutex<HashMap<SeatKey, VecDeque<Arc<Notify>>>>);

impl StreamsBySeat {
    /// Adds a stream of `seat`, and replaces the oldest one beyond the limit.
    fn add(streams: &Arc<Self>, seat: SeatKey) -> SeatSlot {
        let replaced = Arc::new(Notify::new());
        let mut by_seat = streams.lock();
        let of_seat = by_seat.entry(seat.clone()).or_default();
        if of_seat.len() >= OF_ONE_SEAT_MAX
            && let Some(oldest) = of_seat.pop_front()
        {
            oldest.notify_one();
        }
        of_seat.push_back(Arc::clone(&replaced));
        drop(by_seat);
        SeatSlot {
            streams: Arc::clone(streams),
            seat,
            replaced,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SeatKey, VecDeque<Arc<Notify>>>> {
        // The lists are whole after every step, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream among those of its seat, until this is dropped.
#[derive(Debug)]
struct SeatSlot {
    streams: Arc<StreamsBySeat>,
    seat: SeatKey,
    /// Notified once, when the stream is replaced.
    replaced: Arc<Notify>,
}

impl Drop for SeatSlot {
    fn drop(&mut self) {
        let mut by_seat = self.streams.lock();
        if let Some(of_seat) = by_seat.get_mut(&self.seat) {
            of_seat.retain(|other| !Arc::ptr_eq(other, &self.replaced));
            // Seats without streams are forgotten, or they would be remembered for ever.
            if of_seat.is_empty() {
                by_seat.remove(&self.seat);
            }
        }
    }
}

impl Collector for StreamLimit {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, value) in [
            ("streams", "Open event streams", self.open()),
            (
                "streams_max",
                "Event streams open at once at most",
                self.most,
            ),
        ] {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt as _;
    use game::SeatNo;

    use super::*;

    #[test]
    fn one_client_leaves_half_of_the_streams_to_others() {
        let (greedy, other) = (client(1), client(2));
        let most = 4 * OF_ONE_LEAST;
        let streams = streams(most);
        let mut taken = Vec::new();
        while let Ok(slot) = streams.take(greedy, None) {
            taken.push(slot);
        }
        assert_eq!(taken.len(), most / 2);
        let slot = streams.take(other, None).unwrap();
        assert_eq!(streams.open(), most / 2 + 1);
        drop((taken, slot));
        assert_eq!(streams.open(), 0);
    }

    #[test]
    fn together_there_are_no_more_than_the_operator_allows() {
        let streams = streams(2);
        let taken: Vec<_> = (1..=3)
            .map(|number| streams.take(client(number), None))
            .collect();
        assert!(matches!(&taken[..], [Ok(_), Ok(_), Err(_)]), "{taken:?}");
    }

    #[test]
    fn of_one_seats_streams_the_newest_stay() {
        let streams = streams(100);
        let slots: Vec<_> = (0..OF_ONE_SEAT_MAX + 2)
            .map(|_| streams.take(client(1), Some(seat(1))).unwrap())
            .collect();
        let others = [Some(seat(2)), None].map(|other| streams.take(client(1), other).unwrap());
        let replaced = |slot: &StreamSlot| slot.replaced().now_or_never().is_some();
        let ended: Vec<_> = slots.iter().map(replaced).collect();
        assert_eq!(ended, [true, true, false, false, false, false]);
        assert!(!others.iter().any(replaced));
        drop((slots, others));
        assert!(streams.by_seat.lock().is_empty());
    }

    #[test]
    fn a_stream_that_ended_makes_room_at_its_seat() {
        let streams = streams(100);
        let mut slots: Vec<_> = (0..OF_ONE_SEAT_MAX)
            .map(|_| streams.take(client(1), Some(seat(1))).unwrap())
            .collect();
        slots.pop();
        slots.push(streams.take(client(1), Some(seat(1))).unwrap());
        let replaced = |slot: &StreamSlot| slot.replaced().now_or_never().is_some();
        assert!(!slots.iter().any(replaced));
    }

    fn seat(number: u8) -> SeatKey {
        let table = TableId::from_random([7; TableId::LEN]);
        let holder = Holder {
            seat: SeatNo(number),
            generation: 1,
        };
        (table, holder)
    }

    fn streams(most: usize) -> StreamLimit {
        StreamLimit::new(most, &mut Registry::default())
    }

    fn client(number: u8) -> IpAddr {
        Ipv4Addr::new(198, 51, 100, number).into()
    }
}
