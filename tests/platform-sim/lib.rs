//! How providers treat a process, and what must be true of it there.
//!
//! A [`Contract`] tells how one provider treats a process: what it sets, how long it waits and when it kills, what
//! becomes of disks, how one release follows another, and what stands in front. A [`Simulator`] does the same to a
//! real binary, with a [`Front`] of its own in the provider's place. [`claims`] are what must be true on all of
//! them, and [`suite!`] makes a test of each. What is written here of a provider is what its documents say; the
//! provider itself is in no test.
#![allow(
    clippy::missing_panics_doc,
    reason = "a failed step fails the test that took it"
)]
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod terms;

mod providers;

mod stores;

mod simulator;

mod proxy;

mod agent;

pub mod claims;

mod grown;

pub use agent::TASK;
pub use proxy::{Curtain, Front, Passed};
pub use providers::{cloudrun, ecs, heroku, host};
pub use simulator::{Left, Life, Simulator};
pub use stores::{Keeping, Store};
pub use terms::{Contract, Disk, Headers, Rollout, Router, Routes};

/// Makes a test of every claim that is true of all platforms, or of those that are named. Each has processes of its
/// own. The first function opens the store of claims that are about what is kept, the second that of the others; the
/// last says how the provider treats a process on it.
#[macro_export]
macro_rules! suite {
    ($store:path, $light:path, $contract:path) => {
        $crate::suite!($store, $contract:
            a_story_outlives_two_deploys_and_a_crash,
        );
        $crate::suite!($light, $contract:
            who_asks_and_how_is_what_the_front_says,
        );
    };
    ($store:path, $contract:path: $($claim:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                $crate::claims::$claim($contract($store().await)).await;
            }
        )+
    };
}
