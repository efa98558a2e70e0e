//! Server processes, and bots that play on them over HTTP. Process-level tests and the benches use them.
#![allow(
    clippy::missing_panics_doc,
    reason = "a failed step fails the test that took it"
)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

pub mod server;

pub mod connection;

mod direct;

pub mod client;

pub mod streams;

pub mod events;

pub mod fleet;

mod seen;

pub mod bot;

pub mod journal;
