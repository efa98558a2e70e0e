//! Failover: the master ends and a replica takes its place.

#![expect(clippy::print_stdout, reason = "how long it takes is told")]

use bus::Bus;
use servers::RedisSentinels;
use tokio::time::{Instant, timeout};

use crate::common::{
    PATIENCE, connect, disconnected, group, receive_each_other, start, works_by_itself,
};

#[tokio::test(flavor = "multi_thread")]
async fn instances_receive_each_other_again_after_a_failover() {
    let (servers, group) = (RedisSentinels::start().await, group());
    let one = connect(&servers.url(), &group).await;
    let other = connect(&servers.url(), &group).await;
    receive_each_other(&one, &other).await;

    let one = Bus::from(one);
    servers.stop_master();
    let begun = Instant::now();
    disconnected(one.pubsub.as_ref()).await;
    works_by_itself(&one, 1).await;
    timeout(PATIENCE, receive_each_other(one.pubsub.as_ref(), &other))
        .await
        .unwrap();
    println!(
        "received again {:?} after the master's end",
        begun.elapsed()
    );
    assert!(servers.replica_leads());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_the_sentinels_do_not_know_is_named_as_the_cause() {
    let servers = RedisSentinels::start().await;
    let bus = start(&servers.url().replace("/codex", "/another"), &group());
    assert_eq!(
        disconnected(&bus).await,
        "the sentinels know no master of this name"
    );
}
