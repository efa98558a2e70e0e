//! The adapter for `PostgreSQL` at a real server, and behind a pooler.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod adapter;
mod common;
mod contract;
mod pooler;
mod refusals;
