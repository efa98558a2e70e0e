//! Keeping the connection: noticing that Redis is away.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::connection::Finder;
use super::error::Away;
use super::link::{Link, Shared, Signs};
use super::publish::{listener, tell};
use crate::remote::{Line, PROBE_EVERY, Remote, sentence};

/// How long Redis may take to answer whether it is there.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// The way to the others, by Redis.
pub(super) struct ByRedis {
    pub(super) shared: Arc<Shared>,
    pub(super) finder: Finder,
}

impl Line for ByRedis {
    type Link = Link;

    fn remote(&self) -> &Remote<Link> {
        &self.shared.remote
    }

    async fn serve(&self) -> Result<(), String> {
        let served = keep_one(&self.shared, &self.finder).await;
        served.map_err(|away| sentence(&away))
    }
}

/// Connects, and serves until the connection is none any more, or the bus is closing.
async fn keep_one(shared: &Arc<Shared>, finder: &Finder) -> Result<(), Away> {
    let signs = Arc::new(Signs::default());
    let connection = finder.find(&listener(shared, &signs)).await?;
    let mut subscribe = cmd(if finder.is_cluster() {
        "SSUBSCRIBE"
    } else {
        "SUBSCRIBE"
    });
    subscribe.arg(shared.names.channel());
    let mut multiplexed = connection.multiplexed.clone();
    let subscribed = timeout(ANSWER_MAX, subscribe.exec_async(&mut multiplexed)).await;
    subscribed.map_err(|_| Away::Slow)??;
    let server = connection.server.to_string();
    let link = Link { connection, signs };
    shared.remote.connected(link.clone(), &server);
    serve(shared, finder, &link).await
}

async fn serve(shared: &Shared, finder: &Finder, link: &Link) -> Result<(), Away> {
    let mut beat = interval_at(Instant::now() + PROBE_EVERY, PROBE_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tell(shared, finder, link).await?;
    loop {
        tokio::select! {
            () = shared.remote.outbox.filled() => {
                tell(shared, finder, link).await?;
                continue;
            }
            () = shared.remote.closing() => return tell(shared, finder, link).await,
            () = link.signs.noticed.notified() => {}
            _ = beat.tick() => {}
        }
        if !link.is_sound() {
            return Err(Away::Ended);
        }
        let answer = timeout(ANSWER_MAX, finder.beat(&link.connection)).await;
        answer.map_err(|_| Away::Slow)??;
        link.signs.doubted.store(false, Ordering::Release);
    }
}
