//! What the adapter promises beyond the contracts of its ports.

use std::collections::BTreeMap;

use bus::Presence as _;
use servers::Postgres;

use crate::common::{DATABASE, NOWHERE, at, connect, disconnected, start};

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_starts_later_learns_of_a_seat_with_its_next_update() {
    let server = Postgres::shared().await;
    let group = at(&server.url(DATABASE, "sslmode=disable"));
    let (one, other) = (connect(&group).await, connect(&group).await);
    one.record("a", 1, 10_000).await;
    bus::conformance::until(async || other.last_seen("a").await.contains_key(&1)).await;
    let later = connect(&group).await;
    assert!(later.last_seen("a").await.is_empty());
    one.record("a", 1, 15_000).await;
    let seen = BTreeMap::from([(1, 15_000)]);
    bus::conformance::until(async || later.last_seen("a").await == seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_reported_with_its_cause_and_without_the_password() {
    let bus = start(&at(NOWHERE));
    let cause = disconnected(&bus).await;
    assert!(
        cause.contains("127.0.0.1:1/none cannot be reached: "),
        "{cause}"
    );
    for shown in [cause, format!("{bus:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
