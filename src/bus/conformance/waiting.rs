//! Waiting for what an adapter does in the background, with a limit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::{Bus, LinkState, PubSub};

/// How long a claim waits for what ought to happen.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long one announcement may take before another is published.
const ANNOUNCEMENT_MAX: Duration = Duration::from_millis(200);
/// How long a call may take while the server is unreachable, on a machine with other things to do.
const LOCAL_CALL_MAX: Duration = Duration::from_secs(1);

/// Waits until a condition holds.
pub async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "it does not come about");
        sleep(LOOK_EVERY).await;
    }
}

/// Waits until an adapter is connected.
pub async fn connected(pubsub: &dyn PubSub) {
    until(async || pubsub.link() == LinkState::Connected).await;
}

/// Waits until an attempt of an adapter to connect has failed, and returns the cause.
pub async fn disconnected(pubsub: &dyn PubSub) -> String {
    let begun = Instant::now();
    loop {
        if let LinkState::Disconnected { cause, .. } = pubsub.link()
            && cause != "nothing was tried yet"
        {
            return cause;
        }
        assert!(begun.elapsed() < PATIENCE, "{:?}", pubsub.link());
        sleep(LOOK_EVERY).await;
    }
}

/// Waits until a subscriber has received a version.
pub async fn receives(subscription: &mut watch::Receiver<u64>, version: u64) {
    let received = subscription.wait_for(|newest| *newest == version);
    let received = timeout(PATIENCE, received).await;
    assert!(received.expect("in time").is_ok(), "the adapter lives");
}

/// Waits until each of two adapters receives what the other publishes.
pub async fn receive_each_other(one: &dyn PubSub, other: &dyn PubSub) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for (publisher, subscriber) in [(one, other), (other, one)] {
        let subscription = subscriber.subscribe("each other");
        // Published again and again: what is published during an outage may be lost.
        until(async || {
            let version = NEXT.fetch_add(1, Ordering::Relaxed);
            publisher.publish("each other", version).await;
            let mut subscription = subscription.clone();
            let received = subscription.wait_for(|newest| *newest >= version);
            timeout(ANNOUNCEMENT_MAX, received).await.is_ok()
        })
        .await;
    }
}

/// Calls what a player's command calls, and checks that no call waits and that local subscribers receive what is
/// published here. Each check of a bus takes a higher `version`.
pub async fn works_by_itself(bus: &Bus, version: u64) {
    let Bus {
        pubsub,
        presence,
        token_bucket,
        cache,
    } = bus;
    let subscription = pubsub.subscribe("alone");
    at_once(pubsub.publish("alone", version)).await;
    assert_eq!(*subscription.borrow(), version);
    at_once(presence.record("alone", 1, version)).await;
    let seen = at_once(presence.last_seen("alone")).await;
    assert_eq!(seen.get(&1), Some(&version));
    if let Some(bucket) = token_bucket {
        at_once(bucket.take("alone", 1, PATIENCE)).await;
    }
    if let Some(cache) = cache {
        at_once(cache.put("alone", b"bytes", PATIENCE)).await;
        at_once(cache.get("alone")).await;
    }
}

async fn at_once<T>(call: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let answer = call.await;
    assert!(begun.elapsed() < LOCAL_CALL_MAX, "{:?}", begun.elapsed());
    answer
}
