//! The background task that drives a connection.

use tokio::task::JoinHandle;

/// A task that is aborted when this is dropped, so that a connection ends with its last handle.
pub(crate) struct DriverTask<T>(pub(crate) JoinHandle<T>);

impl<T> Drop for DriverTask<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
