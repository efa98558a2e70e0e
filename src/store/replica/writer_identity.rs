//! Who writes a replica, and the chance and the clock it does so by.

use std::fmt;
use std::sync::Arc;

/// A process that writes a replica, or means to.
#[derive(Clone)]
pub struct WriterIdentity {
    /// What it is called in sentences to operators.
    pub name: String,
    now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    random: Random,
}

type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

impl WriterIdentity {
    /// Names a process, its clock (milliseconds since the Unix epoch) and the source of its chance.
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

    /// What tells one writing of an object from any other.
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
