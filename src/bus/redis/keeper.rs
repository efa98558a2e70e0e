//! Keeping the connection: noticing that Redis is away, and coming back.

use std::convert::Infallible;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use super::connection::Finder;
use super::error::Away;
use super::shared::{Link, Shared, Signs};
use super::telling::{listener, tell};

/// How often Redis is asked whether it is there.
const BEAT: Duration = Duration::from_secs(5);
/// How long it may take to answer that.
const ANSWER_MAX: Duration = Duration::from_secs(1);
/// Pauses between attempts: the first, and what doubling them leads to.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(3);
/// A connection that lasted this long was a good one: the next pause is short again.
const STEADY: Duration = Duration::from_secs(10);

/// Keeps a connection until it is aborted.
pub(super) async fn keep(shared: Arc<Shared>, finder: Finder) {
    let mut pause = PAUSE_MIN;
    loop {
        let begun = Instant::now();
        let Err(away) = keep_one(&shared, &finder).await;
        shared.away(away);
        if begun.elapsed() > STEADY {
            pause = PAUSE_MIN;
        }
        sleep(jittered(pause)).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

/// Instances that lost the same Redis do not all come back in the same moment.
fn jittered(pause: Duration) -> Duration {
    let chance = RandomState::new().hash_one(());
    let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(millis / 2 + chance % (millis / 2 + 1))
}

/// Connects, and serves until the connection is none any more.
async fn keep_one(shared: &Arc<Shared>, finder: &Finder) -> Result<Infallible, Away> {
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
    let link = Link { connection, signs };
    shared.connected(link.clone());
    serve(shared, finder, &link).await
}

async fn serve(shared: &Shared, finder: &Finder, link: &Link) -> Result<Infallible, Away> {
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tell(shared, finder, link).await?;
    loop {
        tokio::select! {
            () = shared.outbox.filled() => {
                tell(shared, finder, link).await?;
                continue;
            }
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
