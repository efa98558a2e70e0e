//! What the adapter promises beyond the contracts of its ports: errors for operators, expiry, and a full Redis.

use std::time::Duration;

use bus::{LinkState, Presence as _, PubSub as _, SharedCache as _};
use servers::Redis;

use crate::common::{
    NOWHERE, PATIENCE, connect, disconnected, group, receive_each_other, shared, start, until,
};

#[tokio::test(flavor = "multi_thread")]
async fn presence_expires_after_a_day() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.record("a", 1, 1).await;
    let key = format!("{{{}}}:seen:a", group.prefix);
    until(async || {
        let left: i64 = server.ask(&["TTL", &key]).parse().unwrap();
        (86_000..=86_400).contains(&left)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_no_memory_left_still_delivers_announcements() {
    let (server, group) = (Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    server.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    one.record("a", 1, 1).await;
    one.put("a", b"bytes", PATIENCE).await;
    assert_eq!(one.get("a").await, None);
    receive_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_nowhere_shown() {
    let server = shared().await;
    let wrong = server.url().replace("a-secret", "a-wrong-secret");
    let refused = start(&wrong, &group());
    let cause = disconnected(&refused).await;
    assert!(
        cause.contains("WRONGPASS") || cause.contains("uthentication"),
        "{cause}"
    );
    let accepted = connect(&server.url(), &group()).await;
    for shown in [
        cause,
        format!("{refused:?}"),
        format!("{:?}", refused.link()),
        format!("{accepted:?}"),
    ] {
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_reported_with_its_cause_and_duration() {
    let bus = start(NOWHERE, &group());
    let cause = disconnected(&bus).await;
    assert!(
        cause.starts_with("127.0.0.1:1 cannot be reached: "),
        "{cause}"
    );
    let long = Duration::from_millis(300);
    until(
        async || matches!(bus.link(), LinkState::Disconnected { duration, .. } if duration > long),
    )
    .await;
}
