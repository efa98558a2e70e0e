//! What the adapter for Google Cloud Storage asks of the service, and what it makes of the answers.
//!
//! The contract it keeps, too, against a stand-in; see there for what that proves.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod conditions;
mod lists;
mod refusals;
mod stand_in;
mod waiting;

mod contract {
    use bucket::conformance::Subject;

    use crate::stand_in::StandIn;

    async fn stand_in() -> (Subject, StandIn) {
        let stand_in = StandIn::start().await;
        (stand_in.bucket("codex/"), stand_in)
    }

    bucket::conformance!(stand_in);
}
