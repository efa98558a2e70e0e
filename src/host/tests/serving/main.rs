//! The accept loop, its limits and its end, over real sockets.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod door;
mod drain;
mod limits;

mod server;
