//! The contract of a bus, run by the one of a single process.

use std::sync::Arc;

use bus::conformance::Subject;
use bus::memory::MemoryBus;

#[expect(clippy::unused_async, reason = "the suite awaits it")]
async fn make() -> (Subject, ()) {
    (Arc::new(MemoryBus::default()), ())
}

bus::conformance!(make);
