//! What instances hear of each other through one server.

#![expect(clippy::print_stdout, reason = "how quick it is is told, not asserted")]

use std::collections::BTreeMap;
use std::time::Duration;

use bus::{Bus as _, LinkState};
use tokio::time::{Instant, timeout};

use crate::common::{PATIENCE, away, connect, group, hear_each_other, shared, start, until};

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    hear_each_other(&one, &other).await;

    let mut watcher = other.subscribe("a");
    let mut took = Vec::new();
    for version in 1..=500 {
        let begun = Instant::now();
        one.publish("a", version).await;
        let heard = watcher.wait_for(|heard| *heard == version);
        timeout(PATIENCE, heard).await.unwrap().unwrap();
        took.push(begun.elapsed());
    }
    took.sort();
    println!("heard after: p50 {:?}, p99 {:?}", took[250], took[495]);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_do_not_hear_each_other() {
    let (server, first, second) = (shared().await, group(), group());
    let one = connect(&server.url(), &first).await;
    let friend = connect(&server.url(), &first).await;
    let stranger = connect(&server.url(), &second).await;
    let (heard, unheard) = (friend.subscribe("a"), stranger.subscribe("a"));
    one.record_presence("a", 1, 1).await;
    one.publish("a", 1).await;
    until(async || *heard.borrow() == 1).await;
    until(async || friend.last_seen("a").await == BTreeMap::from([(1, 1)])).await;
    assert_eq!(*unheard.borrow(), 0);
    assert!(stranger.last_seen("a").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_seen_by_one_instance_is_seen_by_all_at_its_latest_moment() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    let third = connect(&server.url(), &group).await;
    one.record_presence("a", 1, 70_000).await;
    until(async || third.last_seen("a").await == BTreeMap::from([(1, 70_000)])).await;
    // Told in this order: when the second is there, the first was.
    other.record_presence("a", 1, 60_000).await;
    other.record_presence("a", 2, 60_000).await;
    let both = BTreeMap::from([(1, 70_000), (2, 60_000)]);
    until(async || third.last_seen("a").await.len() == 2).await;
    until(async || third.last_seen("a").await == both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seats_signs_of_life_are_told_every_five_seconds_at_most() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    one.record_presence("a", 1, 10_000).await;
    until(async || other.last_seen("a").await.contains_key(&1)).await;
    one.record_presence("a", 1, 14_999).await;
    one.record_presence("b", 1, 14_999).await;
    until(async || other.last_seen("b").await.contains_key(&1)).await;
    until(async || other.last_seen("a").await == BTreeMap::from([(1, 10_000)])).await;
    assert_eq!(one.last_seen("a").await, BTreeMap::from([(1, 14_999)]));
    one.record_presence("a", 1, 15_000).await;
    until(async || other.last_seen("a").await == BTreeMap::from([(1, 15_000)])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_of_life_are_forgotten_after_a_day() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.record_presence("a", 1, 1).await;
    let key = format!("{{{}}}:seen:a", group.prefix);
    until(async || {
        let left: i64 = server.ask(&["TTL", &key]).parse().unwrap();
        (86_000..=86_400).contains(&left)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_costs_its_server_one_connection() {
    let (server, group) = (servers::Redis::plain().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.publish("a", 1).await;
    bus.last_seen("a").await;
    // One of them is the one that asks.
    until(async || server.ask(&["CLIENT", "LIST"]).lines().count() == 2).await;
    drop(bus);
    until(async || server.ask(&["CLIENT", "LIST"]).lines().count() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_last_is_heard_though_its_bus_is_closed() {
    let (server, group) = (servers::Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    hear_each_other(&one, &other).await;
    let mut watcher = other.subscribe("a");
    for version in 1..=1_000 {
        one.publish("a", version).await;
    }
    one.close().await;
    let heard = watcher.wait_for(|heard| *heard == 1_000);
    timeout(PATIENCE, heard).await.unwrap().unwrap();
    assert_eq!(away(&one).await, "it is closed");
    // The other's, and the one that asks.
    until(async || server.ask(&["CLIENT", "LIST"]).lines().count() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_nowhere_shown() {
    let server = shared().await;
    let wrong = server.url().replace("a-secret", "a-wrong-secret");
    let refused = start(&wrong, &group());
    let why = away(&refused).await;
    assert!(
        why.contains("WRONGPASS") || why.contains("uthentication"),
        "{why}"
    );
    let let_in = connect(&server.url(), &group()).await;
    for shown in [
        why,
        format!("{refused:?}"),
        format!("{:?}", refused.state()),
        format!("{let_in:?}"),
    ] {
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_with_its_cause_and_length() {
    let bus = start("redis://127.0.0.1:1", &group());
    let why = away(&bus).await;
    assert!(why.starts_with("127.0.0.1:1 cannot be reached: "), "{why}");
    until(async || {
        matches!(bus.state().link, LinkState::Disconnected { duration, .. } if duration > Duration::from_millis(300))
    })
    .await;
}
