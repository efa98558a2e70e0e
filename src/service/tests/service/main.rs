//! The service over a journal in memory.

mod common;
mod games;
mod verify;
