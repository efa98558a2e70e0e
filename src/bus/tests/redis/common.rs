//! Buses that meet at a Redis.

use async_trait::async_trait;
use bus::Bus;
use bus::conformance::Meeting;
use bus::redis::{RedisBus, Settings, TrustPolicy};
use servers::Redis;
use tokio::sync::OnceCell;

pub(crate) use bus::conformance::{
    PATIENCE, connected, disconnected, receive_each_other, until, works_by_itself,
};

/// A URL at which nobody listens: the port is reserved for that.
pub(crate) const NOWHERE: &str = "redis://127.0.0.1:1";

/// The Redis of all tests that do nothing to it.
pub(crate) async fn shared() -> &'static Redis {
    static SHARED: OnceCell<Redis> = OnceCell::const_new();
    SHARED.get_or_init(Redis::plain).await
}

/// The settings of a group of instances that no other test uses.
pub(crate) fn group() -> Settings {
    Settings {
        prefix: bus::conformance::new_group(),
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

/// A Redis of the test's own, at which buses meet. All its connections but the one that asks are theirs.
pub(crate) struct AtRedis(Redis);

impl AtRedis {
    pub(crate) async fn own() -> Self {
        Self(Redis::plain().await)
    }
}

#[async_trait]
impl Meeting for AtRedis {
    async fn start_bus(&self, prefix: &str) -> Bus {
        let settings = Settings {
            prefix: prefix.to_owned(),
            trust: TrustPolicy::SystemRoots,
        };
        start(&self.0.url(), &settings).into()
    }

    async fn connections(&self, _prefix: &str) -> usize {
        self.0.ask(&["CLIENT", "LIST"]).lines().count() - 1
    }

    async fn end_connections(&self, _prefix: &str) {
        self.0.ask(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    }

    async fn stop_server(&self) {
        self.0.stop();
    }

    async fn restart_server(&self) {
        self.0.start().await;
    }

    async fn pause_server(&self) {
        self.0.pause();
    }

    async fn resume_server(&self) {
        self.0.resume();
    }
}
