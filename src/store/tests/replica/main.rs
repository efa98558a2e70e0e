//! What a journal keeps in a bucket, whatever happens to its disk, to the bucket and beside it.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

mod contract;
mod erasures;
mod faults;
mod place;
mod rivals;
mod snapshots;
mod starts;
