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
    topics: Mutex<Topics>,
    last_seen: Mutex<LastSeen>,
}

/// The topics that somebody here has subscribed to.
#[derive(Debug, Default)]
struct Topics {
    senders: HashMap<String, watch::Sender<u64>>,
    /// The number of topics at which those without subscribers are looked for.
    sweep_at: usize,
}

/// Topics that are kept without a look at their subscribers.
const UNSWEPT_TOPICS_MAX: usize = 64;

impl MemoryBus {
    /// Delivers a version to the subscribers of `topic` in this process.
    pub(crate) fn deliver(&self, topic: &str, version: u64) {
        let mut topics = lock(&self.topics);
        let Some(sender) = topics.senders.get(topic) else {
            return;
        };
        // The last subscriber has left since the topic was last looked at.
        if sender.receiver_count() == 0 {
            topics.senders.remove(topic);
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
        for sender in lock(&self.topics).senders.values() {
            sender.send_modify(|_| ());
        }
    }
}

impl Topics {
    fn subscribe(&mut self, topic: &str) -> watch::Receiver<u64> {
        if let Some(sender) = self.senders.get(topic) {
            return sender.subscribe();
        }
        // Swept when the number has doubled: memory is bounded by the subscriptions, and on average a subscription
        // costs the same however many there are.
        if self.senders.len() >= self.sweep_at {
            self.senders.retain(|_, sender| sender.receiver_count() > 0);
            self.sweep_at = UNSWEPT_TOPICS_MAX.max(2 * self.senders.len());
        }
        let sender = watch::Sender::default();
        let subscription = sender.subscribe();
        self.senders.insert(topic.to_owned(), sender);
        subscription
    }
}

#[async_trait]
impl PubSub for MemoryBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.deliver(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        lock(&self.topics).subscribe(topic)
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

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        let seen = lock(&self.last_seen);
        topics.iter().map(|topic| seen.of_topic(topic)).collect()
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
        let subscriptions: Vec<_> = (0..100)
            .map(|number| bus.subscribe(&format!("kept {number}")))
            .collect();
        for number in 0..1_000 {
            drop(bus.subscribe(&number.to_string()));
            assert!(lock(&bus.topics).senders.len() <= 2 * subscriptions.len());
        }
        bus.publish("kept 0", 1).await;
        assert_eq!(*subscriptions[0].borrow(), 1);
    }
}
