//! What instances remember for each other.

use std::time::Duration;

use bus::{Bus as _, REMEMBERED_MAX};

use crate::common::{PATIENCE, connect, group, shared, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_remembers_another_recalls_byte_for_byte() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(REMEMBERED_MAX).collect();
    until(async || {
        one.remember("a", &bytes, PATIENCE).await;
        other.recall("a").await.as_deref() == Some(&bytes[..])
    })
    .await;
    assert_eq!(other.state().hits, 1);
    assert_eq!(other.recall("b").await, None);
    assert!(other.state().misses >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_is_forgotten_in_time() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.remember("a", b"bytes", Duration::from_millis(300))
        .await;
    until(async || bus.recall("a").await.is_none()).await;
    bus.remember("b", b"bytes", Duration::ZERO).await;
    assert_eq!(bus.recall("b").await, None);
}
