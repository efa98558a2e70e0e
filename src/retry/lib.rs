//! What every client of a remote server needs when it fails: [`Backoff`] between attempts, and [`error_chain`] for
//! the log line that says why.
//!
//! Nothing here waits, connects or logs: the bus, the buckets and the journals do that, each in its own way.

mod backoff;
mod error_chain;

pub use backoff::Backoff;
pub use error_chain::error_chain;
