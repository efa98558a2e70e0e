//! What instances hear of each other through real Redis servers, whatever happens to these.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod cluster;
mod common;
mod contract;
mod limits;
#[path = "../meeting/mod.rs"]
mod meeting;
mod outages;
mod plain;
mod remembering;
mod sentinels;
mod tls;
