//! A bus of many processes that meet at a table of Amazon `DynamoDB`: for instances that share a journal there and have no
//! Redis, also those that run only while they answer.
//!
//! [`DynamoBus`] keeps presence and token buckets as items of the journal's table, which delete themselves in time. It
//! has no connection of its own, no task and no cache: each call is one request, of a limited time, and nothing happens
//! between calls. Announcements stay in this process: a watcher at another one learns of a commit by its heartbeat.
//!
//! Each write is billed. So a seat's presence is written now and then only, and the buckets are meant for rare things.

mod link;
mod presence;
mod request;
mod token_bucket;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dynamo::DynamoTable;
use tokio::sync::watch;

use self::link::DynamoLink;
use crate::last_seen::LastSeen;
use crate::memory::MemoryBus;
use crate::token_bucket::TokenDecision;
use crate::{Bus, LinkState, Presence, PubSub, TokenBucket};

/// How long one call may wait for the table. Its requests take some milliseconds where the table is in the region.
const REQUEST_MAX: Duration = Duration::from_millis(500);

/// A bus of many processes, through a table of `DynamoDB`.
pub struct DynamoBus {
    table: DynamoTable,
    /// Returns the time in milliseconds since the Unix epoch.
    now_ms: fn() -> u64,
    local: MemoryBus,
    link: DynamoLink,
    /// The presence that was written to the table.
    written: Mutex<LastSeen>,
    buckets: token_bucket::KnownBuckets,
}

impl DynamoBus {
    /// Makes a bus at a table, with a clock that returns milliseconds since the Unix epoch. Nothing is asked yet.
    pub fn new(table: DynamoTable, now_ms: fn() -> u64) -> Self {
        Self {
            table,
            now_ms,
            local: MemoryBus::default(),
            link: DynamoLink::default(),
            written: Mutex::default(),
            buckets: token_bucket::KnownBuckets::default(),
        }
    }
}

#[async_trait]
impl PubSub for DynamoBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.local.deliver(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.local.subscribe(topic)
    }

    fn link(&self) -> LinkState {
        self.link.state()
    }

    fn dropped(&self) -> u64 {
        0
    }

    async fn close(&self) {
        self.link.close();
    }
}

#[async_trait]
impl TokenBucket for DynamoBus {
    async fn take(&self, key: &str, capacity: u32, per: Duration) -> TokenDecision {
        self.take_token(key, capacity, per).await
    }

    fn suits_every_request(&self) -> bool {
        false
    }
}

impl From<DynamoBus> for Bus {
    fn from(dynamo: DynamoBus) -> Self {
        let dynamo = Arc::new(dynamo);
        let presence: Arc<dyn Presence> = dynamo.clone();
        Self {
            pubsub: dynamo.clone(),
            presence,
            token_bucket: Some(dynamo),
            cache: None,
        }
    }
}

impl fmt::Debug for DynamoBus {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("DynamoBus")
            .field("table", &self.table.name)
            .field("link", &self.link.state())
            .finish_non_exhaustive()
    }
}
