//! Sending the outbox to Redis, and receiving what other instances send.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use redis::{
    ErrorKind, Pipeline, PushInfo, PushKind, RedisError, RedisResult, ServerErrorKind, Value, pipe,
};
use tokio::time::timeout;

use super::connection::{PushHandler, RedisConnector};
use super::error::RedisLinkError;
use super::keys::RedisKeys;
use super::link::{LinkHealth, RedisContext, RedisLink};
use crate::remote::{Announcement, OutboxBatch, PresenceUpdate};

/// How long Redis may take for one batch.
const BATCH_TIME_MAX: Duration = Duration::from_secs(1);
/// How long Redis keeps the presence of a topic.
const PRESENCE_TTL: Duration = Duration::from_hours(24);

/// Sends the outbox, batch after batch, until it is empty.
pub(super) async fn publish_outbox(
    context: &RedisContext,
    connector: &RedisConnector,
    link: &RedisLink,
) -> Result<(), RedisLinkError> {
    loop {
        let batch = context.remote.outbox.next_batch();
        if batch.is_empty() {
            return Ok(());
        }
        let sent = timeout(BATCH_TIME_MAX, send(context, connector, link, &batch)).await;
        // Whether the server has carried it out is unknown then. Sent twice, it does no harm.
        if let Err(error) = sent.map_err(|_| RedisLinkError::Timeout).flatten() {
            context.remote.outbox.put_back(batch);
            return Err(error);
        }
    }
}

async fn send(
    context: &RedisContext,
    connector: &RedisConnector,
    link: &RedisLink,
    batch: &OutboxBatch,
) -> Result<(), RedisLinkError> {
    let publish = if connector.is_cluster() {
        "SPUBLISH"
    } else {
        "PUBLISH"
    };
    // One round trip for the whole batch. Not a transaction: its commands need no common fate.
    let mut commands = pipe();
    for Announcement { topic, version } in &batch.announcements {
        let message = format!("{version} {topic}");
        commands
            .cmd(publish)
            .arg(context.keys.channel())
            .arg(message);
    }
    add_presence(&mut commands, &context.keys, &batch.presence);
    let mut multiplexed = link.connection.multiplexed.clone();
    // Errors are ignored one by one: a refused ZADD must not keep the announcements beside it from being sent.
    let answers: Vec<RedisResult<Value>> = commands
        .ignore_errors()
        .query_async(&mut multiplexed)
        .await?;
    for error in answers.into_iter().filter_map(Result::err) {
        if is_misplaced(&error) {
            return Err(error.into());
        }
        // Such as a full memory or a missing permission. Logged once per connection: every batch would repeat it.
        if !link.health.refusal_logged.swap(true, Ordering::Relaxed) {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "Redis refuses some commands of the bus");
        }
    }
    Ok(())
}

/// Adds the commands that record presence: two for each topic, however many of its seats there are.
fn add_presence(commands: &mut Pipeline, keys: &RedisKeys, presence: &[PresenceUpdate]) {
    for seats in presence.chunk_by(|one, next| one.topic == next.topic) {
        let Some(PresenceUpdate { topic, .. }) = seats.first() else {
            continue;
        };
        let key = keys.last_seen(topic);
        // GT: a later moment that another instance has written stays.
        commands.cmd("ZADD").arg(&key).arg("GT");
        for PresenceUpdate { seat, at_ms, .. } in seats {
            commands.arg(*at_ms).arg(*seat);
        }
        commands.cmd("EXPIRE").arg(&key).arg(PRESENCE_TTL.as_secs());
    }
}

/// Returns whether an error says that this server does not, or no longer, hold our keys.
pub(super) fn is_misplaced(error: &RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, Moved, ReadOnly};
    matches!(
        error.kind(),
        ErrorKind::Server(Moved | ReadOnly | ClusterDown | MasterDown | BusyLoading)
    )
}

/// Returns the handler of pushed messages, which delivers what other instances publish.
pub(super) fn push_handler(context: &Arc<RedisContext>, health: &Arc<LinkHealth>) -> PushHandler {
    // Weak: the context holds the connection, and the connection holds this handler.
    let (context, health) = (Arc::downgrade(context), Arc::clone(health));
    Arc::new(move |push: PushInfo| {
        if matches!(push.kind, PushKind::Message | PushKind::SMessage) {
            if let (Some(context), Some(announcement)) = (context.upgrade(), parse(&push.data)) {
                let local = &context.remote.local;
                local.deliver(&announcement.topic, announcement.version);
            }
        } else if breaks_connection(&push.kind) {
            health.set_broken();
        }
    })
}

/// Returns whether the connection must not be used after such a push.
///
/// A cluster unsubscribes whoever listens at a slot that moves away. The driver takes that push for an answer, and
/// each answer after it for one to the request before.
fn breaks_connection(kind: &PushKind) -> bool {
    matches!(
        kind,
        PushKind::Disconnection | PushKind::Unsubscribe | PushKind::SUnsubscribe
    )
}

/// Parses an announcement: a version, a space, a topic. Returns `None` for anything else.
fn parse(data: &[Value]) -> Option<Announcement> {
    let [_channel, Value::BulkString(message)] = data else {
        return None;
    };
    let (version, topic) = str::from_utf8(message).ok()?.split_once(' ')?;
    Some(Announcement {
        topic: topic.to_owned(),
        version: version.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PubSub as _;

    fn push(kind: PushKind, message: &[u8]) -> PushInfo {
        let words = [&b"{a}:news"[..], message];
        PushInfo {
            kind,
            data: words.map(|word| Value::BulkString(word.to_vec())).into(),
        }
    }

    #[test]
    fn a_message_that_is_no_announcement_is_ignored() {
        let context = Arc::new(RedisContext::new(RedisKeys::of("a").unwrap()));
        let handle = push_handler(&context, &Arc::default());
        let subscription = context.remote.local.subscribe("b");
        for message in [&b""[..], b"7", b"b 7", b"-1 b", b"7 \xff", b"7 c"] {
            handle(push(PushKind::Message, message));
        }
        assert_eq!(*subscription.borrow(), 0);
        handle(push(PushKind::SMessage, b"7 b"));
        assert_eq!(*subscription.borrow(), 7);
    }

    #[test]
    fn the_presence_of_all_seats_of_a_table_is_one_write() {
        let presence: Vec<_> = [("a", 1), ("a", 2), ("a", 3), ("b", 1)]
            .map(|(topic, seat)| PresenceUpdate {
                topic: topic.to_owned(),
                seat,
                at_ms: 50,
            })
            .into();
        let mut commands = pipe();
        add_presence(&mut commands, &RedisKeys::of("a").unwrap(), &presence);
        assert_eq!(commands.cmd_iter().count(), 4);
    }

    #[test]
    fn a_connection_that_the_server_unsubscribes_is_broken() {
        let context = Arc::new(RedisContext::new(RedisKeys::of("a").unwrap()));
        for kind in [PushKind::SUnsubscribe, PushKind::Disconnection] {
            let health = Arc::default();
            let handle = push_handler(&context, &health);
            handle(push(PushKind::SSubscribe, b"1"));
            assert!(!health.is_broken.load(Ordering::Relaxed));
            handle(push(kind, b"0"));
            assert!(health.is_broken.load(Ordering::Relaxed));
        }
    }
}
