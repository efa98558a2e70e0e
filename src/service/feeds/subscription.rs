//! The updates of one table to one watcher.

use std::sync::Arc;
use std::time::Duration;

use game::{SeatNo, TableId, Version};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::shown::{Look, Shown};
use super::table_feed::TableFeed;
use super::{Feeds, Freshness};
use crate::error::ServiceError;
use crate::holder::Holder;
use crate::presence::HEARTBEAT_MS;

const HEARTBEAT: Duration = Duration::from_millis(HEARTBEAT_MS);

/// What a watcher is told.
#[derive(Clone, Debug)]
pub enum Update {
    /// The table has a new version, or somebody came or went.
    Shown(Look),
    /// Nothing that the watcher sees has changed for a heartbeat; it was shown this version.
    Beat(Version),
    /// The table was erased: nothing more comes.
    Erased,
}

/// A watcher of a table: whoever awaits [`Subscription::next`] is told what changes.
pub struct Subscription {
    pub(super) feeds: Arc<Feeds>,
    pub(super) feed: Arc<TableFeed>,
    pub(super) holder: Option<Holder>,
    pub(super) shown: watch::Receiver<Arc<Shown>>,
    pub(super) beat: Interval,
    /// Stands for what was told last.
    pub(super) told: u64,
    /// The seat that watches, as of what was told last.
    pub(super) seat: Option<SeatNo>,
    /// By whose count of commits it is told, as of then.
    pub(super) viewer: Option<SeatNo>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Subscription")
            .field("table", &self.feed.id)
            .finish_non_exhaustive()
    }
}

pub(super) fn beat() -> Interval {
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

impl Subscription {
    /// Returns the table that is watched.
    pub fn table(&self) -> &TableId {
        &self.feed.id
    }

    /// Waits for the next update; the first is the newest state, at once. Cancel-safe: what was heard is not lost.
    ///
    /// While the journal is out of reach there are only beats, with the version that was known last.
    pub async fn next(&mut self) -> Update {
        loop {
            if let Some(update) = self.look().await {
                return update;
            }
            tokio::select! {
                _ = self.shown.changed() => {}
                _ = self.beat.tick() => {
                    if let Some(seat) = self.seat {
                        self.feeds.presence.note(&self.feed.id, seat).await;
                    }
                    return Update::Beat(self.shown.borrow().version_for(self.viewer));
                }
            }
        }
    }

    /// Returns the newest state, unless it was told already.
    async fn look(&mut self) -> Option<Update> {
        // Marked as seen before the state is read: what comes meanwhile wakes the watcher again.
        let version = {
            let shown = self.shown.borrow_and_update();
            // What others did in secret wakes nobody who sees nothing of it.
            if shown.serial_for(self.viewer) == self.told {
                return None;
            }
            shown.version
        };
        match self
            .feeds
            .catch_up(&self.feed, Freshness::AtLeast(version))
            .await
        {
            Ok(state) => {
                let look = self.feeds.look_at(state, self.holder);
                self.told = look.serial();
                (self.seat, self.viewer) = (look.seat, look.viewer());
                Some(Update::Shown(look))
            }
            Err(ServiceError::Erased) => Some(Update::Erased),
            Err(error) => {
                // The journal is out of reach for now: the beats say that we are not.
                tracing::debug!(error = &error as &dyn std::error::Error, "no news");
                None
            }
        }
    }
}
