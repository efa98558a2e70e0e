//! What instances hear of each other through a real `PostgreSQL`, whatever happens to it.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod common;
mod contract;
#[path = "../meeting/mod.rs"]
mod meeting;
mod outages;
mod plain;
mod pooler;
mod refusals;
