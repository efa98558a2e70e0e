//! The contract of a bus as tests: every adapter runs them all, also while its server is away.
//!
//! Each function is one claim about a bus nobody has used, and panics when the claim is false.
//! [`conformance!`](crate::conformance!) makes a test of each; it takes the path of an `async` function
//! that returns a new bus and whatever must live as long as it.
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

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::{Bus, CACHE_VALUE_BYTES_MAX, TokenDecision};

/// The bus a claim is about.
pub type Subject = Arc<dyn Bus>;

/// How long a test waits for what ought to come.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a call may take; adapters promise less, but a test may have to wait for its turn.
const CALL_MAX: Duration = Duration::from_secs(2);

/// Makes a test of every claim, each with a bus of its own.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_topic_stands_at_nothing_before_its_first_announcement,
            a_watcher_hears_the_newest_version_and_never_an_older_one,
            every_watcher_of_a_topic_hears_of_it_and_nobody_else,
            a_watcher_that_comes_late_learns_the_newest_version_at_once,
            presence_keeps_the_latest_moment_of_each_seat,
            what_is_remembered_is_recalled_as_it_was_or_not_at_all,
            what_is_too_large_is_not_remembered,
            a_bucket_gives_what_it_holds_and_no_more,
            nothing_is_waited_for_long,
            a_closed_bus_goes_on_by_itself,
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

/// A topic stands at nothing before its first announcement.
pub async fn a_topic_stands_at_nothing_before_its_first_announcement(bus: &Subject) {
    assert_eq!(*bus.subscribe("a").borrow(), 0);
    assert!(bus.last_seen("a").await.is_empty());
}

/// A watcher hears the newest version, and never an older one.
pub async fn a_watcher_hears_the_newest_version_and_never_an_older_one(bus: &Subject) {
    let mut watcher = bus.subscribe("a");
    bus.publish("a", 3).await;
    bus.publish("a", 2).await;
    let heard = timeout(PATIENCE, watcher.wait_for(|version| *version > 0)).await;
    assert_eq!(*heard.expect("in time").expect("the bus lives"), 3);
}

/// Every watcher of a topic hears of it, and nobody else.
pub async fn every_watcher_of_a_topic_hears_of_it_and_nobody_else(bus: &Subject) {
    let (mut first, mut second, other) =
        (bus.subscribe("a"), bus.subscribe("a"), bus.subscribe("b"));
    bus.publish("a", 1).await;
    for watcher in [&mut first, &mut second] {
        let heard = timeout(PATIENCE, watcher.wait_for(|version| *version == 1)).await;
        assert!(heard.expect("in time").is_ok());
    }
    assert_eq!(*other.borrow(), 0);
}

/// A watcher that comes late to a watched topic learns the newest version at once.
pub async fn a_watcher_that_comes_late_learns_the_newest_version_at_once(bus: &Subject) {
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

/// What is remembered is recalled as it was, or not at all.
pub async fn what_is_remembered_is_recalled_as_it_was_or_not_at_all(bus: &Subject) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert_eq!(bus.cache_get("a").await, None);
    bus.cache_put("a", &bytes, PATIENCE).await;
    bus.cache_put("b", b"", PATIENCE).await;
    assert!(
        bus.cache_get("a")
            .await
            .is_none_or(|recalled| recalled == bytes)
    );
    assert!(
        bus.cache_get("b")
            .await
            .is_none_or(|recalled| recalled.is_empty())
    );
}

/// What is too large is not remembered.
pub async fn what_is_too_large_is_not_remembered(bus: &Subject) {
    let bytes = vec![7; CACHE_VALUE_BYTES_MAX + 1];
    bus.cache_put("a", &bytes, PATIENCE).await;
    assert_eq!(bus.cache_get("a").await, None);
}

/// A bucket gives what it holds and no more; or nobody knows.
pub async fn a_bucket_gives_what_it_holds_and_no_more(bus: &Subject) {
    let per = Duration::from_hours(1);
    // A token is gone that was taken too late for anybody to know.
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

/// Nothing is waited for long, whether anybody answers or not.
pub async fn nothing_is_waited_for_long(bus: &Subject) {
    within(bus.publish("a", 1)).await;
    within(bus.record_presence("a", 1, 1)).await;
    within(bus.last_seen("a")).await;
    within(bus.take_token("a", 1, PATIENCE)).await;
    within(bus.cache_put("a", b"bytes", PATIENCE)).await;
    within(bus.cache_get("a")).await;
}

/// A closed bus goes on by itself.
pub async fn a_closed_bus_goes_on_by_itself(bus: &Subject) {
    let mut watcher = bus.subscribe("a");
    bus.publish("a", 1).await;
    within(bus.close()).await;
    within(bus.close()).await;
    bus.publish("a", 2).await;
    let heard = timeout(PATIENCE, watcher.wait_for(|version| *version == 2)).await;
    assert!(heard.expect("in time").is_ok());
    nothing_is_waited_for_long(bus).await;
}

async fn within<T>(call: impl Future<Output = T>) -> T {
    timeout(CALL_MAX, call).await.expect("a call takes no time")
}
