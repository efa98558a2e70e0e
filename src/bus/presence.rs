//! The port for presence: when each seat was last seen, by any instance.

use std::collections::BTreeMap;

use async_trait::async_trait;

/// Presence by topic, which is a table's id. Moments are milliseconds since the Unix epoch.
#[async_trait]
pub trait Presence: Send + Sync + 'static {
    /// Records that `seat` of `topic` was present at `at_ms`.
    async fn record(&self, topic: &str, seat: u8, at_ms: u64);

    /// Returns when each seat of `topic` was last present. While other instances cannot be reached, it is what this
    /// process knows.
    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64>;

    /// Returns for each of `topics`, in their order, what [`Presence::last_seen`] does: with few questions, however many
    /// topics there are.
    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>>;
}
