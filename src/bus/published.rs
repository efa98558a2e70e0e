//! Keeps what was published, for whoever brings it to others than the subscribers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::{LinkState, PubSub, lock};

/// Topics that are kept at most. What is published of one more is heard by the subscribers alone.
const TOPICS_MAX: usize = 1_000;

/// A publish/subscribe that also keeps the newest version of each topic that was published here.
pub struct PublishedVersions {
    pubsub: Arc<dyn PubSub>,
    newest: Mutex<BTreeMap<String, u64>>,
}

impl PublishedVersions {
    /// Keeps what is published through `pubsub`.
    pub fn over(pubsub: Arc<dyn PubSub>) -> Self {
        Self {
            pubsub,
            newest: Mutex::default(),
        }
    }

    /// Returns the newest version of each topic that was published since this was asked last.
    pub fn take(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut lock(&self.newest))
    }
}

#[async_trait]
impl PubSub for PublishedVersions {
    async fn publish(&self, topic: &str, version: u64) {
        {
            let mut newest = lock(&self.newest);
            if let Some(known) = newest.get_mut(topic) {
                *known = version.max(*known);
            } else if newest.len() < TOPICS_MAX {
                newest.insert(topic.to_owned(), version);
            }
        }
        self.pubsub.publish(topic, version).await;
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.pubsub.subscribe(topic)
    }

    fn link(&self) -> LinkState {
        self.pubsub.link()
    }

    fn dropped(&self) -> u64 {
        self.pubsub.dropped()
    }

    async fn close(&self) {
        self.pubsub.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryBus;

    #[tokio::test]
    async fn the_newest_version_of_each_topic_is_kept_until_it_is_taken() {
        let published = PublishedVersions::over(Arc::new(MemoryBus::default()));
        let heard = published.subscribe("one");
        for (topic, version) in [("one", 1), ("one", 3), ("one", 2), ("two", 7)] {
            published.publish(topic, version).await;
        }
        assert_eq!(*heard.borrow(), 3);
        let kept = [("one".to_owned(), 3), ("two".to_owned(), 7)];
        assert_eq!(published.take(), kept.into());
        assert_eq!(published.take(), BTreeMap::new());
    }
}
