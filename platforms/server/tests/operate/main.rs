//! What an operator does with a journal: every subcommand, with the real binary.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

#[path = "../bad_start/disk.rs"]
mod disk;
#[cfg(feature = "dynamodb")]
#[path = "../common/table.rs"]
mod table;

mod steps;

mod backing_up;
mod in_place;
mod last_release;
mod restoring;

#[cfg(any(feature = "postgres", feature = "dynamodb"))]
mod carrying;
mod copying;
#[cfg(all(feature = "postgres", feature = "redis"))]
mod database;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod verifying;

mod desk;
mod doctor;
mod keys;
#[cfg(feature = "redis")]
mod production;
mod tending;

mod document;
