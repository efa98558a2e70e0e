//! Presence as sorted sets of Redis: one of each topic, with a member of each seat.

use std::collections::BTreeMap;

use async_trait::async_trait;
use redis::pipe;
use tokio::time::Instant;

use super::request::request_all;
use super::{REQUEST_MAX, RedisBus};
use crate::Presence;

/// Topics of one question at most: their answers come within one deadline.
const QUESTION_MAX: usize = 500;

#[async_trait]
impl Presence for RedisBus {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        self.context.remote.record_presence(topic, seat, at_ms);
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        let seen = self.last_seen_of(&[topic]).await;
        seen.into_iter().next().unwrap_or_default()
    }

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        let mut all = Vec::with_capacity(topics.len());
        for topics in topics.chunks(QUESTION_MAX) {
            let elsewhere = self.seen_elsewhere(topics).await;
            // This process knows moments that it has not sent: updates are throttled, and Redis may be unreachable.
            let mut seen = self.context.remote.local.last_seen_of(topics).await;
            for (seen, elsewhere) in seen.iter_mut().zip(elsewhere) {
                for (seat, at_ms) in elsewhere {
                    let here = seen.entry(seat).or_default();
                    *here = at_ms.max(*here);
                }
            }
            all.extend(seen);
        }
        all
    }
}

impl RedisBus {
    /// Asks Redis for the moments of the seats of each topic, in one round trip. Empty while it cannot be reached.
    async fn seen_elsewhere(&self, topics: &[&str]) -> Vec<Vec<(u8, u64)>> {
        let mut ranges = pipe();
        for topic in topics {
            let key = self.context.keys.last_seen(topic);
            ranges
                .cmd("ZRANGE")
                .arg(key)
                .arg(0)
                .arg(-1)
                .arg("WITHSCORES");
        }
        let deadline = Instant::now() + REQUEST_MAX;
        let answer = request_all(&self.context, &ranges, deadline).await;
        answer.unwrap_or_default()
    }
}
