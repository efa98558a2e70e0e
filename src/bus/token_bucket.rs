//! The port for rate limits that all instances count together.

use std::time::Duration;

use async_trait::async_trait;

/// Token buckets by key, which all instances share.
#[async_trait]
pub trait TokenBucket: Send + Sync + 'static {
    /// Takes one token from the bucket `key`. It holds `capacity` tokens and refills evenly: an empty one is full
    /// after `per`.
    async fn take(&self, key: &str, capacity: u32, per: Duration) -> TokenDecision;

    /// Whether every request may take a token. Not where each take is billed: then the caller counts what is frequent
    /// by itself, and takes tokens for what is rare.
    fn suits_every_request(&self) -> bool {
        true
    }
}

/// What a token bucket decides about one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenDecision {
    /// A token was taken.
    Allowed,
    /// The bucket is empty.
    Refused {
        /// The time until the next token.
        retry_after: Duration,
    },
    /// The shared bucket cannot be reached now. The caller falls back on a limit of this instance.
    Unknown,
}
