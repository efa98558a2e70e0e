//! A bus for many processes that meet at a `PostgreSQL`, where there is no Redis: the database they have anyway.
//!
//! [`PgBus`] has one connection of its own, which listens at one channel and notifies it: each instance hears
//! everything the others announce, as a few lines of text. Signs of life go the same way, and each process
//! remembers what it hears of them. Limits and memories are not shared: `PostgreSQL` is no place for what is
//! written often and may be lost.
//!
//! A pooler that lends sessions by the transaction loses what is told to who listens. So it is tried out at
//! every connection, by a second one that ends at once: what it tells must come back.

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

use self::connection::Place;
use self::transport::ByPostgres;
use crate::remote::{Keeper, Remote, is_prefix};
use crate::{Bus, BusState};

pub use error::Unfit;
pub use pg::{PgConfigError, PgUrl, Tls};

/// What an operator may choose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the database is, and who asks. No pooler may stand between that lends sessions by the transaction.
    pub url: PgUrl,
    /// Which server is believed when the URL demands encryption.
    pub tls: Tls,
    /// What the group of instances is called that hear each other; two groups may share a database.
    pub prefix: String,
    /// The name the server shows for the connection.
    pub app_name: String,
}

/// A bus for many processes.
pub struct PgBus {
    url: PgUrl,
    remote: Arc<Remote<()>>,
    keeper: Keeper,
}

impl PgBus {
    /// Starts a bus, which connects by itself, and again when it has to. It may be used at once.
    ///
    /// # Errors
    ///
    /// [`Unfit`] when the settings cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(settings: &Settings) -> Result<Self, Unfit> {
        if !is_prefix(&settings.prefix) {
            return Err(Unfit::Prefix);
        }
        let place = Place::of(settings)?;
        let remote = Arc::new(Remote::new("PostgreSQL's announcements"));
        let keeper = Keeper::start(ByPostgres {
            remote: Arc::clone(&remote),
            place,
            instance: RandomState::new().hash_one(()),
        });
        Ok(Self {
            url: settings.url.clone(),
            remote,
            keeper,
        })
    }
}

#[async_trait]
impl Bus for PgBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.remote.publish(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.remote.local.subscribe(topic)
    }

    async fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        self.remote.record_presence(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        self.remote.local.last_seen(topic).await
    }

    fn state(&self) -> BusState {
        BusState {
            link: self.remote.state(),
            dropped: self.remote.outbox.dropped(),
            ..BusState::default()
        }
    }

    async fn close(&self) {
        self.keeper.close(&self.remote).await;
    }
}

impl fmt::Debug for PgBus {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PgBus")
            .field("url", &self.url)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
