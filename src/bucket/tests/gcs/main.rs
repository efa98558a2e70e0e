//! The adapter for Google Cloud Storage at a stand-in: its requests, and what it makes of the answers.
//!
//! The contract runs there, too. See `servers::Gcs` for what that proves.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod conditions;
mod errors;
mod lists;
mod stand_in;
mod timeouts;

mod contract {
    use bucket::conformance::Subject;

    use crate::stand_in::StandIn;

    async fn stand_in() -> (Subject, StandIn) {
        let stand_in = StandIn::start().await;
        (stand_in.bucket("codex/"), stand_in)
    }

    bucket::conformance!(stand_in);
}
