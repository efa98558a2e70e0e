//! Presence as items of the table: one of each topic, with an attribute of each seat.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use dynamo::Item;
use dynamo::schema::{EXPIRES, PARTITION_KEY};
use tokio::time::Instant;

use super::request::{key, number, number_in};
use super::{DynamoBus, REQUEST_MAX};
use crate::last_seen::OUT_OF_ORDER_MAX_MS;
use crate::{Presence, lock};

/// How often a seat's presence is written to the table at most, in milliseconds: as often as a watcher's heartbeat.
const WRITE_EVERY_MS: u64 = 10_000;
/// How long the presence at a table is kept after the last sign of life, in seconds.
const KEPT_S: u64 = 24 * 60 * 60;
/// Topics of one request at most. Amazon's own limit.
const QUESTION_MAX: usize = 100;
/// Requests of one question at most that ask for what was left out of the answers before.
const REPEATS_MAX: usize = 3;

/// The sort key of a topic's item.
const SEEN: &str = "SEEN";

#[async_trait]
impl Presence for DynamoBus {
    async fn record(&self, topic: &str, seat: u8, at_ms: u64) {
        self.local.record_presence(topic, seat, at_ms);
        let due = |last: u64| at_ms >= last.saturating_add(WRITE_EVERY_MS);
        let last = lock(&self.written).of_seat(topic, seat);
        if last.is_none_or(due) && self.write(topic, seat, at_ms).await {
            lock(&self.written).record(topic, seat, at_ms);
        }
    }

    async fn last_seen(&self, topic: &str) -> BTreeMap<u8, u64> {
        let seen = self.last_seen_of(&[topic]).await;
        seen.into_iter().next().unwrap_or_default()
    }

    async fn last_seen_of(&self, topics: &[&str]) -> Vec<BTreeMap<u8, u64>> {
        let deadline = Instant::now() + REQUEST_MAX;
        let mut elsewhere = HashMap::new();
        let mut asked: Vec<&str> = topics.to_vec();
        // A request names no key twice.
        asked.sort_unstable();
        asked.dedup();
        for topics in asked.chunks(QUESTION_MAX) {
            if !self.ask(topics, deadline, &mut elsewhere).await {
                break;
            }
        }
        // This process knows moments that it has not written: writes are rare, and the table may be out of reach.
        let mut seen = self.local.last_seen_of(topics).await;
        for (seen, topic) in seen.iter_mut().zip(topics) {
            let Some(there) = elsewhere.get(&partition_key(topic)) else {
                continue;
            };
            for (seat, at_ms) in there {
                let here = seen.entry(*seat).or_default();
                *here = (*at_ms).max(*here);
            }
        }
        seen
    }
}

impl DynamoBus {
    /// Writes when a seat was last seen, unless the table knows a later moment. Returns whether the table has answered.
    async fn write(&self, topic: &str, seat: u8, at_ms: u64) -> bool {
        let expires = (self.now_ms)() / 1_000 + KEPT_S;
        let update = self
            .update(key(partition_key(topic), SEEN))
            .update_expression("SET #seat = :at, #expires = :expires")
            // A moment that is far ahead was told by a clock that was, and must not hold good until it comes.
            .condition_expression("attribute_not_exists(#seat) OR #seat < :at OR #seat > :ahead")
            .expression_attribute_names("#seat", attribute(seat))
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":at", number(at_ms))
            .expression_attribute_values(
                ":ahead",
                number(at_ms.saturating_add(OUT_OF_ORDER_MAX_MS)),
            )
            .expression_attribute_values(":expires", number(expires));
        let deadline = Instant::now() + REQUEST_MAX;
        self.send_update(update, deadline).await.is_some()
    }

    /// Asks for the moments of the seats of these topics, by partition key. Returns whether the table has answered.
    async fn ask(
        &self,
        topics: &[&str],
        deadline: Instant,
        seen: &mut HashMap<String, BTreeMap<u8, u64>>,
    ) -> bool {
        let mut keys: Vec<Item> = topics
            .iter()
            .map(|topic| key(partition_key(topic), SEEN))
            .collect();
        for _ in 0..REPEATS_MAX {
            let Ok(question) = KeysAndAttributes::builder().set_keys(Some(keys)).build() else {
                return false;
            };
            let Some((items, left)) = self.read(question, deadline).await else {
                return false;
            };
            seen.extend(items.iter().filter_map(moments));
            keys = left;
            if keys.is_empty() {
                return true;
            }
        }
        true
    }
}

fn partition_key(topic: &str) -> String {
    format!("P#{topic}")
}

fn attribute(seat: u8) -> String {
    format!("s{seat}")
}

/// Returns the partition key of an item, and when each seat was last seen.
fn moments(item: &Item) -> Option<(String, BTreeMap<u8, u64>)> {
    let partition = item.get(PARTITION_KEY)?.as_s().ok()?;
    let seat = |name: &str| name.strip_prefix('s')?.parse().ok();
    let moments = item
        .iter()
        .filter_map(|(name, value): (&String, &AttributeValue)| {
            Some((seat(name)?, number_in(value)?))
        });
    Some((partition.clone(), moments.collect()))
}
