//! The service over a journal in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
mod games;
mod remembering;
mod seats;
mod time;
mod verify;
