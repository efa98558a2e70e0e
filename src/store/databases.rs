//! What the adapters on databases share: how numbers are kept there, and how a fault of theirs is told.

#[cfg(all(feature = "postgres", feature = "replica"))]
use game::TableId;

#[cfg(all(feature = "postgres", feature = "replica"))]
use crate::Standing;
use crate::StoreError;

pub(crate) fn unavailable(
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Unavailable(cause.into())
}

/// A number as a database keeps it. What lies beyond is a time 292 million years ahead, or no version ever
/// reached: the largest number stands for it as well.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number a database kept. Negative ones are never written.
pub(crate) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A record on its way from one database into another, in the order of the first.
#[cfg(all(feature = "postgres", feature = "replica"))]
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) table: TableId,
    pub(crate) standing: Standing,
    /// The very text that was hashed.
    pub(crate) body: String,
    pub(crate) hash: [u8; 32],
    pub(crate) version: u64,
    pub(crate) command_id: String,
    pub(crate) at_ms: u64,
}
