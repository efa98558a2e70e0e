//! What instances hear of each other through one server.

#![expect(clippy::print_stdout, reason = "how quick it is is told, not asserted")]

use std::collections::BTreeMap;

use bus::{Bus as _, TokenDecision};
use servers::Postgres;
use tokio::time::{Instant, timeout};

use crate::common::{PATIENCE, away, connect, connections, group, hear_each_other, until};

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other() {
    let group = group(Postgres::shared().await);
    let (one, other) = (connect(&group).await, connect(&group).await);
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
async fn a_thousand_tables_that_move_on_at_once_are_all_heard_of() {
    let group = group(Postgres::shared().await);
    let (one, other) = (connect(&group).await, connect(&group).await);
    hear_each_other(&one, &other).await;
    let topics: Vec<String> = (0..1_000).map(|number| format!("table-{number}")).collect();
    let watchers: Vec<_> = topics.iter().map(|topic| other.subscribe(topic)).collect();
    let begun = Instant::now();
    for topic in &topics {
        one.publish(topic, 1).await;
    }
    for mut watcher in watchers {
        let heard = watcher.wait_for(|heard| *heard == 1);
        timeout(PATIENCE, heard).await.unwrap().unwrap();
    }
    println!("a thousand heard after {:?}", begun.elapsed());
    assert_eq!(one.state().dropped, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_do_not_hear_each_other() {
    let server = Postgres::shared().await;
    let (first, second) = (group(server), group(server));
    let (one, friend) = (connect(&first).await, connect(&first).await);
    let stranger = connect(&second).await;
    let (heard, unheard) = (friend.subscribe("a"), stranger.subscribe("a"));
    one.record_presence("a", 1, 1).await;
    one.publish("a", 1).await;
    until(async || *heard.borrow() == 1).await;
    until(async || friend.last_seen("a").await == BTreeMap::from([(1, 1)])).await;
    assert_eq!(*unheard.borrow(), 0);
    assert!(stranger.last_seen("a").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seats_signs_of_life_are_told_every_five_seconds_at_most() {
    let group = group(Postgres::shared().await);
    let (one, other) = (connect(&group).await, connect(&group).await);
    one.record_presence("a", 1, 10_000).await;
    until(async || other.last_seen("a").await.contains_key(&1)).await;
    one.record_presence("a", 1, 14_999).await;
    one.record_presence("b", 1, 14_999).await;
    until(async || other.last_seen("b").await.contains_key(&1)).await;
    assert_eq!(other.last_seen("a").await, BTreeMap::from([(1, 10_000)]));
    assert_eq!(one.last_seen("a").await, BTreeMap::from([(1, 14_999)]));
    one.record_presence("a", 1, 15_000).await;
    until(async || other.last_seen("a").await == BTreeMap::from([(1, 15_000)])).await;
    // Who starts later learns of a seat with its next sign.
    let third = connect(&group).await;
    assert!(third.last_seen("a").await.is_empty());
    one.record_presence("a", 1, 20_000).await;
    until(async || third.last_seen("a").await == BTreeMap::from([(1, 20_000)])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_costs_its_server_one_connection() {
    let server = Postgres::shared().await;
    let group = group(server);
    let bus = connect(&group).await;
    bus.publish("a", 1).await;
    until(async || connections(server, &group).await == "1").await;
    drop(bus);
    until(async || connections(server, &group).await == "0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_last_is_heard_though_its_bus_is_closed() {
    let server = Postgres::shared().await;
    let group = group(server);
    let (one, other) = (connect(&group).await, connect(&group).await);
    let mut watcher = other.subscribe("a");
    for version in 1..=1_000 {
        one.publish("a", version).await;
    }
    one.close().await;
    let heard = watcher.wait_for(|heard| *heard == 1_000);
    timeout(PATIENCE, heard).await.unwrap().unwrap();
    assert_eq!(away(&one).await, "it is closed");
    until(async || connections(server, &group).await == "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_memories_are_not_shared() {
    let bus = connect(&group(Postgres::shared().await)).await;
    assert_eq!(
        bus.take_token("a", 1, PATIENCE).await,
        TokenDecision::Unknown
    );
    assert!(!bus.has_cache());
    bus.cache_put("a", b"bytes", PATIENCE).await;
    assert_eq!(bus.cache_get("a").await, None);
}
