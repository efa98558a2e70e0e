//! What the bus and its keeper share, and what is noticed of a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::connection::Connection;
use super::keys::Names;
use crate::remote::Remote;

/// What the bus and its keeper share.
pub(super) struct Shared {
    pub(super) names: Names,
    pub(super) remote: Arc<Remote<Link>>,
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
            remote: Arc::new(Remote::new("Redis")),
        }
    }

    /// Returns the connection, if there is one and it answers.
    pub(super) fn link(&self) -> Option<Link> {
        let link = self.remote.link();
        link.filter(|link| link.is_sound() && !link.signs.doubted.load(Ordering::Acquire))
    }
}
