//! What a replica keeps for the players: against real object stores, with whatever fails on the way.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

mod chaos;
mod losses;

mod overlap;

mod mishaps;
mod outages;

mod refusals;
mod starts;

mod proxy;
mod site;
