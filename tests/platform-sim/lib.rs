//! A simulator of the platforms a process runs on, and what must be true of the process there.
//!
//! [`PlatformTerms`] say how one provider treats a process: the variables it sets, its termination grace period, what
//! becomes of disks, how one release follows another, and the reverse proxy in front. A [`Simulator`] does the same to
//! a real binary behind a [`ProviderProxy`]. [`claims`] are what must be true on every platform, and [`suite!`] makes a
//! test of each. The terms are those of the provider's documents; no test reaches a provider.
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

pub mod lambda;

mod secrets_api;

mod story;

pub mod claims;

mod grown;

pub use agent::TASK;
pub use providers::{cloudrun, ecs, heroku, host, shuttle};
pub use proxy::{CommandGate, ProviderProxy, ProxiedResponse};
pub use simulator::{EndedProcess, RunningProcess, Simulator};
pub use stores::{JournalLocation, Store};
pub use story::Story;
pub use terms::{Disk, ExitCodes, ForwardedHeaders, PlatformTerms, ProxyTerms, Rollout, Routes};

/// Makes a test of every claim that is true of all platforms, or of those that are named. Each has processes of its
/// own. The first function opens the store of claims that are about what is kept, the second that of the others; the
/// last says how the provider treats a process on it.
#[macro_export]
macro_rules! suite {
    ($store:path, $light:path, $terms:path) => {
        $crate::suite!($store, $terms:
            a_story_outlives_two_deploys_and_a_crash,
        );
        $crate::suite!($light, $terms:
            address_scheme_and_request_id_are_what_the_proxy_says,
        );
    };
    ($store:path, $terms:path: $($claim:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                $crate::claims::$claim($terms($store().await)).await;
            }
        )+
    };
}
