//! A bus of many processes that meet at a Redis, or a Valkey, of version 7 or later.
//!
//! [`RedisBus`] has one connection, for requests and, as RESP3 allows, for pushed messages. So a process costs the
//! server one connection, and a connection that no longer receives is noticed by the answers it no longer gives. All
//! announcements of a group of instances go through one channel: they are short, and whoever reconnects subscribes
//! once and not for every table.
//!
//! Redis may be unreachable at any time. Then each instance works by itself, like
//! [`MemoryBus`](crate::memory::MemoryBus).

mod cache;
mod connection;
mod error;
mod keys;
mod link;
mod password;
mod presence;
mod publish;
mod request;
mod token_bucket;
mod transport;
mod url;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::{Cmd, FromRedisValue};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use self::cache::CacheLookups;
use self::connection::RedisConnector;
use self::keys::RedisKeys;
use self::link::RedisContext;
use self::request::{RedisRequestError, request};
use self::token_bucket::TokenBucketScript;
use self::transport::RedisTransport;
use crate::remote::ReconnectLoop;
use crate::{Bus, BusConfigError, LinkState, PubSub, TokenBucket, TokenDecision};

pub use tls::{TlsConfigError, TrustPolicy};
pub use url::{RedisUrl, RedisUrlError};

/// How long a call waits for Redis at most: a player's command waits with it.
const REQUEST_MAX: Duration = Duration::from_millis(100);

/// Settings of a [`RedisBus`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the keys and channels of a group of instances begin with; two groups may share a Redis.
    pub prefix: String,
    /// Which certificates are trusted, when the URL asks for TLS.
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

/// A bus of many processes, through Redis.
pub struct RedisBus {
    url: RedisUrl,
    context: Arc<RedisContext>,
    tokens: TokenBucketScript,
    lookups: CacheLookups,
    reconnect_loop: ReconnectLoop,
}

impl RedisBus {
    /// Starts a bus, which connects and reconnects in the background. It may be used at once.
    ///
    /// # Errors
    ///
    /// [`BusConfigError`] when the settings cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(url: RedisUrl, settings: &Settings) -> Result<Self, BusConfigError> {
        let keys = RedisKeys::of(&settings.prefix)?;
        let tls = url
            .tls
            .then(|| tls::client_config(&settings.trust))
            .transpose()?
            .map(|config| TlsConnector::from(Arc::new(config)));
        // Any key of ours would do for finding the slot; the channel's name is one.
        let connector = RedisConnector::new(url.clone(), tls, keys.channel());
        let context = Arc::new(RedisContext::new(keys));
        let reconnect_loop = ReconnectLoop::start(RedisTransport {
            context: Arc::clone(&context),
            connector,
        });
        Ok(Self {
            url,
            context,
            tokens: TokenBucketScript::default(),
            lookups: CacheLookups::default(),
            reconnect_loop,
        })
    }

    async fn request<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisRequestError> {
        request(&self.context, command, Instant::now() + REQUEST_MAX).await
    }
}

#[async_trait]
impl PubSub for RedisBus {
    async fn publish(&self, topic: &str, version: u64) {
        self.context.remote.publish(topic, version);
    }

    fn subscribe(&self, topic: &str) -> watch::Receiver<u64> {
        self.context.remote.local.subscribe(topic)
    }

    fn link(&self) -> LinkState {
        self.context.remote.link_state()
    }

    fn dropped(&self) -> u64 {
        self.context.remote.outbox.dropped()
    }

    async fn close(&self) {
        self.reconnect_loop.close(&self.context.remote).await;
    }
}

#[async_trait]
impl TokenBucket for RedisBus {
    async fn take(&self, key: &str, capacity: u32, per: Duration) -> TokenDecision {
        // One deadline for all: a token may take up to three requests, when the script has to be loaded.
        let deadline = Instant::now() + REQUEST_MAX;
        self.tokens
            .take(&self.context, key, (capacity, per), deadline)
            .await
    }
}

impl From<RedisBus> for Bus {
    fn from(redis: RedisBus) -> Self {
        let redis = Arc::new(redis);
        Self {
            pubsub: redis.clone(),
            presence: redis.clone(),
            token_bucket: Some(redis.clone()),
            cache: Some(redis),
        }
    }
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("RedisBus")
            .field("url", &format_args!("{}", self.url))
            .field("link", &self.link())
            .finish_non_exhaustive()
    }
}
