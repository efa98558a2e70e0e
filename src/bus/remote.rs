//! What every bus that reaches other processes has, whatever stands between them.
//!
//! Who watches here hears at once what happens here; what others are to hear waits in an [`Outbox`] until the
//! task that keeps the connection tells it. While there is none, each process goes on by itself.

mod outbox;
mod prefix;
mod reconnect_loop;

use std::error::Error;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::memory::MemoryBus;
use crate::presence::Presence;
use crate::{LinkState, held};

pub(crate) use outbox::{Batch, News, Note, Outbox};
pub(crate) use prefix::is_prefix;
pub(crate) use reconnect_loop::{Keeper, Line, PROBE_EVERY};

/// How often a seat's signs of life are told at most.
const NOTE_EVERY_MS: u64 = 5_000;

/// What a bus and the task that keeps its connection share; `L` is what a connection is asked with.
pub(crate) struct Remote<L> {
    pub(crate) local: MemoryBus,
    pub(crate) outbox: Outbox,
    /// What stands between the processes, for the log.
    between: &'static str,
    /// Which signs of life were told.
    told: Mutex<Presence>,
    standing: Mutex<Standing<L>>,
    closing: watch::Sender<bool>,
}

enum Standing<L> {
    Connected(L),
    Away {
        since: Instant,
        why: Option<Arc<str>>,
    },
}

impl<L: Clone> Remote<L> {
    pub(crate) fn new(between: &'static str) -> Self {
        Self {
            local: MemoryBus::default(),
            outbox: Outbox::default(),
            between,
            told: Mutex::default(),
            standing: Mutex::new(Standing::Away {
                since: Instant::now(),
                why: None,
            }),
            closing: watch::Sender::new(false),
        }
    }

    pub(crate) fn publish(&self, topic: &str, version: u64) {
        self.local.tell(topic, version);
        self.outbox.publish(News {
            topic: topic.to_owned(),
            version,
        });
    }

    pub(crate) fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        self.local.see(topic, seat, at_ms);
        if self.link().is_none() {
            return;
        }
        let mut told = held(&self.told);
        let last = told.last(topic, seat);
        if last.is_none_or(|last| at_ms >= last.saturating_add(NOTE_EVERY_MS)) {
            told.record_presence(topic, seat, at_ms);
            self.outbox.record_presence(Note {
                topic: topic.to_owned(),
                seat,
                at_ms,
            });
        }
    }

    /// Returns the connection, if there is one.
    pub(crate) fn link(&self) -> Option<L> {
        match &*held(&self.standing) {
            Standing::Connected(link) => Some(link.clone()),
            Standing::Away { .. } => None,
        }
    }

    pub(crate) fn state(&self) -> LinkState {
        match &*held(&self.standing) {
            Standing::Connected(_) => LinkState::Connected,
            Standing::Away { since, why } => LinkState::Disconnected {
                duration: since.elapsed(),
                cause: why.as_deref().unwrap_or("nothing was tried yet").to_owned(),
            },
        }
    }

    /// Notes a connection to `server`, and has everybody look again: what was announced in between is lost.
    pub(crate) fn connected(&self, link: L, server: &str) {
        tracing::info!(server, "connected to {}", self.between);
        *held(&self.standing) = Standing::Connected(link);
        self.local.wake();
    }

    fn away(&self, why: String) {
        let mut standing = held(&self.standing);
        let (since, first) = match &*standing {
            Standing::Connected(_) => (Instant::now(), true),
            Standing::Away { since, why } => (*since, why.is_none()),
        };
        // Said once: an outage has many attempts.
        if first {
            tracing::warn!(cause = why, "{} is away; trying on", self.between);
        }
        *standing = Standing::Away {
            since,
            why: Some(why.into()),
        };
    }

    fn closed(&self) {
        *held(&self.standing) = Standing::Away {
            since: Instant::now(),
            why: Some("it is closed".into()),
        };
    }

    /// Waits until the bus is to be closed.
    pub(crate) async fn closing(&self) {
        // An error would say that there is no bus any more, and this is part of one.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }
}

/// An error with its causes, as one sentence.
pub(crate) fn sentence(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some errors say what their cause says.
        let cause_says = error.to_string();
        if !sentence.ends_with(&cause_says) {
            sentence = format!("{sentence}: {cause_says}");
        }
        cause = error.source();
    }
    sentence
}
