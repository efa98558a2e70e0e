//! The service over a journal in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clock_ahead;
mod common;
mod counting;
mod edition_one;
mod edition_two;
mod erasures;
mod feeds;
mod going_on;
mod newer;
mod occupancy;
mod on_demand;
mod operating;
mod proof;
mod seats;
mod shared_cache;
mod tables;
mod time;
mod verify;
