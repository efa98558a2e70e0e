//! What is still to be told.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::held;

/// How many announcements wait at most, and as many signs of life.
pub(crate) const WAITING_MAX: usize = 1024;

/// How many of each are told at once.
const BATCH_MAX: usize = 256;

/// What waits to be told, the oldest first. Putting something in never waits: the oldest falls out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: Mutex<Batch>,
    filled: Notify,
    dropped: AtomicU64,
}

/// Things to be told.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) news: VecDeque<News>,
    pub(crate) notes: VecDeque<Note>,
}

/// A topic has come to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) topic: String,
    pub(crate) version: u64,
}

/// A seat was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) topic: String,
    pub(crate) seat: u8,
    pub(crate) at_ms: u64,
}

impl Outbox {
    pub(crate) fn publish(&self, news: News) {
        let mut waiting = held(&self.waiting);
        if waiting.news.len() >= WAITING_MAX {
            waiting.news.pop_front();
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        waiting.news.push_back(news);
        self.filled.notify_one();
    }

    pub(crate) fn record_presence(&self, note: Note) {
        let mut waiting = held(&self.waiting);
        if waiting.notes.len() >= WAITING_MAX {
            waiting.notes.pop_front();
        }
        waiting.notes.push_back(note);
        self.filled.notify_one();
    }

    /// Waits until there may be something to tell.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Takes what is to be told next.
    pub(crate) fn next(&self) -> Batch {
        let mut waiting = held(&self.waiting);
        let news = waiting.news.len().min(BATCH_MAX);
        let notes = waiting.notes.len().min(BATCH_MAX);
        Batch {
            news: waiting.news.drain(..news).collect(),
            notes: waiting.notes.drain(..notes).collect(),
        }
    }

    /// Puts back what perhaps nobody heard. Telling it twice does no harm.
    pub(crate) fn put_back(&self, batch: Batch) {
        let mut waiting = held(&self.waiting);
        for news in batch.news.into_iter().rev() {
            if waiting.news.len() < WAITING_MAX {
                waiting.news.push_front(news);
            } else {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        // Signs of life are soon followed by others.
    }

    /// How many announcements fell out.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.news.is_empty() && self.notes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(version: usize) -> News {
        News {
            topic: "a".to_owned(),
            version: version as u64,
        }
    }

    #[test]
    fn the_oldest_falls_out_of_a_full_outbox_and_is_counted() {
        let outbox = Outbox::default();
        for version in 0..WAITING_MAX + 3 {
            outbox.publish(news(version));
        }
        assert_eq!(outbox.dropped(), 3);
        assert_eq!(outbox.next().news.front(), Some(&news(3)));
    }

    #[test]
    fn what_is_put_back_is_next_again_unless_newer_ones_have_its_place() {
        let outbox = Outbox::default();
        for version in 0..WAITING_MAX {
            outbox.publish(news(version));
        }
        let batch = outbox.next();
        outbox.publish(news(WAITING_MAX));
        outbox.put_back(batch);
        assert_eq!(outbox.dropped(), 1);
        assert_eq!(outbox.next().news.front(), Some(&news(1)));
    }
}
