//! The cache that instances share.

use std::time::Duration;

use bus::{CACHE_VALUE_BYTES_MAX, SharedCache as _};

use crate::common::{PATIENCE, connect, group, shared, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_one_instance_puts_another_gets_byte_for_byte() {
    let (server, group) = (shared().await, group());
    let one = connect(&server.url(), &group).await;
    let other = connect(&server.url(), &group).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(CACHE_VALUE_BYTES_MAX).collect();
    until(async || {
        one.put("a", &bytes, PATIENCE).await;
        other.get("a").await.as_deref() == Some(&bytes[..])
    })
    .await;
    assert_eq!(other.counts().hits, 1);
    assert_eq!(other.get("b").await, None);
    assert!(other.counts().misses >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_expires_in_time() {
    let (server, group) = (shared().await, group());
    let bus = connect(&server.url(), &group).await;
    bus.put("a", b"bytes", Duration::from_millis(300)).await;
    until(async || bus.get("a").await.is_none()).await;
    bus.put("b", b"bytes", Duration::ZERO).await;
    assert_eq!(bus.get("b").await, None);
}
