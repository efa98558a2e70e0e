//! The contract of a bus as tests, which every adapter runs, also while its server is unreachable.
//!
//! Each claim is a function that panics when the claim is false. There are two macros, each of which makes one test of
//! each claim:
//! - [`conformance!`](crate::conformance!) for one unused bus. It takes the path of an `async` function that returns
//!   the bus and whatever must live as long as it.
//! - [`meeting_conformance!`](crate::meeting_conformance!) for several buses that meet at a server, which it stops and
//!   hangs. It takes the paths of two `async` functions that return a [`Meeting`]: at any server, and at a server of
//!   the test's own.
//!
//! ```
//! async fn in_memory() -> (bus::conformance::Subject, ()) {
//!     (std::sync::Arc::new(bus::memory::MemoryBus::default()), ())
//! }
//!
//! bus::conformance!(in_memory);
//! ```

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

mod meeting;
mod outages;
mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::{Bus, CACHE_VALUE_BYTES_MAX, TokenDecision};

pub use meeting::*;
pub use outages::*;
pub use waiting::*;

/// The bus a claim is about.
pub type Subject = Arc<dyn Bus>;

/// How long a call may take. Adapters promise less, but a test may have to wait for a processor.
const CALL_MAX: Duration = Duration::from_secs(2);

/// Makes a test of every claim about one bus, or of the claims that are named.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_topic_is_at_version_zero_before_its_first_announcement,
            a_subscriber_receives_the_newest_version_and_never_an_older_one,
            every_subscriber_of_a_topic_receives_its_version_and_no_other_subscriber_does,
            a_late_subscriber_of_a_subscribed_topic_has_the_newest_version_at_once,
            presence_keeps_the_latest_moment_of_each_seat,
            a_cached_value_is_returned_as_it_was_or_not_at_all,
            a_value_that_is_too_large_is_not_cached,
            a_token_bucket_gives_what_it_holds_and_no_more,
            no_call_waits_for_long,
            a_closed_bus_works_by_itself,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (bus, _kept_alive) = $make().await;
            $crate::conformance::$claim(&bus).await;
        }
    )+};
}

/// A topic is at version zero before its first announcement.
pub async fn a_topic_is_at_version_zero_before_its_first_announcement(bus: &Subject) {
    assert_eq!(*bus.subscribe("a").borrow(), 0);
    assert!(bus.last_seen("a").await.is_empty());
}

/// A subscriber receives the newest version, and never an older one.
pub async fn a_subscriber_receives_the_newest_version_and_never_an_older_one(bus: &Subject) {
    let mut subscription = bus.subscribe("a");
    bus.publish("a", 3).await;
    bus.publish("a", 2).await;
    let received = timeout(PATIENCE, subscription.wait_for(|version| *version > 0)).await;
    assert_eq!(*received.expect("in time").expect("the bus lives"), 3);
}

/// Every subscriber of a topic receives its version, and no other subscriber does.
pub async fn every_subscriber_of_a_topic_receives_its_version_and_no_other_subscriber_does(
    bus: &Subject,
) {
    let (mut first, mut second) = (bus.subscribe("a"), bus.subscribe("a"));
    let other = bus.subscribe("b");
    bus.publish("a", 1).await;
    for subscription in [&mut first, &mut second] {
        receives(subscription, 1).await;
    }
    assert_eq!(*other.borrow(), 0);
}

/// A late subscriber of a subscribed topic has the newest version at once.
pub async fn a_late_subscriber_of_a_subscribed_topic_has_the_newest_version_at_once(bus: &Subject) {
    let _first = bus.subscribe("a");
    bus.publish("a", 5).await;
    assert_eq!(*bus.subscribe("a").borrow(), 5);
}

/// Presence keeps the latest moment of each seat.
pub async fn presence_keeps_the_latest_moment_of_each_seat(bus: &Subject) {
    bus.record_presence("a", 1, 50).await;
    bus.record_presence("a", 1, 40).await;
    bus.record_presence("a", 2, 60).await;
    assert_eq!(bus.last_seen("a").await, BTreeMap::from([(1, 50), (2, 60)]));
    assert!(bus.last_seen("b").await.is_empty());
}

/// A cached value is returned as it was, or not at all.
pub async fn a_cached_value_is_returned_as_it_was_or_not_at_all(bus: &Subject) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert_eq!(bus.cache_get("a").await, None);
    bus.cache_put("a", &bytes, PATIENCE).await;
    bus.cache_put("b", b"", PATIENCE).await;
    let found = bus.cache_get("a").await;
    assert!(found.is_none_or(|found| found == bytes));
    let found = bus.cache_get("b").await;
    assert!(found.is_none_or(|found| found.is_empty()));
}

/// A value that is too large is not cached.
pub async fn a_value_that_is_too_large_is_not_cached(bus: &Subject) {
    let bytes = vec![7; CACHE_VALUE_BYTES_MAX + 1];
    bus.cache_put("a", &bytes, PATIENCE).await;
    assert_eq!(bus.cache_get("a").await, None);
}

/// A token bucket gives what it holds and no more, or says that it does not know.
pub async fn a_token_bucket_gives_what_it_holds_and_no_more(bus: &Subject) {
    let per = Duration::from_hours(1);
    // The token of an answer that came too late is taken, so unknown decisions may count as allowed ones.
    let (mut allowed, mut unknown) = (0, 0);
    for _ in 0..5 {
        match bus.take_token("a", 3, per).await {
            TokenDecision::Allowed => allowed += 1,
            TokenDecision::Refused { retry_after } => {
                assert!(allowed + unknown >= 3, "refused too early");
                assert!(!retry_after.is_zero() && retry_after <= per);
            }
            TokenDecision::Unknown => unknown += 1,
        }
    }
    assert!(allowed <= 3);
}

/// No call waits for long, whether a server answers or not.
pub async fn no_call_waits_for_long(bus: &Subject) {
    within(bus.publish("a", 1)).await;
    within(bus.record_presence("a", 1, 1)).await;
    within(bus.last_seen("a")).await;
    within(bus.take_token("a", 1, PATIENCE)).await;
    within(bus.cache_put("a", b"bytes", PATIENCE)).await;
    within(bus.cache_get("a")).await;
}

/// A closed bus works by itself.
pub async fn a_closed_bus_works_by_itself(bus: &Subject) {
    let mut subscription = bus.subscribe("a");
    bus.publish("a", 1).await;
    within(bus.close()).await;
    within(bus.close()).await;
    bus.publish("a", 2).await;
    receives(&mut subscription, 2).await;
    no_call_waits_for_long(bus).await;
}

/// Announcements beyond what the outbox holds are dropped and counted. For a bus that has no connection.
pub async fn announcements_beyond_the_outbox_are_dropped_and_counted(bus: &Subject) {
    for version in 1..=1_034 {
        bus.publish("a", version).await;
    }
    assert_eq!(bus.state().dropped, 10);
}

async fn within<T>(call: impl Future<Output = T>) -> T {
    timeout(CALL_MAX, call).await.expect("a call takes no time")
}
