//! What a bus reports about itself, and what a token bucket decides.

use std::time::Duration;

/// The state of a bus, for health checks and metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusState {
    /// The connection to other instances.
    pub link: LinkState,
    /// Versions that were published here and dropped before other instances received them, because the outbox was
    /// full.
    pub dropped: u64,
    /// Cache hits.
    pub hits: u64,
    /// Cache misses.
    pub misses: u64,
}

/// The connection of a bus to other instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// There is nothing to connect to: the bus is of a single process.
    #[default]
    SingleProcess,
    /// Messages of other instances are received.
    Connected,
    /// They are not. Each instance works by itself, and the bus is reconnecting.
    Disconnected {
        /// For how long.
        duration: Duration,
        /// Why the last attempt failed, for an operator. It holds no password.
        cause: String,
    },
}

/// What a token bucket decides about one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenDecision {
    /// A token was taken.
    Allowed,
    /// The bucket is empty.
    Refused {
        /// The time until the next token.
        retry_after: Duration,
    },
    /// The shared bucket cannot be asked. The caller falls back on a limit of this instance.
    Unknown,
}
