//! What the adapter promises beyond the contracts of its ports: what is written when, what becomes of it, and outages.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bus::{Bus, LinkFailure, LinkState, Presence as _, PubSub as _};
use dynamo::DynamoTable;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::common::{at, bus, new_table, now_ms, nowhere};

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_is_seen_by_all_instances_at_its_latest_moment() {
    let table = new_table().await;
    let (one, other, third) = (bus(&table), bus(&table), bus(&table));
    one.record("a", 1, 70_000).await;
    other.record("a", 1, 60_000).await;
    other.record("a", 2, 60_000).await;
    let both = BTreeMap::from([(1, 70_000), (2, 60_000)]);
    assert_eq!(third.last_seen("a").await, both);
    let seen = third.last_seen_of(&["b", "a", "a"]).await;
    assert_eq!(seen, [BTreeMap::new(), both.clone(), both]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_a_clock_ahead_told_does_not_hold_good() {
    let table = new_table().await;
    let now = now_ms();
    bus(&table).record("a", 1, now + 31_536_000_000).await;
    bus(&table).record("a", 1, now).await;
    assert_eq!(bus(&table).last_seen("a").await, BTreeMap::from([(1, now)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seats_presence_is_written_every_ten_seconds_at_most() {
    let table = new_table().await;
    let (one, other) = (bus(&table), bus(&table));
    one.record("a", 1, 10_000).await;
    one.record("a", 1, 19_999).await;
    assert_eq!(other.last_seen("a").await, BTreeMap::from([(1, 10_000)]));
    let here = BTreeMap::from([(1, 19_999)]);
    assert_eq!(
        one.last_seen("a").await,
        here,
        "it knows what it has not written"
    );
    one.record("a", 1, 20_000).await;
    assert_eq!(other.last_seen("a").await, BTreeMap::from([(1, 20_000)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_presence_at_more_tables_than_one_request_names_is_found() {
    let table = new_table().await;
    let (one, other) = (bus(&table), bus(&table));
    let topics: Vec<String> = (0..230).map(|number| format!("table-{number}")).collect();
    for topic in topics.iter().step_by(100) {
        one.record(topic, 3, 7_000).await;
    }
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    let seen = other.last_seen_of(&names).await;
    assert_eq!(seen.len(), names.len());
    for (number, seen) in seen.iter().enumerate() {
        assert_eq!(
            seen.contains_key(&3),
            number % 100 == 0,
            "{number}: {seen:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_expires_after_a_day() {
    let table = new_table().await;
    bus(&table).record("a", 1, 1).await;
    let item = item(&table, "P#a", "SEEN").await;
    let expires: u64 = item["expires"].as_n().unwrap().parse().unwrap();
    let left = expires - now_ms() / 1_000;
    assert!((86_000..=86_400).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_costs_one_caller_a_wait_and_nobody_what_this_process_knows() {
    // It accepts and answers nothing, as a server does that hangs.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let bus = bus(&at(&new_table().await, &endpoint));
    let begun = Instant::now();
    bus.record("a", 1, 7).await;
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    let begun = Instant::now();
    assert_eq!(bus.last_seen("a").await, BTreeMap::from([(1, 7)]));
    assert!(begun.elapsed() < Duration::from_millis(200), "nobody asks");
    let LinkState::Disconnected { cause, failure, .. } = bus.link() else {
        panic!("{:?}", bus.link());
    };
    assert_eq!(
        (cause.as_str(), failure),
        ("there is no answer in time", LinkFailure::Unreachable)
    );
    bus::conformance::works_by_itself(&Bus::from(bus), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_missing_is_told_from_one_that_is_away() {
    let table = new_table().await;
    let mut missing = table.clone();
    missing.name = "no-such-table".to_owned();
    for (table, expected) in [
        (missing, LinkFailure::Refused),
        (nowhere(&table), LinkFailure::Unreachable),
    ] {
        let bus = bus(&table);
        bus.record("a", 1, 7).await;
        let link = bus.link();
        assert!(
            matches!(link, LinkState::Disconnected { failure, .. } if failure == expected),
            "{link:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_is_closed_asks_nothing_more() {
    let table = new_table().await;
    let bus = bus(&table);
    bus.close().await;
    bus.record("a", 1, 7).await;
    assert_eq!(bus.last_seen("a").await, BTreeMap::from([(1, 7)]));
    assert!(crate::common::bus(&table).last_seen("a").await.is_empty());
}

/// An item of the table.
async fn item(
    table: &DynamoTable,
    partition: &str,
    sort: &str,
) -> std::collections::HashMap<String, AttributeValue> {
    let request = table.client.get_item().table_name(&table.name);
    let found = request
        .key("pk", AttributeValue::S(partition.to_owned()))
        .key("sk", AttributeValue::S(sort.to_owned()))
        .send()
        .await;
    found.unwrap().item.unwrap()
}
