//! A bus for one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::presence::Presence;
use crate::{Bus, held};

/// A bus for one process.
#[derive(Debug, Default)]
pub struct MemoryBus {
    news: Mutex<HashMap<String, watch::Sender<u64>>>,
    presence: Mutex<Presence>,
}

impl MemoryBus {
    /// Tells the watchers of `topic` here.
    pub(crate) fn tell(&self, topic: &str, version: u64) {
        let mut news = held(&self.news);
        let Some(sender) = news.get(topic) else {
            return;
        };
        if sender.receiver_count() == 0 {
            news.remove(topic);
            return;
        }
        // Announcements may overtake each other; watchers only ever hear of what is newer.
        sender.send_if_modified(|newest| {
            let newer = version > *newest;
            *newest = version.max(*newest);
            newer
        });
    }

    /// Notes a sign of life.
    pub(crate) fn see(&self, topic: &str, seat: u8, at_ms: u64) {
        held(&self.presence).record_presence(topic, seat, at_ms);
    }

    /// Has every watcher look again: news may have been missed, and nobody knows which.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn wake(&self) {
        for sender in held(&self.news).values() {
            sender.send_modify(|_| ());
        }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.tell(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        let mut news = held(&self.news);
        // Topics nobody watches any more go when others come, so memory returns to its floor.
        news.retain(|name, sender| sender.receiver_count() > 0 || name == topic);
        news.entry(topic.to_owned()).or_default().subscribe()
    }

    async fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        self.see(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        held(&self.presence).last_seen(topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn topics_nobody_watches_are_forgotten() {
        let bus = MemoryBus::default();
        for number in 0..100 {
            drop(bus.subscribe(&number.to_string()));
        }
        let _watcher = bus.subscribe("last");
        assert_eq!(held(&bus.news).len(), 1);
    }
}
