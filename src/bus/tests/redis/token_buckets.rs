//! Token buckets that instances share.

use std::sync::Arc;
use std::time::Duration;

use bus::{TokenBucket as _, TokenDecision};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::common::{connect, group, shared, start, until};

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_racing_takers_at_two_instances_never_take_more_than_there_is() {
    let (server, group) = (shared().await, group());
    let one = Arc::new(connect(&server.url(), &group).await);
    let other = Arc::new(connect(&server.url(), &group).await);
    let mut takers = JoinSet::new();
    for taker in 0..16 {
        let bus = Arc::clone(if taker % 2 == 0 { &one } else { &other });
        takers.spawn(async move {
            let mut taken = Vec::new();
            for _ in 0..20 {
                taken.push(bus.take("a", 50, Duration::from_hours(10)).await);
            }
            taken
        });
    }
    let taken = takers.join_all().await.concat();
    let count =
        |fits: fn(&TokenDecision) -> bool| taken.iter().filter(|&taken| fits(taken)).count();
    let unknown = count(|taken| *taken == TokenDecision::Unknown);
    let allowed = count(|taken| *taken == TokenDecision::Allowed);
    assert!(allowed <= 50, "{allowed} were allowed");
    assert!(
        allowed + unknown >= 50,
        "{allowed} were allowed, {unknown} unknown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_fills_again_evenly() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    let (capacity, per) = (2, Duration::from_secs(2));
    let begun = Instant::now();
    let mut allowed = 0;
    while allowed < 4 {
        match bus.take("a", capacity, per).await {
            TokenDecision::Allowed => allowed += 1,
            TokenDecision::Refused { retry_after } => {
                assert!(retry_after <= per / capacity);
                tokio::time::sleep(retry_after).await;
            }
            TokenDecision::Unknown => {}
        }
    }
    assert!(
        begun.elapsed() >= per,
        "two more need as long as it takes to fill"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_bucket_is_not_stored() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    until(async || bus.take("a", 10, Duration::from_secs(1)).await == TokenDecision::Allowed).await;
    let key = format!("{{{}}}:tokens:a", group.prefix);
    until(async || server.ask(&["EXISTS", &key]) == "0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgot_the_script_loads_it_again() {
    let (server, group) = (servers::Redis::plain().await, group());
    let bus = connect(&server.url(), &group).await;
    let per = Duration::from_hours(1);
    until(async || bus.take("a", 1, per).await == TokenDecision::Allowed).await;
    server.ask(&["SCRIPT", "FLUSH"]);
    until(async || matches!(bus.take("a", 1, per).await, TokenDecision::Refused { .. })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_capacity_gives_nothing_and_without_redis_the_decision_is_unknown() {
    let bus = start(crate::common::NOWHERE, &group());
    let per = Duration::from_secs(1);
    assert_eq!(
        bus.take("a", 0, per).await,
        TokenDecision::Refused { retry_after: per }
    );
    assert_eq!(bus.take("a", 1, per).await, TokenDecision::Unknown);
}
