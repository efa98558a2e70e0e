//! The accept loop, its limits and its end, over real sockets.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod bodies;
mod drain;
mod event_streams;
mod http_2;
mod limits;
mod startup_gate;

mod server;
