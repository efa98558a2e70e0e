//! The progress of long work.

use std::fmt;
use std::sync::Arc;

/// One step of long work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressStep {
    /// This much more is known to lie ahead.
    Found {
        /// The number of objects.
        objects: u64,
        /// Bytes of them.
        bytes: u64,
    },
    /// A part of a file or of a snapshot was copied.
    Copied {
        /// Bytes of it.
        bytes: u64,
    },
    /// Some records were read or written.
    Taken {
        /// Bytes of it.
        bytes: u64,
    },
}

impl ProgressStep {
    /// Objects that were listed, each with its size.
    #[cfg(feature = "replica")]
    pub(crate) fn found(objects: &[(u64, u64)]) -> Self {
        Self::Found {
            objects: objects.len() as u64,
            bytes: objects.iter().map(|(_, bytes)| bytes).sum(),
        }
    }
}

/// A callback for every step of long work.
#[derive(Clone)]
pub struct ProgressListener(Arc<dyn Fn(&ProgressStep) + Send + Sync>);

impl ProgressListener {
    /// Calls `listen` with every step.
    pub fn new(listen: impl Fn(&ProgressStep) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listen))
    }

    /// A callback that does nothing.
    pub fn none() -> Self {
        Self::new(|_| ())
    }

    pub(crate) fn report(&self, step: &ProgressStep) {
        (self.0)(step);
    }
}

impl fmt::Debug for ProgressListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressListener")
    }
}
