//! A bus for one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::Bus;

/// Topics whose presence is remembered; the one heard of least lately is forgotten first.
const TOPICS_MAX: usize = 10_000;

/// A bus for one process.
#[derive(Debug, Default)]
pub struct MemoryBus {
    news: Mutex<HashMap<String, watch::Sender<u64>>>,
    presence: Mutex<HashMap<String, BTreeMap<u8, u64>>>,
}

#[async_trait]
impl Bus for MemoryBus {
    async fn announce(&self, topic: &str, version: u64) {
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

    fn watch(&self, topic: &str) -> watch::Receiver<u64> {
        let mut news = held(&self.news);
        // Topics nobody watches any more go when others come, so memory returns to its floor.
        news.retain(|name, sender| sender.receiver_count() > 0 || name == topic);
        news.entry(topic.to_owned()).or_default().subscribe()
    }

    async fn note(&self, topic: &str, seat: u8, at_ms: u64) {
        let mut presence = held(&self.presence);
        if presence.len() >= TOPICS_MAX && !presence.contains_key(topic) {
            let newest = |seats: &BTreeMap<u8, u64>| seats.values().max().copied();
            let oldest = presence.iter().min_by_key(|(_, seats)| newest(seats));
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                presence.remove(&name);
            }
        }
        let seen = presence
            .entry(topic.to_owned())
            .or_default()
            .entry(seat)
            .or_default();
        *seen = at_ms.max(*seen);
    }

    async fn seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        held(&self.presence).get(topic).cloned().unwrap_or_default()
    }
}

/// The maps hold whole values only, so what a panicking holder left behind is sound.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_watcher_hears_the_newest_version_and_never_an_older_one() {
        let bus = MemoryBus::default();
        let mut watcher = bus.watch("a");
        bus.announce("a", 3).await;
        bus.announce("a", 2).await;
        bus.announce("b", 9).await;
        watcher.changed().await.unwrap();
        assert_eq!(*watcher.borrow_and_update(), 3);
        assert!(!watcher.has_changed().unwrap());
    }

    #[tokio::test]
    async fn topics_nobody_watches_are_forgotten() {
        let bus = MemoryBus::default();
        for number in 0..100 {
            drop(bus.watch(&number.to_string()));
        }
        let _watcher = bus.watch("last");
        assert_eq!(held(&bus.news).len(), 1);
    }

    #[tokio::test]
    async fn presence_keeps_the_latest_moment_of_each_seat() {
        let bus = MemoryBus::default();
        bus.note("a", 1, 50).await;
        bus.note("a", 1, 40).await;
        bus.note("a", 2, 60).await;
        assert_eq!(bus.seen("a").await, BTreeMap::from([(1, 50), (2, 60)]));
        assert!(bus.seen("b").await.is_empty());
    }

    #[tokio::test]
    async fn presence_is_remembered_of_a_bounded_number_of_topics() {
        let bus = MemoryBus::default();
        for number in 0..=TOPICS_MAX as u64 {
            bus.note(&number.to_string(), 1, number + 1).await;
        }
        assert_eq!(held(&bus.presence).len(), TOPICS_MAX);
        assert!(bus.seen("0").await.is_empty(), "the oldest goes first");
    }
}
