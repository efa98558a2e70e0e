//! When each seat was last present.

use std::collections::{BTreeMap, HashMap};

/// Topics that are remembered. When another one comes, the one whose newest moment is the oldest is forgotten.
pub(crate) const TOPICS_MAX: usize = 10_000;

/// The moment each seat of each topic was last present, in milliseconds since the Unix epoch.
#[derive(Debug, Default)]
pub(crate) struct LastSeen(HashMap<String, BTreeMap<u8, u64>>);

impl LastSeen {
    /// Records a moment, unless a later one is known.
    pub(crate) fn record(&mut self, topic: &str, seat: u8, at_ms: u64) {
        if self.0.len() >= TOPICS_MAX && !self.0.contains_key(topic) {
            // A scan of ten thousand entries, and only for a new topic beyond the limit: an index would cost every
            // record instead.
            let newest = |seats: &BTreeMap<u8, u64>| seats.values().max().copied();
            let oldest = self.0.iter().min_by_key(|(_, seats)| newest(seats));
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.0.remove(&name);
            }
        }
        let seats = self.0.entry(topic.to_owned()).or_default();
        let seen = seats.entry(seat).or_default();
        *seen = at_ms.max(*seen);
    }

    /// Returns the moments of a topic's seats.
    pub(crate) fn of_topic(&self, topic: &str) -> BTreeMap<u8, u64> {
        self.0.get(topic).cloned().unwrap_or_default()
    }

    /// Returns the moment of one seat.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn of_seat(&self, topic: &str, seat: u8) -> Option<u64> {
        self.0.get(topic)?.get(&seat).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_is_remembered_of_a_bounded_number_of_topics() {
        let mut seen = LastSeen::default();
        for number in 0..=TOPICS_MAX as u64 {
            seen.record(&number.to_string(), 1, number + 1);
        }
        assert_eq!(seen.0.len(), TOPICS_MAX);
        assert!(seen.of_topic("0").is_empty(), "the oldest goes first");
    }
}
