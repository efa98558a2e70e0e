//! When each seat was last there.

use std::collections::{BTreeMap, HashMap};

/// Topics whose presence is remembered; the one heard of least lately is forgotten first.
pub(crate) const TOPICS_MAX: usize = 10_000;

/// When each seat of each topic was last there, in milliseconds since the Unix epoch.
#[derive(Debug, Default)]
pub(crate) struct Presence(HashMap<String, BTreeMap<u8, u64>>);

impl Presence {
    /// Notes a moment, unless a later one is known.
    pub(crate) fn record_presence(&mut self, topic: &str, seat: u8, at_ms: u64) {
        if self.0.len() >= TOPICS_MAX && !self.0.contains_key(topic) {
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

    /// Returns the moments of a topic.
    pub(crate) fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        self.0.get(topic).cloned().unwrap_or_default()
    }

    /// Returns the moment of a seat.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn last(&self, topic: &str, seat: u8) -> Option<u64> {
        self.0.get(topic)?.get(&seat).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_is_remembered_of_a_bounded_number_of_topics() {
        let mut presence = Presence::default();
        for number in 0..=TOPICS_MAX as u64 {
            presence.record_presence(&number.to_string(), 1, number + 1);
        }
        assert_eq!(presence.0.len(), TOPICS_MAX);
        assert!(presence.last_seen("0").is_empty(), "the oldest goes first");
    }
}
