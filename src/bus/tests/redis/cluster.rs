//! A cluster, of which each instance was given another server.

use std::collections::BTreeMap;
use std::time::Duration;

use bus::{Presence as _, SharedCache as _, TokenBucket as _, TokenDecision};
use servers::RedisCluster;

use crate::common::{PATIENCE, connect, group, receive_each_other, until};

#[tokio::test(flavor = "multi_thread")]
async fn instances_receive_each_other_whichever_server_they_were_given() {
    let (cluster, group) = (RedisCluster::start().await, group());
    let mut buses = Vec::new();
    for server in 0..3 {
        buses.push(connect(&cluster.url(server), &group).await);
    }
    let [one, two, three] = &buses[..] else {
        unreachable!("there are three");
    };
    receive_each_other(one, two).await;
    receive_each_other(two, three).await;

    one.record("a", 1, 10_000).await;
    until(async || three.last_seen("a").await == BTreeMap::from([(1, 10_000)])).await;
    let per = Duration::from_hours(1);
    until(async || one.take("a", 1, per).await != TokenDecision::Unknown).await;
    until(async || matches!(two.take("a", 1, per).await, TokenDecision::Refused { .. })).await;
    until(async || {
        one.put("a", b"bytes", PATIENCE).await;
        three.get("a").await.as_deref() == Some(&b"bytes"[..])
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_follow_their_slot_to_another_server() {
    let (cluster, group) = (RedisCluster::start().await, group());
    let one = connect(&cluster.url(0), &group).await;
    let other = connect(&cluster.url(1), &group).await;
    until(async || {
        one.put("a", b"bytes", Duration::from_hours(1)).await;
        one.get("a").await.is_some()
    })
    .await;
    receive_each_other(&one, &other).await;

    let key = format!("{{{}}}:news", group.prefix);
    let next = (cluster.owner(&key) + 1) % 3;
    cluster.move_slot(&key, next).await;
    assert_eq!(cluster.owner(&key), next);
    receive_each_other(&one, &other).await;
    until(async || other.get("a").await.as_deref() == Some(&b"bytes"[..])).await;
}
