//! The contracts of the ports within a single process.

use bus::memory::MemoryBus;

#[expect(clippy::unused_async, reason = "the suite awaits it")]
async fn make() -> (MemoryBus, ()) {
    (MemoryBus::default(), ())
}

bus::pubsub_conformance!(make);
bus::presence_conformance!(make);
