//! Telling others what happens here, and hearing what happens there.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use redis::{ErrorKind, PushInfo, PushKind, RedisError, RedisResult, ServerErrorKind, Value, pipe};
use tokio::time::timeout;

use super::connection::{Finder, Heard};
use super::error::Away;
use super::link::{Link, Shared, Signs};
use crate::remote::{Batch, News, Note};

/// How long Redis may take for what it is told at once.
const TELL_MAX: Duration = Duration::from_secs(1);
/// How long a sign of life is kept.
const SEEN_FOR: Duration = Duration::from_hours(24);

/// Tells all that waits.
pub(super) async fn tell(shared: &Shared, finder: &Finder, link: &Link) -> Result<(), Away> {
    loop {
        let batch = shared.remote.outbox.next();
        if batch.is_empty() {
            return Ok(());
        }
        let told = timeout(TELL_MAX, send(shared, finder, link, &batch)).await;
        if let Err(away) = told.map_err(|_| Away::Slow).flatten() {
            shared.remote.outbox.put_back(batch);
            return Err(away);
        }
    }
}

async fn send(shared: &Shared, finder: &Finder, link: &Link, batch: &Batch) -> Result<(), Away> {
    let publish = if finder.is_cluster() {
        "SPUBLISH"
    } else {
        "PUBLISH"
    };
    let mut commands = pipe();
    for News { topic, version } in &batch.news {
        let message = format!("{version} {topic}");
        commands
            .cmd(publish)
            .arg(shared.names.channel())
            .arg(message);
    }
    for Note { topic, seat, at_ms } in &batch.notes {
        let key = shared.names.last_seen(topic);
        // GT: what another instance saw later stays.
        commands
            .cmd("ZADD")
            .arg(&key)
            .arg("GT")
            .arg(*at_ms)
            .arg(*seat);
        commands.cmd("EXPIRE").arg(&key).arg(SEEN_FOR.as_secs());
    }
    let mut multiplexed = link.connection.multiplexed.clone();
    let answers: Vec<RedisResult<Value>> = commands
        .ignore_errors()
        .query_async(&mut multiplexed)
        .await?;
    for error in answers.into_iter().filter_map(Result::err) {
        if is_misplaced(&error) {
            return Err(error.into());
        }
        // Such as a full memory or a missing permission. It would be said of each, so it is said once.
        if !link.signs.complained.swap(true, Ordering::Relaxed) {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "Redis does not take all it is told");
        }
    }
    Ok(())
}

/// Whether an error says that this server does not, or no more, have what is ours.
pub(super) fn is_misplaced(error: &RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, Moved, ReadOnly};
    matches!(
        error.kind(),
        ErrorKind::Server(Moved | ReadOnly | ClusterDown | MasterDown | BusyLoading)
    )
}

/// Passes on what others announce.
pub(super) fn listener(shared: &Arc<Shared>, signs: &Arc<Signs>) -> Heard {
    // Weak, because what is shared holds the connection that holds this.
    let (shared, signs) = (Arc::downgrade(shared), Arc::clone(signs));
    Arc::new(move |push: PushInfo| {
        if matches!(push.kind, PushKind::Message | PushKind::SMessage) {
            if let (Some(shared), Some(news)) = (shared.upgrade(), read(&push.data)) {
                shared.remote.local.tell(&news.topic, news.version);
            }
        } else if ends(&push.kind) {
            signs.give_up();
        }
    })
}

/// Whether nothing that a connection brings may be believed any more. A cluster unsubscribes whoever listens at
/// a slot that moves away; the driver takes that for an answer, and each answer after it for one to the question
/// before.
fn ends(kind: &PushKind) -> bool {
    matches!(
        kind,
        PushKind::Disconnection | PushKind::Unsubscribe | PushKind::SUnsubscribe
    )
}

/// Reads an announcement: a version, a space, a topic.
fn read(data: &[Value]) -> Option<News> {
    let [_channel, Value::BulkString(message)] = data else {
        return None;
    };
    let (version, topic) = str::from_utf8(message).ok()?.split_once(' ')?;
    Some(News {
        topic: topic.to_owned(),
        version: version.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bus as _;
    use crate::redis::keys::Names;

    fn push(kind: PushKind, message: &[u8]) -> PushInfo {
        let words = [&b"{a}:news"[..], message];
        PushInfo {
            kind,
            data: words.map(|word| Value::BulkString(word.to_vec())).into(),
        }
    }

    #[test]
    fn what_is_no_announcement_is_not_heard() {
        let shared = Arc::new(Shared::new(Names::of("a").unwrap()));
        let heard = listener(&shared, &Arc::default());
        let watcher = shared.remote.local.subscribe("b");
        for message in [&b""[..], b"7", b"b 7", b"-1 b", b"7 \xff", b"7 c"] {
            heard(push(PushKind::Message, message));
        }
        assert_eq!(*watcher.borrow(), 0);
        heard(push(PushKind::SMessage, b"7 b"));
        assert_eq!(*watcher.borrow(), 7);
    }

    #[test]
    fn a_connection_that_is_unsubscribed_unasked_is_believed_no_more() {
        let shared = Arc::new(Shared::new(Names::of("a").unwrap()));
        for kind in [PushKind::SUnsubscribe, PushKind::Disconnection] {
            let signs = Arc::default();
            let heard = listener(&shared, &signs);
            heard(push(PushKind::SSubscribe, b"1"));
            assert!(!signs.over.load(Ordering::Relaxed));
            heard(push(kind, b"0"));
            assert!(signs.over.load(Ordering::Relaxed));
        }
    }
}
