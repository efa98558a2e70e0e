//! A bus that is as bad as the test says, and that several servers may share.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bus::{Bus, CacheCounts, LinkState, Presence, PubSub, SharedCache, TokenBucket, TokenDecision};
use tokio::sync::watch;

/// How many announcements nobody hears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Losing {
    #[default]
    None,
    /// Half of them, by this seed's chance.
    Half(u64),
    All,
}

/// A bus as bad as the test says.
#[derive(Debug, Default)]
pub(crate) struct TestBus {
    pub(crate) losing: Mutex<Losing>,
    link: Mutex<LinkState>,
    /// What it says of announcements that were dropped.
    dropped: u64,
    /// What its cache says of itself, where it has one: nothing is in it.
    counts: Option<CacheCounts>,
    /// Tokens taken, where this bus counts them.
    tokens: Option<Mutex<HashMap<String, u32>>>,
    /// Whether each token costs something.
    billed: bool,
    /// Announcements heard, and lost.
    announced: Mutex<(u64, u64)>,
    news: Mutex<HashMap<String, watch::Sender<u64>>>,
    seen: Mutex<HashMap<String, BTreeMap<u8, u64>>>,
}

impl TestBus {
    /// A bus that loses what the test says.
    pub(crate) fn losing(losing: Losing) -> Self {
        Self {
            losing: Mutex::new(losing),
            ..Self::default()
        }
    }

    /// A bus that counts tokens for all; none ever comes back.
    pub(crate) fn counting() -> Self {
        Self {
            tokens: Some(Mutex::default()),
            ..Self::default()
        }
    }

    /// A bus that counts tokens for all, and is billed by the token.
    pub(crate) fn billed() -> Self {
        Self {
            billed: true,
            ..Self::counting()
        }
    }

    /// A bus that has dropped so many announcements, and whose cache was looked into so often.
    pub(crate) fn saying(dropped: u64, counts: CacheCounts) -> Self {
        Self {
            dropped,
            counts: Some(counts),
            ..Self::default()
        }
    }

    /// The ports of this bus, as the test has set it.
    pub(crate) fn ports(self: &Arc<Self>) -> Bus {
        Bus {
            pubsub: self.clone(),
            presence: self.clone(),
            token_bucket: self.tokens.is_some().then(|| self.clone() as _),
            cache: self.counts.is_some().then(|| self.clone() as _),
        }
    }

    /// Cuts the bus off from others, or joins it to them again.
    pub(crate) fn link(&self, link: LinkState) {
        *self.link.lock().unwrap() = link;
    }

    /// Wakes every watcher without news.
    pub(crate) fn wake(&self) {
        for sender in self.news.lock().unwrap().values() {
            sender.send_modify(|_| ());
        }
    }

    /// Announcements heard, and lost.
    pub(crate) fn announced(&self) -> (u64, u64) {
        *self.announced.lock().unwrap()
    }

    fn loses_this(&self) -> bool {
        match &mut *self.losing.lock().unwrap() {
            Losing::None => false,
            Losing::All => true,
            Losing::Half(chance) => {
                // Xorshift: enough to be unlike any order the code under test could have.
                *chance ^= *chance << 13;
                *chance ^= *chance >> 7;
                *chance ^= *chance << 17;
                chance.is_multiple_of(2)
            }
        }
    }
}

#[async_trait]
impl PubSub for TestBus {
    async fn publish(&self, topic: &str, version: u64) {
        if self.loses_this() {
            self.announced.lock().unwrap().1 += 1;
            return;
        }
        self.announced.lock().unwrap().0 += 1;
        if let Some(sender) = self.news.lock().unwrap().get(topic) {
            sender.send_if_modified(|newest| {
                let newer = version > *newest;
                *newest = version.max(*newest);
                newer
            });
        }
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        let mut news = self.news.lock().unwrap();
        news.entry(topic.to_owned()).or_default().subscribe()
    }

    fn link(&self) -> LinkState {
        self.link.lock().unwrap().clone()
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }

    async fn close(&self) {}
}

#[async_trait]
impl Presence for TestBus {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        let mut seen = self.seen.lock().unwrap();
        seen.entry(topic.to_owned())
            .or_default()
            .insert(seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        let seen = self.seen.lock().unwrap();
        seen.get(topic).cloned().unwrap_or_default()
    }

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        let seen = self.seen.lock().unwrap();
        let of = |topic: &&str| seen.get(*topic).cloned().unwrap_or_default();
        topics.iter().map(of).collect()
    }
}

#[async_trait]
impl TokenBucket for TestBus {
    async fn take(&self, key: &str, capacity: u32, per: Duration) -> TokenDecision {
        let Some(tokens) = &self.tokens else {
            return TokenDecision::Unknown;
        };
        let mut tokens = tokens.lock().unwrap();
        let taken = tokens.entry(key.to_owned()).or_default();
        *taken += 1;
        if *taken <= capacity {
            return TokenDecision::Allowed;
        }
        TokenDecision::Refused {
            retry_after: per / capacity,
        }
    }

    fn suits_every_request(&self) -> bool {
        !self.billed
    }
}

#[async_trait]
impl SharedCache for TestBus {
    async fn put(&self, _key: &str, _bytes: &[u8], _ttl: Duration) {}

    async fn get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    fn counts(&self) -> CacheCounts {
        self.counts.unwrap_or_default()
    }
}
