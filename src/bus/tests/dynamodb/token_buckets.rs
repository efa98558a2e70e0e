//! Token buckets that instances share.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bus::dynamodb::DynamoBus;
use bus::{TokenBucket as _, TokenDecision};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::common::{bus, new_table, now_ms, nowhere, until};

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_racing_takers_at_two_instances_never_take_more_than_there_is() {
    let table = new_table().await;
    let instances = [(); 2].map(|()| Arc::new(bus(&table)));
    let (mut takers, hour) = (JoinSet::new(), Duration::from_hours(1));
    for number in 0..16 {
        let instance = Arc::clone(&instances[number % 2]);
        takers.spawn(async move {
            let mut allowed = 0;
            for _ in 0..10 {
                if instance.take("a", 40, hour).await == TokenDecision::Allowed {
                    allowed += 1;
                }
            }
            allowed
        });
    }
    let allowed: u32 = takers.join_all().await.into_iter().sum();
    assert!((1..=40).contains(&allowed), "{allowed}");
    // Answers that came too late may have been taken from it; whoever asks now gets what is left, and no more.
    let mut left = 0;
    until(async || match instances[0].take("a", 40, hour).await {
        TokenDecision::Allowed => {
            left += 1;
            false
        }
        TokenDecision::Refused { retry_after } => {
            assert!(retry_after <= hour / 40, "{retry_after:?}");
            true
        }
        TokenDecision::Unknown => false,
    })
    .await;
    assert!(allowed + left <= 40, "{allowed} and {left}");
    let other = instances[1].take("a", 40, hour).await;
    assert!(matches!(other, TokenDecision::Refused { .. }), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_come_back_evenly_and_other_buckets_have_their_own() {
    let bus = bus(&new_table().await);
    let per = Duration::from_millis(900);
    let begun = Instant::now();
    let mut taken = 0;
    while taken < 6 {
        match bus.take("a", 3, per).await {
            TokenDecision::Allowed => taken += 1,
            TokenDecision::Refused { retry_after } => {
                assert!(retry_after <= per, "{retry_after:?}");
                tokio::time::sleep(retry_after).await;
            }
            TokenDecision::Unknown => {}
        }
    }
    let waited = begun.elapsed();
    assert!(
        waited + Duration::from_millis(10) >= per,
        "three more take as long as a bucket: {waited:?}"
    );
    assert_eq!(bus.take("b", 3, per).await, TokenDecision::Allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_process_knows_to_be_empty_costs_no_request() {
    let table = new_table().await;
    let (there, hour) = (bus(&table), Duration::from_hours(1));
    until(async || {
        matches!(
            there.take("a", 1, hour).await,
            TokenDecision::Refused { .. }
        )
    })
    .await;
    let key = [
        ("pk", AttributeValue::S("B#a".to_owned())),
        ("sk", AttributeValue::S("TOKENS".to_owned())),
    ];
    let key = key.map(|(name, value)| (name.to_owned(), value));
    let delete = table.client.delete_item().table_name(&table.name);
    delete.set_key(Some(key.into())).send().await.unwrap();
    // The table would give one.
    assert!(matches!(
        there.take("a", 1, hour).await,
        TokenDecision::Refused { .. }
    ));
    assert_eq!(bus(&table).take("a", 1, hour).await, TokenDecision::Allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_a_clock_ahead_has_emptied_is_full_again() {
    let table = new_table().await;
    let (hour, year_ms) = (Duration::from_hours(1), || now_ms() + 31_536_000_000);
    let ahead = DynamoBus::new(table.clone(), year_ms);
    until(async || ahead.take("a", 1, hour).await == TokenDecision::Allowed).await;
    assert_eq!(bus(&table).take("a", 1, hour).await, TokenDecision::Allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_capacity_gives_nothing_and_without_a_table_the_decision_is_unknown() {
    let bus = bus(&nowhere(&new_table().await));
    let per = Duration::from_secs(1);
    assert_eq!(
        bus.take("a", 0, per).await,
        TokenDecision::Refused { retry_after: per }
    );
    assert_eq!(bus.take("a", 1, per).await, TokenDecision::Unknown);
    assert!(!bus.suits_every_request(), "each take is billed");
}
