//! A journal in `PostgreSQL` keeps the contract, whatever happens to the server and beside it.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod contract;
mod encryption;
mod in_use;
mod line;
mod live_count;
mod lost;
mod place;
mod refusals;
mod restarts;
mod rivals;
mod transfer;
