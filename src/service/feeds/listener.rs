//! The listener of a watched table: hears its announcements, once for all watchers in this process.

use std::sync::Arc;

use game::Version;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::table_feed::TableFeed;
use super::{Feeds, Freshness};

impl Feeds {
    /// Starts the listener of a feed, unless it has one. It ends when nobody watches any more, so the caller subscribes to
    /// the feed first.
    pub(super) fn start_listener(self: &Arc<Self>, feed: &Arc<TableFeed>) {
        let mut running = feed.lock_listener();
        // A task that panicked is begun anew by the next watcher.
        if running.as_ref().is_none_or(JoinHandle::is_finished) {
            let listener = Listener {
                feeds: Arc::clone(self),
                feed: Arc::clone(feed),
                news: self.pubsub.subscribe(feed.id.as_str()),
            };
            *running = Some(tokio::spawn(listener.run()));
        }
    }
}

struct Listener {
    feeds: Arc<Feeds>,
    feed: Arc<TableFeed>,
    /// Versions as they are announced, here and by other instances.
    news: watch::Receiver<u64>,
}

impl Listener {
    async fn run(mut self) {
        let mut heard = Version(*self.news.borrow());
        loop {
            let is_news = tokio::select! {
                () = self.feed.shown.closed() => false,
                // An error says that the bus is gone, which is later than any watcher.
                Ok(()) = self.news.changed() => true,
            };
            if is_news {
                heard = self.hear(heard).await;
            } else if self.ends() {
                return;
            }
        }
    }

    /// Shows the watchers what was announced, and returns it. Announcements only wake them early: the feed's own beat
    /// makes good those that were lost.
    async fn hear(&mut self, heard: Version) -> Version {
        let announced = Version(*self.news.borrow_and_update());
        let freshness = if announced > self.feed.shown.borrow().version {
            Freshness::AtLeast(announced)
        } else if announced == heard {
            // To be woken for nothing new says that something new may have been missed.
            Freshness::Newest
        } else {
            return announced;
        };
        if let Err(error) = self.feeds.hear(&self.feed, freshness).await {
            // The journal is out of reach for now: the beats say that we are not.
            tracing::debug!(error = &error as &dyn std::error::Error, "no news");
        }
        announced
    }

    /// Whether nobody watches any more. The next watcher then starts another listener.
    fn ends(&self) -> bool {
        let mut running = self.feed.lock_listener();
        if self.feed.is_watched() {
            return false;
        }
        *running = None;
        true
    }
}
