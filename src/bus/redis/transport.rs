//! The transport through Redis: subscribes, sends the outbox and probes the connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use redis::cmd;
use retry::error_chain;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::connection::RedisConnector;
use super::error::RedisLinkError;
use super::link::{LinkHealth, RedisContext, RedisLink};
use super::publish::{publish_outbox, push_handler};
use crate::remote::{LinkError, PROBE_EVERY, RemoteState, Transport};

/// How long Redis may take to answer a probe or a subscription.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// The transport through Redis.
pub(super) struct RedisTransport {
    pub(super) context: Arc<RedisContext>,
    pub(super) connector: RedisConnector,
}

impl Transport for RedisTransport {
    type Link = RedisLink;

    fn remote(&self) -> &RemoteState<RedisLink> {
        &self.context.remote
    }

    async fn serve(&self) -> Result<(), LinkError> {
        let served = serve_once(&self.context, &self.connector).await;
        served.map_err(|error| LinkError {
            cause: error_chain(&error),
            failure: error.failure(),
        })
    }
}

/// Connects and subscribes, then serves the connection until it fails or the bus is closing.
async fn serve_once(
    context: &Arc<RedisContext>,
    connector: &RedisConnector,
) -> Result<(), RedisLinkError> {
    let health = Arc::new(LinkHealth::default());
    let connection = connector.connect(&push_handler(context, &health)).await?;
    let mut subscribe = cmd(if connector.is_cluster() {
        "SSUBSCRIBE"
    } else {
        "SUBSCRIBE"
    });
    subscribe.arg(context.keys.channel());
    let mut multiplexed = connection.multiplexed.clone();
    let subscribed = timeout(ANSWER_MAX, subscribe.exec_async(&mut multiplexed)).await;
    subscribed.map_err(|_| RedisLinkError::Timeout)??;
    let server = connection.server.to_string();
    let link = RedisLink { connection, health };
    // Only now: subscribers that wake up and read the journal miss nothing that is published from here on.
    context.remote.set_connected(link.clone(), &server);
    serve(context, connector, &link).await
}

async fn serve(
    context: &RedisContext,
    connector: &RedisConnector,
    link: &RedisLink,
) -> Result<(), RedisLinkError> {
    let mut probe = interval_at(Instant::now() + PROBE_EVERY, PROBE_EVERY);
    // After a pause of the whole process one probe is enough, and not one for each tick that was missed.
    probe.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // What was queued during the outage does not wait for the next message.
    publish_outbox(context, connector, link).await?;
    loop {
        // Four reasons to wake: something to send, the end, a request that found the connection odd, and the time
        // for a probe. The last two are answered alike, by a probe.
        tokio::select! {
            () = context.remote.outbox.filled() => {
                publish_outbox(context, connector, link).await?;
                continue;
            }
            () = context.remote.closing() => return publish_outbox(context, connector, link).await,
            () = link.health.changed.notified() => {}
            _ = probe.tick() => {}
        }
        // Before the probe: on a broken connection its answer could be that of another request.
        if !link.is_sound() {
            return Err(RedisLinkError::Ended);
        }
        let answer = timeout(ANSWER_MAX, connector.probe(&link.connection)).await;
        answer.map_err(|_| RedisLinkError::Timeout)??;
        // Redis answers again: requests may wait for it again.
        link.health.is_suspect.store(false, Ordering::Release);
    }
}
