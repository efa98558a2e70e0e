//! What operators see: metrics that a real Prometheus takes, alerts, the dashboard, and the log of a running server.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

mod questions;

mod live;
mod logs;
mod rules;
