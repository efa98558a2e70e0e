//! What the adapter promises beyond the contracts of its ports: errors for operators, expiry, and a full Redis.

use std::time::Duration;

use bus::redis::RedisBus;
use bus::{LinkFailure, LinkState, Presence as _, PubSub as _, SharedCache as _};
use servers::{Redis, RedisCluster};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_is_told_from_one_that_is_away_with_what_to_correct() {
    let (server, lone) = (shared().await, Redis::lone_node().await);
    let secret = server.url();
    let bare = format!("redis://127.0.0.1:{}", server.port());
    let lone_cluster = lone.url().replace("redis://", "redis+cluster://");
    for (url, port, says) in [
        (
            secret.replace("a-secret", "wrong"),
            server.port(),
            "does not accept the user and password",
        ),
        (bare, server.port(), "does not accept the user and password"),
        (
            format!("{secret}/255"),
            server.port(),
            "has no database of this number",
        ),
        (
            lone.url(),
            lone.port(),
            "is a node of a cluster without a place for our keys",
        ),
        (
            lone_cluster,
            lone.port(),
            "is a node of a cluster without a place for our keys",
        ),
    ] {
        let bus = start(&url, &group());
        let cause = refused(&bus).await;
        let named = format!("127.0.0.1:{port} {says}");
        assert!(cause.starts_with(&named), "{named}: {cause}");
    }
    let away = start(NOWHERE, &group());
    disconnected(&away).await;
    let link = away.link();
    assert!(
        matches!(
            link,
            LinkState::Disconnected {
                failure: LinkFailure::Unreachable,
                ..
            }
        ),
        "{link:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_a_cluster_that_is_named_like_a_single_server_is_refused_unless_it_has_our_keys()
{
    let (cluster, group) = (RedisCluster::start().await, group());
    let owner = cluster.owner(&format!("{{{}}}:news", group.prefix));
    for node in 0..3 {
        let url = cluster.url(node).replace("redis+cluster://", "redis://");
        if node == owner {
            connect(&url, &group).await;
        } else {
            let cause = refused(&start(&url, &group)).await;
            assert!(
                cause.contains("write redis+cluster:// in place of redis://"),
                "{cause}"
            );
        }
    }
}

/// Waits until a server has refused the adapter, and returns the cause.
async fn refused(bus: &RedisBus) -> String {
    disconnected(bus).await;
    let link = bus.link();
    let LinkState::Disconnected { cause, failure, .. } = &link else {
        panic!("{link:?}");
    };
    assert_eq!(*failure, LinkFailure::Refused, "{cause}");
    cause.clone()
}
