//! The queue of messages that are to be sent to other instances.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::lock;

/// The most announcements that are queued.
pub(crate) const QUEUED_MAX: usize = 1024;
/// The most announcements that one batch holds.
const BATCH_MAX: usize = 256;

/// The most seats whose presence is queued. All that an instance has may beat at once.
const SEATS_QUEUED_MAX: usize = 20_000;
/// The most seats whose presence one batch holds.
const SEATS_BATCH_MAX: usize = 1024;
/// How long presence that is not urgent waits at most, so that many seats are sent together.
const PRESENCE_TICK: Duration = Duration::from_secs(1);

/// A bounded queue of announcements, oldest first, and of the presence of seats. Pushing never waits: a full queue
/// drops.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queued: Mutex<Queued>,
    filled: Notify,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Queued {
    announcements: VecDeque<Announcement>,
    /// The latest moment of each seat of each topic.
    presence: BTreeMap<(String, u8), u64>,
}

/// Messages that are sent together.
#[derive(Debug, Default)]
pub(crate) struct OutboxBatch {
    pub(crate) announcements: Vec<Announcement>,
    /// One update of each seat, and the seats of a topic next to each other.
    pub(crate) presence: Vec<PresenceUpdate>,
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

/// When a presence update is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// At once.
    Now,
    /// With the next message, after [`PRESENCE_TICK`] at the latest.
    NextTick,
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

    pub(crate) fn push_presence(&self, update: PresenceUpdate, urgency: Urgency) {
        let PresenceUpdate { topic, seat, at_ms } = update;
        let mut queued = lock(&self.queued);
        // Not counted as dropped: the next update of the seat says the same.
        if queued.presence.len() < SEATS_QUEUED_MAX {
            let latest = queued.presence.entry((topic, seat)).or_default();
            *latest = at_ms.max(*latest);
        }
        if urgency == Urgency::Now {
            self.filled.notify_one();
        }
    }

    /// Waits until something is to be sent: something urgent was pushed since the last wait, or [`PRESENCE_TICK`] is
    /// over. The queue may be empty by then.
    pub(crate) async fn filled(&self) {
        // An error says that the tick is over.
        let _ = timeout(PRESENCE_TICK, self.filled.notified()).await;
    }

    /// Takes the oldest announcements out of the queue, and the presence of as many seats as fit one batch.
    pub(crate) fn next_batch(&self) -> OutboxBatch {
        let mut queued = lock(&self.queued);
        let announcements = queued.announcements.len().min(BATCH_MAX);
        let mut presence = Vec::new();
        while presence.len() < SEATS_BATCH_MAX
            && let Some(((topic, seat), at_ms)) = queued.presence.pop_first()
        {
            presence.push(PresenceUpdate { topic, seat, at_ms });
        }
        OutboxBatch {
            announcements: queued.announcements.drain(..announcements).collect(),
            presence,
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
    use std::iter;

    use tokio::time::Instant;

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
        assert_eq!(next.announcements.first(), Some(&announcement(3)));
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
        assert_eq!(next.announcements.first(), Some(&announcement(1)));
    }

    fn presence(seat: u8, at_ms: u64) -> PresenceUpdate {
        let topic = "a".to_owned();
        PresenceUpdate { topic, seat, at_ms }
    }

    #[tokio::test(start_paused = true)]
    async fn only_urgent_presence_is_sent_before_the_tick_and_the_rest_goes_along() {
        let outbox = Outbox::default();
        let begun = Instant::now();
        outbox.push_presence(presence(1, 50), Urgency::NextTick);
        outbox.filled().await;
        assert_eq!(begun.elapsed(), PRESENCE_TICK);
        outbox.push_presence(presence(1, 70), Urgency::NextTick);
        outbox.push_presence(presence(1, 60), Urgency::NextTick);
        outbox.push_presence(presence(2, 60), Urgency::Now);
        outbox.filled().await;
        assert_eq!(begun.elapsed(), PRESENCE_TICK);
        let batch = outbox.next_batch();
        assert_eq!(batch.presence, [presence(1, 70), presence(2, 60)]);
    }

    #[test]
    fn the_presence_of_ten_thousand_seats_is_sent_in_few_batches() {
        let outbox = Outbox::default();
        for topic in 0..2_500 {
            for seat in 1..=4 {
                let update = PresenceUpdate {
                    topic: topic.to_string(),
                    ..presence(seat, 50)
                };
                outbox.push_presence(update, Urgency::NextTick);
            }
        }
        let batches = iter::from_fn(|| Some(outbox.next_batch()).filter(|next| !next.is_empty()));
        let sizes: Vec<_> = batches.map(|batch| batch.presence.len()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 10_000);
        assert!(sizes.len() <= 10, "{sizes:?}");
    }

    #[test]
    fn presence_is_queued_of_a_bounded_number_of_seats() {
        let outbox = Outbox::default();
        for number in 0..=SEATS_QUEUED_MAX {
            let update = PresenceUpdate {
                topic: number.to_string(),
                ..presence(1, 1)
            };
            outbox.push_presence(update, Urgency::Now);
        }
        assert_eq!(lock(&outbox.queued).presence.len(), SEATS_QUEUED_MAX);
    }
}
