//! What a list holds.

use std::time::Duration;

use bucket::{Bucket, ListEntry, list_all};
use tokio::time::timeout;

use crate::stand_in::StandIn;

/// What a test waits at most for the end of a list.
const PATIENCE: Duration = Duration::from_secs(20);

async fn all(bucket: &dyn Bucket, prefix: &str) -> Vec<ListEntry> {
    let listed = timeout(PATIENCE, list_all(bucket, prefix)).await;
    listed.expect("the list ends").unwrap()
}

fn keys(listed: &[ListEntry]) -> Vec<&str> {
    listed.iter().map(|object| object.key.as_str()).collect()
}

#[tokio::test]
async fn a_list_is_in_the_order_of_bytes_whatever_the_names() {
    let stand_in = StandIn::start().await;
    for name in ["codex/a.b", "codex/a/b", "codex/a-b", "codex/b", "codex/ab"] {
        stand_in.plant(name);
    }
    let bucket = stand_in.bucket("codex/");
    let all = bucket.list("", None).await.unwrap();
    assert_eq!(keys(&all), ["a-b", "a.b", "a/b", "ab", "b"]);
    let part = bucket.list("a", Some("a.b")).await.unwrap();
    assert_eq!(keys(&part), ["a/b", "ab"]);
}

#[tokio::test]
async fn a_list_ends_at_its_own_prefix() {
    let stand_in = StandIn::start().await;
    for name in ["codex-2/a", "codex/a", "codex/b", "codey/a"] {
        stand_in.plant(name);
    }
    let bucket = stand_in.bucket("codex/");
    assert_eq!(keys(&bucket.list("", None).await.unwrap()), ["a", "b"]);
}

#[tokio::test]
async fn an_empty_page_before_the_end_is_not_the_end() {
    let stand_in = StandIn::start().await;
    for number in 0..50 {
        stand_in.plant(&format!("another/{number:02}"));
    }
    stand_in.plant("codex/a");
    stand_in.plant("codex/b");
    stand_in.look_at_a_time(7);
    let bucket = stand_in.bucket("codex/");
    let all = all(bucket.as_ref(), "").await;
    assert_eq!(keys(&all), ["a", "b"]);
}

#[tokio::test]
async fn a_folder_s_mark_does_not_hold_a_list_up() {
    let stand_in = StandIn::start().await;
    for name in ["codex/", "codex/n/", "codex/n/1", "codex/z/"] {
        stand_in.plant(name);
    }
    let bucket = stand_in.bucket("codex/");
    assert_eq!(keys(&all(bucket.as_ref(), "n/").await), ["n/1"]);
    let all = all(bucket.as_ref(), "").await;
    assert_eq!(keys(&all), ["n", "n/1", "z"]);
}
