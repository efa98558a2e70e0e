//! The use of tables by those who look, as the journal is told of it: now and then, and of many tables at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use game::TableId;

use super::Feeds;
use super::beat::QUESTION_MAX;
use super::table_feed::TableFeed;

/// Looks that wait to be noted at most. One that finds no room is noted some minutes later, if somebody looks then.
const PENDING_MAX: usize = 10_000;

/// Tables that somebody looked at, to be noted with the next round of the heartbeat.
#[derive(Debug, Default)]
pub(crate) struct PendingLooks(Mutex<HashSet<TableId>>);

impl PendingLooks {
    fn add(&self, table: &TableId) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() < PENDING_MAX {
            pending.insert(table.clone());
        }
    }

    fn take(&self) -> HashSet<TableId> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Feeds {
    /// Notes that somebody looks at a table that is live.
    pub(super) fn note_look(self: &Arc<Self>, feed: &TableFeed) {
        if feed.is_use_news((self.commits.now_ms)()) {
            self.pending_looks.add(&feed.id);
            self.start_beat();
        }
    }

    /// Tells the journal at once which tables were looked at.
    pub(crate) async fn settle(&self) {
        self.note_use(&[]).await;
    }

    /// Tells the journal which tables were looked at, and which of `watched` are.
    pub(super) async fn note_use(&self, watched: &[Arc<TableFeed>]) {
        let now_ms = (self.commits.now_ms)();
        let mut used = self.pending_looks.take();
        let news = watched.iter().filter(|feed| feed.is_use_news(now_ms));
        used.extend(news.map(|feed| feed.id.clone()));
        let used: Vec<TableId> = used.into_iter().collect();
        for part in used.chunks(QUESTION_MAX) {
            if let Err(error) = self.journal.note_use(part, now_ms).await {
                // It is noted some minutes later, and a table rests after hours.
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a use was not noted"
                );
            }
        }
    }
}
