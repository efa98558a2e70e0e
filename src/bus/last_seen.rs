//! When each seat was last present.

use std::collections::{BTreeMap, HashMap};
use std::mem;

/// Topics that are remembered at least: those recorded last. At most twice as many are.
pub(crate) const TOPICS_MIN: usize = 20_000;

/// How much later than the last a moment may be that is told before it, in milliseconds. One that is later still was told
/// by a clock that was ahead; it would hold good until that time comes.
pub(crate) const OUT_OF_ORDER_MAX_MS: u64 = 60_000;

/// The moment each seat of each topic was last present, in milliseconds since the Unix epoch.
///
/// Topics are in two generations. When the young one is full, it becomes the old one and what was old is forgotten.
/// So each record takes the same time however many topics there are, and no search for the oldest.
#[derive(Debug, Default)]
pub(crate) struct LastSeen {
    young: Topics,
    old: Topics,
}

type Topics = HashMap<String, SeatMoments>;

/// A few seats, so a list is smaller and quicker than a map.
type SeatMoments = Vec<(u8, u64)>;

impl LastSeen {
    /// Records a moment, unless a later one is known.
    pub(crate) fn record(&mut self, topic: &str, seat: u8, at_ms: u64) {
        if let Some(seats) = self.young.get_mut(topic) {
            keep_latest(seats, seat, at_ms);
            return;
        }
        let (topic, mut seats) = self
            .old
            .remove_entry(topic)
            .unwrap_or_else(|| (topic.to_owned(), SeatMoments::new()));
        keep_latest(&mut seats, seat, at_ms);
        if self.young.len() >= TOPICS_MIN {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(topic, seats);
    }

    /// Returns the moments of a topic's seats.
    pub(crate) fn of_topic(&self, topic: &str) -> BTreeMap<u8, u64> {
        self.seats(topic).iter().copied().collect()
    }

    /// Returns the moment of one seat.
    #[cfg(any(feature = "redis", feature = "postgres", feature = "dynamodb"))]
    pub(crate) fn of_seat(&self, topic: &str, seat: u8) -> Option<u64> {
        let mut seats = self.seats(topic).iter();
        seats.find(|(of, _)| *of == seat).map(|(_, at_ms)| *at_ms)
    }

    fn seats(&self, topic: &str) -> &[(u8, u64)] {
        let seats = self.young.get(topic).or_else(|| self.old.get(topic));
        seats.map_or(&[], Vec::as_slice)
    }
}

fn keep_latest(seats: &mut SeatMoments, seat: u8, at_ms: u64) {
    match seats.iter_mut().find(|(of, _)| *of == seat) {
        Some((_, seen_ms)) => {
            if at_ms > *seen_ms || *seen_ms - at_ms > OUT_OF_ORDER_MAX_MS {
                *seen_ms = at_ms;
            }
        }
        None => seats.push((seat, at_ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_moment_stays_unless_a_clock_that_was_ahead_told_it() {
        let mut seen = LastSeen::default();
        let now_ms = 1_800_000_000_000;
        for (at_ms, latest_ms) in [
            (now_ms, now_ms),
            (now_ms - 20_000, now_ms),
            (now_ms + 365 * 86_400_000, now_ms + 365 * 86_400_000),
            (now_ms + 5_000, now_ms + 5_000),
        ] {
            seen.record("table", 1, at_ms);
            assert_eq!(seen.of_topic("table"), [(1, latest_ms)].into());
        }
    }

    #[test]
    fn presence_is_remembered_of_a_bounded_number_of_topics() {
        let mut seen = LastSeen::default();
        for number in 0..3 * TOPICS_MIN {
            seen.record("always", 1, number as u64);
            seen.record(&number.to_string(), 1, 7);
            assert!(seen.young.len() + seen.old.len() <= 2 * TOPICS_MIN);
        }
        assert!(seen.of_topic("0").is_empty(), "the oldest goes first");
        let newest = 3 * TOPICS_MIN - 1;
        assert_eq!(seen.of_topic("always"), [(1, newest as u64)].into());
        for number in [newest, newest - TOPICS_MIN / 2] {
            assert_eq!(seen.of_topic(&number.to_string()), [(1, 7)].into());
        }
    }
}
