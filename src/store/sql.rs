//! What the adapters on SQL databases share: numbers as signed columns, and the error of a failed statement.

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
