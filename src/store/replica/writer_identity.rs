//! The identity of a replica's writer, with its clock and its source of randomness.

use std::fmt;
use std::sync::Arc;

/// The identity of a process that writes a replica, with an injected clock and random source.
#[derive(Clone)]
pub struct WriterIdentity {
    /// The process's name, for operators.
    pub name: String,
    now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    random: Random,
}

type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

impl WriterIdentity {
    /// Names a process, its clock (milliseconds since the Unix epoch) and its source of random bytes.
    pub fn new(
        name: String,
        now_ms: impl Fn() -> u64 + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            now_ms: Arc::new(now_ms),
            random: Arc::new(random),
        }
    }

    pub(super) fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    /// Returns a random value that distinguishes one version of an object from any other.
    pub(super) fn nonce(&self) -> String {
        let mut bytes = [0; 8];
        (self.random)(&mut bytes);
        hex::encode(bytes)
    }
}

impl fmt::Debug for WriterIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WriterIdentity").field(&self.name).finish()
    }
}
