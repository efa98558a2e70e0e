//! Three instances behind an nginx: any of them serves any seat, and the version decides.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

mod together;

mod deadlines;

mod faults;
mod rolling;

mod limits;

mod crowd;
mod keeping;
mod site;
mod wire;
