//! What happens when the server ends or hangs: nothing a player notices, and then all is as before.

use bus::Bus as _;
use servers::Redis;
use tokio::time::timeout;

use crate::common::{PATIENCE, away, connect, goes_on_by_itself, group, hear_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other_again_after_the_server_was_killed() {
    let (server, group) = (Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    hear_each_other(&one, &other).await;

    server.stop();
    goes_on_by_itself(&one, 1).await;
    away(&one).await;
    away(&other).await;
    goes_on_by_itself(&one, 2).await;
    goes_on_by_itself(&other, 3).await;

    server.start().await;
    hear_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other_again_after_the_server_hung() {
    let (server, group) = (Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    hear_each_other(&one, &other).await;

    server.pause();
    goes_on_by_itself(&one, 1).await;
    away(&one).await;
    away(&other).await;
    goes_on_by_itself(&one, 2).await;
    goes_on_by_itself(&other, 3).await;

    server.resume();
    hear_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other_again_after_their_connections_were_cut() {
    let (server, group) = (Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    hear_each_other(&one, &other).await;
    server.ask(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    hear_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_watcher_looks_again_after_a_gap() {
    let (server, group) = (Redis::plain().await, group());
    let bus = connect(&server.url(), &group).await;
    let mut watcher = bus.subscribe("a");
    bus.publish("a", 3).await;
    watcher.mark_unchanged();
    server.stop();
    away(&bus).await;
    assert!(!watcher.has_changed().unwrap());
    server.start().await;
    timeout(PATIENCE, watcher.changed()).await.unwrap().unwrap();
    assert_eq!(
        *watcher.borrow(),
        3,
        "and hears no other version than is true"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_announcements_than_may_wait_are_dropped_and_counted() {
    let bus = start("redis://127.0.0.1:1", &group());
    for version in 1..=1_034 {
        bus.publish("a", version).await;
    }
    assert_eq!(bus.state().dropped, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_no_memory_left_still_passes_announcements_on() {
    let (server, group) = (Redis::plain().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    server.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    one.record_presence("a", 1, 1).await;
    one.cache_put("a", b"bytes", PATIENCE).await;
    assert_eq!(one.cache_get("a").await, None);
    hear_each_other(&one, &other).await;
}
