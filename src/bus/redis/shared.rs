//! What the bus and its keeper share: the connection, if there is one, and what is to be told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::connection::Connection;
use super::error::Away;
use super::names::Names;
use super::outbox::Outbox;
use crate::held;
use crate::memory::MemoryBus;

/// What the bus and its keeper share.
pub(super) struct Shared {
    pub(super) names: Names,
    pub(super) local: MemoryBus,
    pub(super) outbox: Outbox,
    standing: Mutex<Standing>,
}

enum Standing {
    Connected(Link),
    Away { since: Instant, why: Arc<Away> },
}

/// A connection in use.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) connection: Connection,
    pub(super) signs: Arc<Signs>,
}

/// What is noticed of a connection.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// An answer was late: nobody else waits until Redis has answered its keeper.
    pub(super) doubted: AtomicBool,
    /// It is to be used no more.
    pub(super) over: AtomicBool,
    /// It was said that Redis does not take everything.
    pub(super) complained: AtomicBool,
    pub(super) noticed: Notify,
}

impl Link {
    /// An answer was late.
    pub(super) fn doubt(&self) {
        self.signs.doubted.store(true, Ordering::Release);
        self.signs.noticed.notify_one();
    }

    /// Its server is not, or no more, the one to talk to.
    pub(super) fn give_up(&self) {
        self.signs.give_up();
    }

    /// Whether an answer is one to the question it seems to answer.
    pub(super) fn is_sound(&self) -> bool {
        !self.signs.over.load(Ordering::Acquire)
    }
}

impl Signs {
    pub(super) fn give_up(&self) {
        self.over.store(true, Ordering::Release);
        self.noticed.notify_one();
    }
}

impl Shared {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            local: MemoryBus::default(),
            outbox: Outbox::default(),
            standing: Mutex::new(Standing::Away {
                since: Instant::now(),
                why: Arc::new(Away::Untried),
            }),
        }
    }

    /// Returns the connection, if there is one and it answers.
    pub(super) fn link(&self) -> Option<Link> {
        match &*held(&self.standing) {
            Standing::Connected(link) => Some(link.clone())
                .filter(|link| link.is_sound() && !link.signs.doubted.load(Ordering::Acquire)),
            Standing::Away { .. } => None,
        }
    }

    pub(super) fn state(&self) -> crate::Link {
        match &*held(&self.standing) {
            Standing::Connected(_) => crate::Link::Connected,
            Standing::Away { since, why } => crate::Link::Away {
                lasting: since.elapsed(),
                why: why.sentence(),
            },
        }
    }

    pub(super) fn connected(&self, link: Link) {
        tracing::info!(server = %link.connection.server, "connected to Redis");
        *held(&self.standing) = Standing::Connected(link);
        // What was announced in between is lost.
        self.local.wake();
    }

    pub(super) fn away(&self, away: Away) {
        let mut standing = held(&self.standing);
        let (since, first) = match &*standing {
            Standing::Connected(_) => (Instant::now(), true),
            Standing::Away { since, why } => (*since, matches!(**why, Away::Untried)),
        };
        // Said once: an outage has many attempts.
        if first {
            tracing::warn!(cause = away.sentence(), "Redis is away; trying on");
        }
        *standing = Standing::Away {
            since,
            why: Arc::new(away),
        };
    }
}
