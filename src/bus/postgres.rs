//! A bus of many processes that meet at a `PostgreSQL`: for instances that share a database and have no Redis.
//!
//! [`PgBus`] has one connection of its own, which listens on one channel and notifies it: each instance receives what
//! the others publish, as a few lines of text. Presence goes the same way, and each process remembers what it
//! receives. It has no token buckets and no cache: `PostgreSQL` is no place for what is written often and may be lost.
//!
//! A pooler in transaction mode loses notifications. So every new connection is tested by a second one that is closed
//! at once: what it notifies must be received.

mod codec;
mod connection;
mod error;
mod transport;

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use self::connection::PgConnector;
use self::transport::PgTransport;
use crate::remote::{ReconnectLoop, RemoteState, check_prefix};
use crate::{Bus, BusConfigError, LinkState, Presence, PubSub};

pub use pg::{PgConfigError, PgUrl, Tls};

/// Settings of a [`PgBus`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// The URL of the database. A pooler in transaction mode must not stand in between.
    pub url: PgUrl,
    /// Which certificates are accepted when the URL demands encryption.
    pub tls: Tls,
    /// What the channel of a group of instances is named after; two groups may share a database.
    pub prefix: String,
    /// The name the server shows for the connection.
    pub app_name: String,
}

/// A bus of many processes, through `PostgreSQL`.
pub struct PgBus {
    url: PgUrl,
    remote: Arc<RemoteState<()>>,
    reconnect_loop: ReconnectLoop,
}

impl PgBus {
    /// Starts a bus, which connects and reconnects in the background. It may be used at once.
    ///
    /// # Errors
    ///
    /// [`BusConfigError`] when the settings cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(settings: &Settings) -> Result<Self, BusConfigError> {
        check_prefix(&settings.prefix)?;
        let connector = PgConnector::of(settings)?;
        let remote = Arc::new(RemoteState::new("PostgreSQL's LISTEN", "DATABASE_URL"));
        let reconnect_loop = ReconnectLoop::start(PgTransport {
            remote: Arc::clone(&remote),
            connector,
            // Only has to differ from that of other processes. The hasher's random keys are enough for that.
            instance: RandomState::new().hash_one(()),
        });
        Ok(Self {
            url: settings.url.clone(),
            remote,
            reconnect_loop,
        })
    }
}

#[async_trait]
impl PubSub for PgBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.remote.publish(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.remote.local.subscribe(topic)
    }

    fn link(&self) -> LinkState {
        self.remote.link_state()
    }

    fn dropped(&self) -> u64 {
        self.remote.outbox.dropped()
    }

    async fn close(&self) {
        self.reconnect_loop.close(&self.remote).await;
    }
}

#[async_trait]
impl Presence for PgBus {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        self.remote.record_presence(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        self.remote.local.last_seen(topic).await
    }

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        self.remote.local.last_seen_of(topics).await
    }
}

impl From<PgBus> for Bus {
    fn from(postgres: PgBus) -> Self {
        let postgres = Arc::new(postgres);
        Self {
            pubsub: postgres.clone(),
            presence: postgres,
            token_bucket: None,
            cache: None,
        }
    }
}

impl fmt::Debug for PgBus {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PgBus")
            .field("url", &self.url)
            .field("link", &self.link())
            .finish_non_exhaustive()
    }
}
