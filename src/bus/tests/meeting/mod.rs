//! Waiting until buses meet, and what holds while they do not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bus::{Bus, LinkState};
use tokio::time::{Instant, sleep, timeout};

/// How long a test waits for what ought to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a call may take, on a machine with other things to do.
const CALL_MAX: Duration = Duration::from_secs(1);
const ASK_EVERY: Duration = Duration::from_millis(20);

/// Waits until a bus is connected.
pub(crate) async fn connected(bus: &impl Bus) {
    let begun = Instant::now();
    while bus.state().link != LinkState::Connected {
        assert!(begun.elapsed() < PATIENCE, "{:?}", bus.state());
        sleep(ASK_EVERY).await;
    }
}

/// Waits until a bus knows that the others are away, and returns why.
pub(crate) async fn away(bus: &impl Bus) -> String {
    let begun = Instant::now();
    loop {
        if let LinkState::Disconnected { cause, .. } = bus.state().link
            && cause != "nothing was tried yet"
        {
            return cause;
        }
        assert!(begun.elapsed() < PATIENCE, "{:?}", bus.state());
        sleep(ASK_EVERY).await;
    }
}

/// Waits until something is so.
pub(crate) async fn until(mut so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !so().await {
        assert!(begun.elapsed() < PATIENCE, "it does not come about");
        sleep(ASK_EVERY).await;
    }
}

/// Waits until each of two buses hears what the other announces.
pub(crate) async fn hear_each_other<B: Bus>(one: &B, other: &B) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    for (speaker, listener) in [(one, other), (other, one)] {
        let watcher = listener.subscribe("hearing");
        until(async || {
            let version = NEXT.fetch_add(1, Ordering::Relaxed);
            speaker.publish("hearing", version).await;
            let mut watcher = watcher.clone();
            let heard = watcher.wait_for(|heard| *heard >= version);
            timeout(Duration::from_millis(200), heard).await.is_ok()
        })
        .await;
    }
}

/// Calls everything a player's command may call, and checks that none takes long and that who watches here
/// hears what happens here.
pub(crate) async fn goes_on_by_itself(bus: &impl Bus, version: u64) {
    let watcher = bus.subscribe("alone");
    let begun = Instant::now();
    bus.publish("alone", version).await;
    assert_eq!(*watcher.borrow(), version);
    bus.record_presence("alone", 1, version).await;
    assert!(begun.elapsed() < CALL_MAX);
    let begun = Instant::now();
    assert_eq!(bus.last_seen("alone").await.get(&1), Some(&version));
    assert!(begun.elapsed() < CALL_MAX);
    let begun = Instant::now();
    bus.take_token("alone", 1, PATIENCE).await;
    assert!(begun.elapsed() < CALL_MAX);
    let begun = Instant::now();
    bus.cache_put("alone", b"bytes", PATIENCE).await;
    bus.cache_get("alone").await;
    assert!(begun.elapsed() < 2 * CALL_MAX);
}
