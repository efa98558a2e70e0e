//! Servers as processes, and those who play on them: what process-level tests and the bench stand on.
#![allow(
    clippy::missing_panics_doc,
    reason = "a failed step fails the test that took it"
)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

pub mod server;

pub mod client;

pub mod streams;

pub mod fleet;

pub mod bot;

pub mod journal;
