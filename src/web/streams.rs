//! How many streams are open, and no more than the operator allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::WebError;

/// The open streams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams(Arc<AtomicUsize>);

/// One open stream; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Streams {
    /// Counts the open streams.
    pub(crate) fn open(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes a place among `most`.
    pub(crate) fn take(&self, most: usize) -> Result<Place, WebError> {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| {
                (open < most).then_some(open + 1)
            });
        taken
            .map(|_| Place(Arc::clone(&self.0)))
            .map_err(|_| WebError::TooManyStreams)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
