//! How far long work has come, for whoever watches.

use std::fmt;
use std::sync::Arc;

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This much is known to lie ahead.
    Found {
        /// Objects.
        objects: u64,
        /// Bytes of them.
        bytes: u64,
    },
    /// A part of a snapshot was copied.
    Copied {
        /// Bytes of it.
        bytes: u64,
    },
    /// A segment of the log was taken.
    Taken {
        /// Bytes of it.
        bytes: u64,
    },
    /// A table was checked.
    Verified,
}

impl Step {
    /// Pages that were listed, with their sizes.
    pub(super) fn found(pages: &[(u64, u64)]) -> Self {
        Self::Found {
            objects: pages.len() as u64,
            bytes: pages.iter().map(|(_, bytes)| bytes).sum(),
        }
    }
}

/// Who is told of every step.
#[derive(Clone)]
pub struct Watcher(Arc<dyn Fn(&Step) + Send + Sync>);

impl Watcher {
    /// Tells `watch` of every step.
    pub fn new(watch: impl Fn(&Step) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watch))
    }

    /// Tells nobody.
    pub fn nobody() -> Self {
        Self::new(|_| ())
    }

    pub(super) fn tell(&self, step: &Step) {
        (self.0)(step);
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}
