//! The heartbeat of the watched tables: what an announcement that was lost would have told.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use game::{SeatNo, TableId};
use tokio::time::{MissedTickBehavior, interval};

use super::shown::Shown;
use super::table_feed::TableFeed;
use super::{Feeds, Freshness};
use crate::background::BackgroundWork;
use crate::presence::{HEARTBEAT_MS, SeatPresence};

/// Rounds in a heartbeat: each asks for a part of the watched tables, so that not all are asked for at once.
const ROUNDS: usize = 10;
const ROUND: Duration = Duration::from_millis(HEARTBEAT_MS / ROUNDS as u64);
/// Tables of one question to the journal.
pub(super) const QUESTION_MAX: usize = 500;

impl Feeds {
    /// Starts the heartbeat, unless it runs or nothing may run between two requests. It ends with these feeds.
    pub(super) fn start_beat(self: &Arc<Self>) {
        if self.background == BackgroundWork::OnDemand {
            return;
        }
        let mut beat = self.beat.lock().unwrap_or_else(PoisonError::into_inner);
        // A task that panicked is begun anew by the next watcher.
        if beat
            .as_ref()
            .is_none_or(tokio::task::JoinHandle::is_finished)
        {
            *beat = Some(tokio::spawn(run(Arc::downgrade(self))));
        }
    }

    /// Asks the journal for the versions of these tables, and who is there, and shows what has changed.
    async fn beat(&self, watched: &[Arc<TableFeed>]) {
        let tables: Vec<TableId> = watched.iter().map(|feed| feed.id.clone()).collect();
        let heads = match self.journal.heads(&tables).await {
            Ok(heads) => heads,
            Err(error) => {
                // The next heartbeat asks again; until then the watchers hear that we are here.
                tracing::debug!(error = &error as &dyn std::error::Error, "no news");
                return;
            }
        };
        let mut quiet = Vec::new();
        for (feed, head) in watched.iter().zip(heads) {
            if head <= feed.shown.borrow().version {
                quiet.push(feed.as_ref());
                continue;
            }
            self.commits.metrics.announcements_missed.inc();
            if let Err(error) = self.hear(feed, Freshness::AtLeast(head)).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "no news");
            }
        }
        self.show_presence(&quiet).await;
    }

    /// Shows who came or went at tables that have no new version. The tables themselves may have made way in memory for
    /// others, and are not needed.
    async fn show_presence(&self, feeds: &[&TableFeed]) {
        let before: Vec<Arc<Shown>> = feeds
            .iter()
            .map(|feed| Arc::clone(&feed.shown.borrow()))
            .collect();
        let seats = |shown: &Arc<Shown>| shown.presence.keys().copied().collect();
        let tables: Vec<(&TableId, Vec<SeatNo>)> = feeds
            .iter()
            .zip(&before)
            .map(|(feed, shown)| (&feed.id, seats(shown)))
            .collect();
        let presence = self.presence.of_tables(&tables).await;
        for ((feed, before), presence) in feeds.iter().zip(&before).zip(presence) {
            let deadline_ms = self.deadline_ms(&feed.id, before.wait);
            show_if_changed(feed, before, presence, deadline_ms);
        }
    }
}

/// Has a feed show who is present and until when the table waits, unless it says so already or shows something else than
/// `before` by now.
fn show_if_changed(
    feed: &TableFeed,
    before: &Shown,
    presence: BTreeMap<SeatNo, SeatPresence>,
    deadline_ms: Option<u64>,
) {
    feed.shown.send_if_modified(|shown| {
        let differs = shown.presence != presence || shown.deadline_ms != deadline_ms;
        let is_news = shown.serial == before.serial && differs;
        if is_news {
            *shown = Arc::new(shown.with_presence(presence, deadline_ms));
        }
        is_news
    });
}

async fn run(feeds: Weak<Feeds>) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in (0..ROUNDS).cycle() {
        rounds.tick().await;
        let Some(feeds) = feeds.upgrade() else { return };
        let mut watched = feeds.registry.watched();
        watched.retain(|feed| feed.number % ROUNDS == round);
        for part in watched.chunks(QUESTION_MAX) {
            feeds.beat(part).await;
        }
        feeds.note_use(&watched).await;
    }
}
