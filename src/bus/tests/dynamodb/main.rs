//! The adapter for `DynamoDB` at a server that speaks its protocol.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod adapter;
mod common;
mod contract;
mod token_buckets;
