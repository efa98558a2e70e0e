//! The cache that instances share.

use std::time::Duration;

use bus::{Bus as _, CACHE_VALUE_BYTES_MAX};

use crate::common::{PATIENCE, connect, group, shared, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_one_instance_puts_another_gets_byte_for_byte() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(CACHE_VALUE_BYTES_MAX).collect();
    until(async || {
        one.cache_put("a", &bytes, PATIENCE).await;
        other.cache_get("a").await.as_deref() == Some(&bytes[..])
    })
    .await;
    assert_eq!(other.state().hits, 1);
    assert_eq!(other.cache_get("b").await, None);
    assert!(other.state().misses >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_expires_in_time() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.cache_put("a", b"bytes", Duration::from_millis(300))
        .await;
    until(async || bus.cache_get("a").await.is_none()).await;
    bus.cache_put("b", b"bytes", Duration::ZERO).await;
    assert_eq!(bus.cache_get("b").await, None);
}
