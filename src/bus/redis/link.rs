//! A connection in use, its health, and what the bus shares with its transport.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::connection::RedisConnection;
use super::keys::RedisKeys;
use crate::remote::RemoteState;

/// What the bus and its transport share.
pub(super) struct RedisContext {
    pub(super) keys: RedisKeys,
    pub(super) remote: Arc<RemoteState<RedisLink>>,
}

/// A connection in use.
#[derive(Clone)]
pub(super) struct RedisLink {
    pub(super) connection: RedisConnection,
    pub(super) health: Arc<LinkHealth>,
}

/// What requests and pushed messages have shown about a connection.
#[derive(Debug, Default)]
pub(super) struct LinkHealth {
    /// An answer was late. No request waits for this connection until it has answered a probe.
    pub(super) is_suspect: AtomicBool,
    /// The connection must not be used any more.
    pub(super) is_broken: AtomicBool,
    /// It was logged that Redis refuses some commands.
    pub(super) refusal_logged: AtomicBool,
    /// Wakes the transport, which probes the connection or gives it up.
    pub(super) changed: Notify,
}

impl RedisLink {
    /// Records that an answer was late.
    pub(super) fn suspect(&self) {
        self.health.is_suspect.store(true, Ordering::Release);
        self.health.changed.notify_one();
    }

    /// Returns whether an answer still belongs to the request that it seems to answer.
    pub(super) fn is_sound(&self) -> bool {
        !self.health.is_broken.load(Ordering::Acquire)
    }
}

impl LinkHealth {
    /// Records that the connection must not be used any more.
    pub(super) fn set_broken(&self) {
        // Stored before the wake-up, so that the transport sees it.
        self.is_broken.store(true, Ordering::Release);
        self.changed.notify_one();
    }
}

impl RedisContext {
    pub(super) fn new(keys: RedisKeys) -> Self {
        Self {
            keys,
            remote: Arc::new(RemoteState::new("Redis", "REDIS_URL")),
        }
    }

    /// Returns the connection, if there is one and it answers in time.
    pub(super) fn usable_link(&self) -> Option<RedisLink> {
        let link = self.remote.link();
        link.filter(|link| link.is_sound() && !link.health.is_suspect.load(Ordering::Acquire))
    }
}
