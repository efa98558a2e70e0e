//! Token buckets that all instances share.
//!
//! A bucket is kept as the moment at which it will be full again, in microseconds; one that is full needs no item. The
//! API has no maximum of two numbers, so there are two conditional updates: one of a bucket that is full, and one of a
//! bucket that is not. What this process has last seen of a bucket says which is tried first; an update that does not
//! fit brings the bucket's state back, which says what to do.
//!
//! The clock is that of each process. Those of a provider's machines differ by milliseconds.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;

use dynamo::Item;
use dynamo::schema::EXPIRES;
use lru::LruCache;
use tokio::time::Instant;

use super::request::{Updated, key, number, number_in};
use super::{DynamoBus, REQUEST_MAX};
use crate::{TokenDecision, lock};

/// Buckets of which this process remembers when they will be full at most: those used last.
const BUCKETS_MAX: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");
/// Updates of one take at most: others may take between two.
const UPDATES_MAX: usize = 4;
/// How much longer than a bucket takes to fill it may still seem to need, in microseconds, before a clock is taken to
/// have been ahead. Its bucket counts as full: else it would be closed until that time comes.
const CLOCKS_DIFFER_MAX_US: u64 = 60_000_000;
/// How long a full bucket's item may stay, in seconds.
const KEPT_S: u64 = 60;

/// The attribute that says when a bucket will be full.
const FULL: &str = "full_us";
/// The sort key of a bucket's item.
const TOKENS: &str = "TOKENS";

/// When each bucket will be full, as this process has last seen it, in microseconds since the Unix epoch.
#[derive(Debug)]
pub(super) struct KnownBuckets(Mutex<LruCache<String, u64>>);

impl Default for KnownBuckets {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(BUCKETS_MAX)))
    }
}

/// A bucket at a moment. All times are microseconds.
#[derive(Clone, Copy, Debug)]
struct BucketMoment {
    now: u64,
    /// How long one token takes to come, and a whole bucket.
    token: u64,
    bucket: u64,
}

/// What is to be done, by when a bucket will be full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextStep {
    /// Take from a bucket that is full.
    TakeOfFull,
    /// Take from one that is not.
    TakeOfRest,
    /// There is none; the next one comes after this time.
    Wait(u64),
}

impl BucketMoment {
    fn new(now_ms: u64, capacity: u32, per: Duration) -> Self {
        // Whole microseconds of at most a year: no sum of them is ever too large for a number.
        let per = per.min(Duration::from_hours(24 * 365));
        let token = (per / capacity).max(Duration::from_micros(1)).as_micros();
        let token = u64::try_from(token).unwrap_or(u64::MAX / 2);
        Self {
            now: now_ms.saturating_mul(1_000),
            token,
            bucket: token.saturating_mul(u64::from(capacity)),
        }
    }

    /// The latest moment at which the bucket may be full that still has a token.
    fn latest(self) -> u64 {
        (self.now + self.bucket).saturating_sub(self.token)
    }

    /// A moment that no clock tells which is right.
    fn impossible(self) -> u64 {
        self.now + self.bucket + CLOCKS_DIFFER_MAX_US
    }

    fn next_step(self, full: Option<u64>) -> NextStep {
        match full {
            None => NextStep::TakeOfFull,
            Some(full) if full <= self.now || full > self.impossible() => NextStep::TakeOfFull,
            Some(full) if full <= self.latest() => NextStep::TakeOfRest,
            Some(full) => NextStep::Wait((full - self.latest()).min(self.bucket)),
        }
    }
}

impl DynamoBus {
    /// Takes one token from the bucket `key` of `capacity` tokens, which refills within `per`.
    pub(super) async fn take_token(
        &self,
        key: &str,
        capacity: u32,
        per: Duration,
    ) -> TokenDecision {
        if capacity == 0 {
            return TokenDecision::Refused { retry_after: per };
        }
        let moment = BucketMoment::new((self.now_ms)(), capacity, per);
        let deadline = Instant::now() + REQUEST_MAX;
        // What this process knows may be old, but a bucket never has more than that says: others only take.
        let mut full = lock(&self.buckets.0).get(key).copied();
        for _ in 0..UPDATES_MAX {
            let step = moment.next_step(full);
            if let NextStep::Wait(wait_us) = step {
                lock(&self.buckets.0).put(key.to_owned(), full.unwrap_or_default());
                return TokenDecision::Refused {
                    retry_after: Duration::from_micros(wait_us),
                };
            }
            match self.try_to_take(key, moment, step, deadline).await {
                Some(Updated::Written(item)) => {
                    let full = number_in_item(&item).unwrap_or(moment.now);
                    lock(&self.buckets.0).put(key.to_owned(), full);
                    return TokenDecision::Allowed;
                }
                Some(Updated::Unfit(item)) => full = number_in_item(&item),
                None => return TokenDecision::Unknown,
            }
        }
        TokenDecision::Unknown
    }

    async fn try_to_take(
        &self,
        bucket: &str,
        moment: BucketMoment,
        step: NextStep,
        deadline: Instant,
    ) -> Option<Updated> {
        let until_s = |us: u64| us.div_ceil(1_000_000) + KEPT_S;
        let update = self
            .update(key(format!("B#{bucket}"), TOKENS))
            .expression_attribute_names("#full", FULL)
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":now", number(moment.now))
            .expression_attribute_values(":expires", number(until_s(moment.now + moment.bucket)));
        let update = if step == NextStep::TakeOfRest {
            update
                .update_expression("SET #full = #full + :token, #expires = :expires")
                .condition_expression("#full > :now AND #full <= :latest")
                .expression_attribute_values(":token", number(moment.token))
                .expression_attribute_values(":latest", number(moment.latest()))
        } else {
            update
                .update_expression("SET #full = :first, #expires = :expires")
                .condition_expression(
                    "attribute_not_exists(#full) OR #full <= :now OR #full > :impossible",
                )
                .expression_attribute_values(":first", number(moment.now + moment.token))
                .expression_attribute_values(":impossible", number(moment.impossible()))
        };
        self.send_update(update, deadline).await
    }
}

fn number_in_item(item: &Item) -> Option<u64> {
    number_in(item.get(FULL)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_800_000_000_000;

    #[test]
    fn a_bucket_gives_until_it_is_empty_and_a_wrong_clock_closes_none() {
        let moment = BucketMoment::new(NOW_MS, 3, Duration::from_secs(30));
        let now = NOW_MS * 1_000;
        let second = 1_000_000;
        for (full, expected) in [
            (None, NextStep::TakeOfFull),
            (Some(0), NextStep::TakeOfFull),
            (Some(now), NextStep::TakeOfFull),
            (Some(now + 1), NextStep::TakeOfRest),
            (Some(now + 20 * second), NextStep::TakeOfRest),
            (Some(now + 21 * second), NextStep::Wait(second)),
            (Some(now + 30 * second), NextStep::Wait(10 * second)),
            // A clock that is a little ahead, and one that is a year ahead.
            (Some(now + 80 * second), NextStep::Wait(30 * second)),
            (Some(now + 31_536_000 * second), NextStep::TakeOfFull),
        ] {
            assert_eq!(moment.next_step(full), expected, "{full:?}");
        }
    }
}
