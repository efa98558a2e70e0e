//! What must be true on AWS Lambda: environments that stand still between two invocations, are thrown away, and are killed.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod answers;
mod common;
mod keys;
mod leaks;
mod rounds;
mod sockets;
mod story;
mod watch;
