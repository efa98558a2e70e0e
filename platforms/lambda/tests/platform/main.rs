//! What must be true on AWS Lambda: environments that stand still between two invocations, are thrown away, and are killed.

mod answers;
mod common;
mod keys;
mod leaks;
mod rounds;
mod sockets;
mod story;
mod watch;
