//! What instances tell each other: that a table has moved on, and who was lately there.
//!
//! [`Bus`] is the port. Nothing here is true for long or needed for safety: news may be late, doubled or
//! lost, and the game goes on. The journal is the truth.

pub mod memory;

use std::collections::BTreeMap;

use async_trait::async_trait;
use tokio::sync::watch;

/// News and presence, by topic: a table's id.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Tells everybody who watches `topic` that it has come to `version`.
    async fn announce(&self, topic: &str, version: u64);

    /// Watches `topic`: the receiver holds the newest version announced, 0 before the first.
    fn watch(&self, topic: &str) -> watch::Receiver<u64>;

    /// Notes that `seat` of `topic` was there at `at_ms`.
    async fn note(&self, topic: &str, seat: u8, at_ms: u64);

    /// Returns when each seat of `topic` was last there, in milliseconds since the Unix epoch.
    async fn seen(&self, topic: &str) -> BTreeMap<u8, u64>;
}
