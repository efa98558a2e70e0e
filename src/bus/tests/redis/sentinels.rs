//! What instances hear of each other when the server that leads ends and another takes its place.

#![expect(clippy::print_stdout, reason = "how long it takes is told")]

use servers::RedisSentinels;
use tokio::time::{Instant, timeout};

use crate::common::{PATIENCE, away, connect, goes_on_by_itself, group, hear_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn instances_hear_each_other_again_when_another_server_leads() {
    let (servers, group) = (RedisSentinels::start().await, group());
    let one = connect(&servers.url(), &group).await;
    let other = connect(&servers.url(), &group).await;
    hear_each_other(&one, &other).await;

    servers.stop_master();
    let begun = Instant::now();
    away(&one).await;
    goes_on_by_itself(&one, 1).await;
    timeout(PATIENCE, hear_each_other(&one, &other))
        .await
        .unwrap();
    println!("heard again {:?} after the master's end", begun.elapsed());
    assert!(servers.replica_leads());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_the_sentinels_do_not_know_is_named_as_the_cause() {
    let servers = RedisSentinels::start().await;
    let bus = start(&servers.url().replace("/codex", "/another"), &group());
    assert_eq!(
        away(&bus).await,
        "the sentinels know no master of this name"
    );
}
