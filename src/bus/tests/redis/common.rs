//! Buses that meet at a Redis.

use std::sync::atomic::{AtomicU32, Ordering};

use bus::redis::{RedisBus, Settings, TrustPolicy};
use servers::Redis;
use tokio::sync::OnceCell;

pub(crate) use crate::meeting::{
    PATIENCE, away, connected, goes_on_by_itself, hear_each_other, until,
};

/// The Redis of all tests that do nothing to it.
pub(crate) async fn shared() -> &'static Redis {
    static SHARED: OnceCell<Redis> = OnceCell::const_new();
    SHARED.get_or_init(Redis::plain).await
}

/// A group of instances nobody else is in.
pub(crate) fn group() -> Settings {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    Settings {
        prefix: format!("group-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
        trust: TrustPolicy::SystemRoots,
    }
}

/// A bus that is being started.
pub(crate) fn start(url: &str, settings: &Settings) -> RedisBus {
    RedisBus::start(url.parse().unwrap(), settings).unwrap()
}

/// A bus that is connected.
pub(crate) async fn connect(url: &str, settings: &Settings) -> RedisBus {
    let bus = start(url, settings);
    connected(&bus).await;
    bus
}
