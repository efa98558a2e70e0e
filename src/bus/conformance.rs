//! The contract of each port as tests, which its adapters run, also while their server is unreachable.
//!
//! Each claim is a function that panics when the claim is false. There is a macro for each port, which makes one test
//! of each claim. It takes the path of an `async` function that returns an unused adapter and whatever must live as
//! long as it:
//! - [`pubsub_conformance!`](crate::pubsub_conformance!),
//! - [`presence_conformance!`](crate::presence_conformance!),
//! - [`token_bucket_conformance!`](crate::token_bucket_conformance!),
//! - [`shared_cache_conformance!`](crate::shared_cache_conformance!).
//!
//! [`meeting_conformance!`](crate::meeting_conformance!) is for adapters that meet at a server, which it stops and
//! hangs. It takes the paths of two `async` functions that return a [`Meeting`]: at any server, and at a server of the
//! test's own.
//!
//! ```
//! async fn in_memory() -> (bus::memory::MemoryBus, ()) {
//!     Default::default()
//! }
//!
//! bus::pubsub_conformance!(in_memory);
//! ```

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

mod presence;
mod pubsub;
mod shared_cache;
mod token_bucket;

mod meeting;
mod outages;
mod waiting;

use std::time::Duration;

use tokio::time::timeout;

pub use meeting::*;
pub use outages::*;
pub use presence::*;
pub use pubsub::*;
pub use shared_cache::*;
pub use token_bucket::*;
pub use waiting::*;

/// How long a call may take. Adapters promise less, but a test may have to wait for a processor.
const CALL_MAX: Duration = Duration::from_secs(2);

/// Makes a test of each claim that is named, about one unused adapter.
#[macro_export]
macro_rules! conformance {
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (adapter, _kept_alive) = $make().await;
            $crate::conformance::$claim(&adapter).await;
        }
    )+};
}

async fn within<T>(call: impl Future<Output = T>) -> T {
    timeout(CALL_MAX, call).await.expect("a call takes no time")
}
