//! What every adapter has that reaches other processes, whatever server stands between them.
//!
//! Subscribers in this process receive at once what is published here. What other processes are to receive waits in
//! an [`Outbox`] until the task of a [`ReconnectLoop`] sends it through its [`Transport`]. While there is no
//! connection, each process works by itself.

mod config_error;
mod driver_task;
mod link_error;
mod outbox;
mod prefix;
mod reconnect_loop;

use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::last_seen::LastSeen;
use crate::memory::MemoryBus;
use crate::{LinkFailure, LinkState, lock};

pub use config_error::BusConfigError;
pub(crate) use driver_task::DriverTask;
pub(crate) use link_error::LinkError;
pub(crate) use outbox::{Announcement, Outbox, OutboxBatch, PresenceUpdate, Urgency};
pub(crate) use prefix::check_prefix;
pub(crate) use reconnect_loop::{PROBE_EVERY, ReconnectLoop, Transport};

/// How often a seat's presence is sent to other instances at most, in milliseconds.
const PRESENCE_EVERY_MS: u64 = 5_000;
/// How long a seat may be silent until it counts as one that comes back, in milliseconds: longer than the time between
/// two heartbeats of a stream.
const SILENT_MS: u64 = 15_000;

/// What an adapter and its [`ReconnectLoop`] share; `L` is the handle of a connection.
pub(crate) struct RemoteState<L> {
    pub(crate) local: MemoryBus,
    pub(crate) outbox: Outbox,
    /// What stands between the processes, for the log, and the setting that names it.
    server: &'static str,
    setting: &'static str,
    /// The presence that was put into the outbox.
    sent_presence: Mutex<LastSeen>,
    link: Mutex<LinkStatus<L>>,
    closing: watch::Sender<bool>,
}

enum LinkStatus<L> {
    Connected(L),
    Disconnected {
        since: Instant,
        /// None before the first attempt has failed.
        error: Option<Arc<LinkError>>,
    },
}

impl<L: Clone> RemoteState<L> {
    pub(crate) fn new(server: &'static str, setting: &'static str) -> Self {
        Self {
            local: MemoryBus::default(),
            outbox: Outbox::default(),
            server,
            setting,
            sent_presence: Mutex::default(),
            link: Mutex::new(LinkStatus::Disconnected {
                since: Instant::now(),
                error: None,
            }),
            closing: watch::Sender::new(false),
        }
    }

    pub(crate) fn publish(&self, topic: &str, version: u64) {
        // Local subscribers first: they depend on no server, and an echo of the same version changes nothing.
        self.local.deliver(topic, version);
        self.outbox.push(Announcement {
            topic: topic.to_owned(),
            version,
        });
    }

    pub(crate) fn record_presence(&self, topic: &str, seat: u8, at_ms: u64) {
        self.local.record_presence(topic, seat, at_ms);
        // Presence is only of use while it is fresh, so it is not queued for a connection to come.
        if self.link().is_none() {
            return;
        }
        let mut history = lock(&self.sent_presence);
        let last = history.of_seat(topic, seat);
        if last.is_none_or(|last| at_ms >= last.saturating_add(PRESENCE_EVERY_MS)) {
            history.record(topic, seat, at_ms);
            // That a player is here again is news to the others. That they are still here may wait a moment, and is
            // sent together with what else waits.
            let is_news = last.is_none_or(|last| at_ms >= last.saturating_add(SILENT_MS));
            let update = PresenceUpdate {
                topic: topic.to_owned(),
                seat,
                at_ms,
            };
            let urgency = if is_news {
                Urgency::Now
            } else {
                Urgency::NextTick
            };
            self.outbox.push_presence(update, urgency);
        }
    }

    /// Returns the connection's handle, if there is a connection.
    pub(crate) fn link(&self) -> Option<L> {
        match &*lock(&self.link) {
            LinkStatus::Connected(link) => Some(link.clone()),
            LinkStatus::Disconnected { .. } => None,
        }
    }

    pub(crate) fn link_state(&self) -> LinkState {
        match &*lock(&self.link) {
            LinkStatus::Connected(_) => LinkState::Connected,
            LinkStatus::Disconnected { since, error } => {
                let error = error.as_deref();
                LinkState::Disconnected {
                    duration: since.elapsed(),
                    cause: error
                        .map_or("nothing was tried yet", |error| &error.cause)
                        .to_owned(),
                    failure: error.map(|error| error.failure).unwrap_or_default(),
                }
            }
        }
    }

    /// Records a connection to `address`, and wakes all subscribers: what was published since the last connection
    /// is lost to this process.
    pub(crate) fn set_connected(&self, link: L, address: &str) {
        tracing::info!(server = address, "connected to {}", self.server);
        // The state first: a subscriber that wakes up may ask for it.
        *lock(&self.link) = LinkStatus::Connected(link);
        self.local.wake_subscribers();
    }

    fn set_disconnected(&self, error: LinkError) {
        let mut link = lock(&self.link);
        let (since, before) = match &*link {
            LinkStatus::Connected(_) => (Instant::now(), None),
            LinkStatus::Disconnected { since, error } => {
                (*since, error.as_deref().map(|error| error.failure))
            }
        };
        // Logged once: an outage has many attempts.
        if before != Some(error.failure) {
            let (cause, server, setting) = (&error.cause, self.server, self.setting);
            match error.failure {
                LinkFailure::Unreachable => {
                    tracing::warn!(cause, "{setting}: {server} is unreachable; reconnecting");
                }
                LinkFailure::Refused => tracing::error!(
                    cause,
                    "{setting}: {server} refuses this instance, which works by itself until that is corrected; \
                     `doctor` tells more"
                ),
            }
        }
        *link = LinkStatus::Disconnected {
            since,
            error: Some(Arc::new(error)),
        };
    }

    fn set_closed(&self) {
        *lock(&self.link) = LinkStatus::Disconnected {
            since: Instant::now(),
            error: Some(Arc::new(LinkError::unreachable("it is closed"))),
        };
    }

    /// Waits until the bus is closing.
    pub(crate) async fn closing(&self) {
        // An error would mean that the sender is dropped, and it is a part of self.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }
}
