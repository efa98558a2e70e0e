//! The open connections, and which of them give way to new ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::activity::Activity;
use super::counts::FRONT;

/// A connection gives way only after it has waited for its peer so long: one that is just being used does not.
const WAIT_LEAST: Duration = Duration::from_millis(500);

/// One of this many connections gives way at a time, so that a flood of new ones does not have all of them compared for
/// each.
const SHARE: usize = 64;

/// The open connections of one listener.
#[derive(Default)]
pub(super) struct ConnectionTable(Mutex<OpenConnections>);

#[derive(Default)]
struct OpenConnections {
    by_id: HashMap<u64, Arc<Activity>>,
    next_id: u64,
}

impl ConnectionTable {
    /// Adds a connection until what is returned is dropped.
    pub(super) fn add(self: &Arc<Self>, activity: &Arc<Activity>) -> ConnectionEntry {
        let mut connections = self.lock();
        let id = connections.next_id;
        connections.next_id += 1;
        connections.by_id.insert(id, Arc::clone(activity));
        FRONT.opened();
        ConnectionEntry {
            table: Arc::clone(self),
            id,
        }
    }

    /// Returns the number of open connections.
    pub(super) fn len(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Ends the connections that have waited for their peers longest.
    pub(super) fn evict_idle(&self) {
        self.evict(Activity::waits_since);
    }

    /// Ends the connections whose peers have taken nothing of a response for longest.
    pub(super) fn evict_stalled(&self) {
        self.evict(Activity::stalled_since);
    }

    fn evict(&self, since: impl Fn(&Activity) -> Option<Instant>) {
        let now = Instant::now();
        let connections = self.lock();
        let count = connections.by_id.len().div_ceil(SHARE);
        let mut waiting: Vec<_> = connections
            .by_id
            .values()
            .filter_map(|activity| Some((since(activity)?, Arc::clone(activity))))
            .filter(|(since, _)| now.duration_since(*since) >= WAIT_LEAST)
            .collect();
        drop(connections);
        if waiting.len() > count {
            waiting.select_nth_unstable_by_key(count, |(since, _)| *since);
        }
        for (_, activity) in waiting.iter().take(count) {
            activity.evict();
            FRONT.evicted();
        }
    }

    fn lock(&self) -> MutexGuard<'_, OpenConnections> {
        // The map is whole after every step, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in the table.
pub(super) struct ConnectionEntry {
    table: Arc<ConnectionTable>,
    id: u64,
}

impl Drop for ConnectionEntry {
    fn drop(&mut self) {
        self.table.lock().by_id.remove(&self.id);
        FRONT.closed();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_connections_that_waited_longest_give_way() {
        let (table, connections) = opened(2 * SHARE).await;
        let busy = connections[0].begin();
        table.evict_idle();
        let evicted = evicted(&connections);
        assert_eq!(evicted, [1, 2], "the first is busy");
        drop(busy);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_whose_peer_takes_nothing_gives_way_and_one_that_is_idle_does_not() {
        let (table, connections) = opened(3).await;
        let requests: Vec<_> = connections[1..].iter().map(Activity::begin).collect();
        requests[1].awaits_application(false);
        tokio::time::advance(WAIT_LEAST).await;
        table.evict_stalled();
        assert_eq!(evicted(&connections), [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_just_came_is_given_time() {
        let (table, connections) = opened(1).await;
        drop(connections[0].begin());
        table.evict_idle();
        assert!(evicted(&connections).is_empty());
    }

    /// Opens connections, each some time after the one before.
    async fn opened(count: usize) -> (Arc<ConnectionTable>, Vec<Arc<Activity>>) {
        let table = Arc::new(ConnectionTable::default());
        let mut connections = Vec::new();
        for _ in 0..count {
            let activity = Activity::new();
            // Kept for the whole test.
            std::mem::forget(table.add(&activity));
            connections.push(activity);
            tokio::time::advance(WAIT_LEAST).await;
        }
        (table, connections)
    }

    fn evicted(connections: &[Arc<Activity>]) -> Vec<usize> {
        let ends = |at: &usize| connections[*at].evicted().now_or_never().is_some();
        (0..connections.len()).filter(ends).collect()
    }
}
