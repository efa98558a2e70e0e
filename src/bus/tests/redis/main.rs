//! The adapter for Redis at real servers: one, one behind sentinels, and a cluster.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod adapter;
mod cache;
mod cluster;
mod common;
mod contract;
mod sentinels;
mod tls;
mod token_buckets;
