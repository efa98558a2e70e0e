//! What happens when the server ends or hangs: nothing a player notices, and then all is as before.

use bus::Bus as _;
use servers::Postgres;
use tokio::time::timeout;

use crate::common::{
    DATABASE, PATIENCE, at, away, connect, goes_on_by_itself, group, hear_each_other, start,
};

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other_again_after_the_server_fell() {
    let server = Postgres::new().await;
    let group = group(&server);
    let (one, other) = (connect(&group).await, connect(&group).await);
    hear_each_other(&one, &other).await;

    server.stop().await;
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
    let server = Postgres::new().await;
    let group = group(&server);
    let (one, other) = (connect(&group).await, connect(&group).await);
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
async fn instances_hear_each_other_again_after_their_connections_were_ended() {
    let server = Postgres::shared().await;
    let group = group(server);
    let (one, other) = (connect(&group).await, connect(&group).await);
    hear_each_other(&one, &other).await;
    let mut watcher = one.subscribe("a");
    one.publish("a", 3).await;
    watcher.mark_unchanged();
    let end = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{}'",
        group.app_name
    );
    assert_eq!(server.run(DATABASE, &end).await, "2");
    timeout(PATIENCE, watcher.changed()).await.unwrap().unwrap();
    assert_eq!(
        *watcher.borrow(),
        3,
        "it looks again, and hears of no other version"
    );
    hear_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_while_the_server_is_away_is_told_when_it_is_back() {
    let server = Postgres::new().await;
    let group = group(&server);
    let (one, other) = (connect(&group).await, connect(&group).await);
    let mut watcher = other.subscribe("a");
    server.stop().await;
    away(&one).await;
    away(&other).await;
    one.publish("a", 7).await;
    server.start().await;
    // Whoever comes back later has missed it, and looks again.
    timeout(PATIENCE, watcher.changed()).await.unwrap().unwrap();
    hear_each_other(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_announcements_than_may_wait_are_dropped_and_counted() {
    let bus = start(&at("postgres://nobody@127.0.0.1:1/none"));
    for version in 1..=1_034 {
        bus.publish("a", version).await;
    }
    assert_eq!(bus.state().dropped, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_with_its_cause_and_without_the_password() {
    let bus = start(&at("postgres://nobody:s3cret@127.0.0.1:1/none"));
    let why = away(&bus).await;
    assert!(
        why.contains("127.0.0.1:1/none cannot be reached: "),
        "{why}"
    );
    for shown in [why, format!("{bus:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
