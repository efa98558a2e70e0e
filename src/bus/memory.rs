//! Announcements and presence within a single process, and the local half of every adapter that reaches others.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::last_seen::LastSeen;
use crate::{Bus, LinkState, Presence, PubSub, lock};

/// Announcements and presence within one process. It has no token buckets and no cache: nobody shares them.
#[derive(Debug, Default)]
pub struct MemoryBus {
    topics: Mutex<HashMap<String, watch::Sender<u64>>>,
    last_seen: Mutex<LastSeen>,
}

impl MemoryBus {
    /// Delivers a version to the subscribers of `topic` in this process.
    pub(crate) fn deliver(&self, topic: &str, version: u64) {
        let mut topics = lock(&self.topics);
        let Some(sender) = topics.get(topic) else {
            return;
        };
        // The last subscriber has left since the topic was last looked at.
        if sender.receiver_count() == 0 {
            topics.remove(topic);
            return;
        }
        // Messages may overtake each other; subscribers only ever learn of a newer version.
        sender.send_if_modified(|newest| {
            let newer = version > *newest;
            *newest = version.max(*newest);
            newer
        });
    }

    /// Records presence in this process.
    pub(crate) fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        lock(&self.last_seen).record(topic, seat, at_ms);
    }

    /// Marks every subscription as changed: messages may have been lost, and it is not known which.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn wake_subscribers(&self) {
        for sender in lock(&self.topics).values() {
            sender.send_modify(|_| ());
        }
    }
}

#[async_trait]
impl PubSub for MemoryBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.deliver(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        let mut topics = lock(&self.topics);
        // Topics without subscribers go whenever another one comes, so memory is bounded by the subscriptions.
        topics.retain(|name, sender| sender.receiver_count() > 0 || name == topic);
        topics.entry(topic.to_owned()).or_default().subscribe()
    }

    fn link(&self) -> LinkState {
        LinkState::SingleProcess
    }

    fn dropped(&self) -> u64 {
        0
    }

    async fn close(&self) {}
}

#[async_trait]
impl Presence for MemoryBus {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        self.record_presence(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        lock(&self.last_seen).of_topic(topic)
    }
}

impl From<MemoryBus> for Bus {
    fn from(memory: MemoryBus) -> Self {
        let memory = Arc::new(memory);
        Self {
            pubsub: memory.clone(),
            presence: memory,
            token_bucket: None,
            cache: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn topics_without_subscribers_are_forgotten() {
        let bus = MemoryBus::default();
        for number in 0..100 {
            drop(bus.subscribe(&number.to_string()));
        }
        let _subscription = bus.subscribe("last");
        assert_eq!(lock(&bus.topics).len(), 1);
    }
}
