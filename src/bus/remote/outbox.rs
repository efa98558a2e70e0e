//! The queue of messages that are to be sent to other instances.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::lock;

/// The most announcements that are queued, and the most presence updates.
pub(crate) const QUEUED_MAX: usize = 1024;

/// The most of each that one batch holds.
const BATCH_MAX: usize = 256;

/// A bounded queue, oldest first. Pushing never waits: a full queue drops its oldest entry.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queued: Mutex<OutboxBatch>,
    filled: Notify,
    dropped: AtomicU64,
}

/// Messages that are sent together.
#[derive(Debug, Default)]
pub(crate) struct OutboxBatch {
    pub(crate) announcements: VecDeque<Announcement>,
    pub(crate) presence: VecDeque<PresenceUpdate>,
}

/// A topic has come to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    pub(crate) topic: String,
    pub(crate) version: u64,
}

/// A seat was present at a moment, in milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PresenceUpdate {
    pub(crate) topic: String,
    pub(crate) seat: u8,
    pub(crate) at_ms: u64,
}

impl Outbox {
    pub(crate) fn push(&self, announcement: Announcement) {
        let mut queued = lock(&self.queued);
        if queued.announcements.len() >= QUEUED_MAX {
            queued.announcements.pop_front();
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        queued.announcements.push_back(announcement);
        self.filled.notify_one();
    }

    pub(crate) fn push_presence(&self, update: PresenceUpdate) {
        let mut queued = lock(&self.queued);
        // Not counted as dropped: the next update of the seat says the same.
        if queued.presence.len() >= QUEUED_MAX {
            queued.presence.pop_front();
        }
        queued.presence.push_back(update);
        self.filled.notify_one();
    }

    /// Waits until something was pushed since the last wait. The queue may be empty again by then.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Takes the oldest messages out of the queue.
    pub(crate) fn next_batch(&self) -> OutboxBatch {
        let mut queued = lock(&self.queued);
        let announcements = queued.announcements.len().min(BATCH_MAX);
        let presence = queued.presence.len().min(BATCH_MAX);
        OutboxBatch {
            announcements: queued.announcements.drain(..announcements).collect(),
            presence: queued.presence.drain(..presence).collect(),
        }
    }

    /// Puts a batch back that perhaps nobody received. To receive it twice does no harm.
    pub(crate) fn put_back(&self, batch: OutboxBatch) {
        let mut queued = lock(&self.queued);
        // From the newest to the oldest: where newer messages have filled the queue, the oldest find no room.
        for announcement in batch.announcements.into_iter().rev() {
            if queued.announcements.len() < QUEUED_MAX {
                queued.announcements.push_front(announcement);
            } else {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        // Presence is not put back: newer updates of the same seats soon follow.
    }

    /// Returns how many announcements were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl OutboxBatch {
    pub(crate) fn is_empty(&self) -> bool {
        self.announcements.is_empty() && self.presence.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(version: usize) -> Announcement {
        Announcement {
            topic: "a".to_owned(),
            version: version as u64,
        }
    }

    #[test]
    fn a_full_outbox_drops_its_oldest_announcement_and_counts_it() {
        let outbox = Outbox::default();
        for version in 0..QUEUED_MAX + 3 {
            outbox.push(announcement(version));
        }
        assert_eq!(outbox.dropped(), 3);
        let next = outbox.next_batch();
        assert_eq!(next.announcements.front(), Some(&announcement(3)));
    }

    #[test]
    fn a_batch_that_is_put_back_is_next_again_unless_newer_messages_took_its_room() {
        let outbox = Outbox::default();
        for version in 0..QUEUED_MAX {
            outbox.push(announcement(version));
        }
        let batch = outbox.next_batch();
        outbox.push(announcement(QUEUED_MAX));
        outbox.put_back(batch);
        assert_eq!(outbox.dropped(), 1);
        let next = outbox.next_batch();
        assert_eq!(next.announcements.front(), Some(&announcement(1)));
    }
}
