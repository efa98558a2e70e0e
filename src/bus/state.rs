//! What a bus says of itself and of its limits.

use std::time::Duration;

/// How a bus stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusState {
    /// Whether other instances are heard.
    pub link: LinkState,
    /// Announcements that other instances were never told, because too many waited.
    pub dropped: u64,
    /// How often what was to be recalled was there.
    pub hits: u64,
    /// How often it was not.
    pub misses: u64,
}

/// Whether other instances are heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// There is nothing to be connected to: the bus is of one process.
    #[default]
    SingleProcess,
    /// They are heard.
    Connected,
    /// They are not; each instance goes on by itself.
    Disconnected {
        /// For how long.
        duration: Duration,
        /// Why, in words for an operator.
        cause: String,
    },
}

/// What came of taking a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenDecision {
    /// There was one.
    Allowed,
    /// There was none.
    Refused {
        /// When there will be one again.
        retry_after: Duration,
    },
    /// Nobody knows. A limit of this instance's own has to do.
    Unknown,
}
