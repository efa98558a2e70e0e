//! A bus for many processes that meet at a Redis, or a Valkey, of version 7 or later.
//!
//! [`RedisBus`] has one connection: for commands and, as RESP3 allows, for what is heard. So a process costs a
//! server one of its connections, and a connection that no more hears is noticed by the answers it no more
//! gives. All announcements of a group of instances take one channel: each instance hears all of them, which
//! are short, and who comes back subscribes once and not for every table.
//!
//! Redis may be away at any time. Then each instance goes on by itself, as with
//! [`MemoryBus`](crate::memory::MemoryBus): who watches here hears what happens here, and who was seen here
//! was seen.

mod connection;
mod error;
mod keys;
mod link;
mod password;
mod publish;
mod request;
mod token_bucket;
mod transport;
mod url;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use redis::{Cmd, FromRedisValue, cmd};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use self::connection::Finder;
use self::keys::Names;
use self::link::Shared;
use self::request::{Missed, ask};
use self::token_bucket::Tokens;
use self::transport::ByRedis;
use crate::remote::Keeper;
use crate::{Bus, BusState, CACHE_VALUE_BYTES_MAX, TokenDecision};

pub use error::Unfit;
pub use tls::{TlsConfigError, TrustPolicy};
pub use url::{Address, AddressError};

/// How long a call waits for Redis at most.
const ASK_MAX: Duration = Duration::from_millis(100);

/// What an operator may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the group of instances is called that hear each other; two groups may share a Redis.
    pub prefix: String,
    /// Whose certificates are believed, when the address asks for TLS.
    pub trust: TrustPolicy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: "codex".to_owned(),
            trust: TrustPolicy::SystemRoots,
        }
    }
}

/// A bus for many processes.
pub struct RedisBus {
    address: Address,
    shared: Arc<Shared>,
    tokens: Tokens,
    hits: AtomicU64,
    misses: AtomicU64,
    keeper: Keeper,
}

impl RedisBus {
    /// Starts a bus, which connects by itself, and again when it has to. It may be used at once.
    ///
    /// # Errors
    ///
    /// [`Unfit`] when the settings cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(address: Address, settings: &Settings) -> Result<Self, Unfit> {
        let names = Names::of(&settings.prefix)?;
        let tls = address
            .tls
            .then(|| tls::client(&settings.trust))
            .transpose()?
            .map(|client| TlsConnector::from(Arc::new(client)));
        let finder = Finder::new(address.clone(), tls, names.channel());
        let shared = Arc::new(Shared::new(names));
        let keeper = Keeper::start(ByRedis {
            shared: Arc::clone(&shared),
            finder,
        });
        Ok(Self {
            address,
            shared,
            tokens: Tokens::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            keeper,
        })
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Missed> {
        ask(&self.shared, command, Instant::now() + ASK_MAX).await
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.shared.remote.publish(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.shared.remote.local.subscribe(topic)
    }

    async fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        self.shared.remote.record_presence(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        let mut range = cmd("ZRANGE");
        range
            .arg(self.shared.names.last_seen(topic))
            .arg(0)
            .arg(-1)
            .arg("WITHSCORES");
        let elsewhere: Vec<(u8, u64)> = self.ask(&range).await.unwrap_or_default();
        let mut seen = self.shared.remote.local.last_seen(topic).await;
        for (seat, at_ms) in elsewhere {
            let here = seen.entry(seat).or_default();
            *here = at_ms.max(*here);
        }
        seen
    }

    fn state(&self) -> BusState {
        BusState {
            link: self.shared.remote.state(),
            dropped: self.shared.remote.outbox.dropped(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }

    async fn take_token(&self, key: &str, capacity: u32, per: Duration) -> TokenDecision {
        let until = Instant::now() + ASK_MAX;
        self.tokens
            .take(&self.shared, key, (capacity, per), until)
            .await
    }

    fn has_cache(&self) -> bool {
        true
    }

    async fn cache_put(&self, key: &str, bytes: &[u8], ttl: Duration) {
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        if bytes.len() > CACHE_VALUE_BYTES_MAX || ttl_ms == 0 {
            return;
        }
        let mut set = cmd("SET");
        set.arg(self.shared.names.remembered(key))
            .arg(bytes)
            .arg("PX")
            .arg(ttl_ms);
        // An error only says that nothing is remembered.
        let _ = self.ask::<()>(&set).await;
    }

    async fn cache_get(&self, key: &str) -> Option<Vec<u8>> {
        let mut get = cmd("GET");
        get.arg(self.shared.names.remembered(key));
        let recalled: Option<Vec<u8>> = self.ask(&get).await.unwrap_or_default();
        let count = if recalled.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        count.fetch_add(1, Ordering::Relaxed);
        recalled
    }

    async fn close(&self) {
        self.keeper.close(&self.shared.remote).await;
    }
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("RedisBus")
            .field("address", &format_args!("{}", self.address))
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
