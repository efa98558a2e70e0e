//! Checks what a store read of a table against what its index says of the table: that nothing is missing.

use game::{TableId, Version};

use crate::chain::{self, StoredRecord};
use crate::{READ_MAX, Record, StoreError};

/// Where a table stands by its index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableHead {
    pub(crate) version: Version,
    /// The hash of its last record.
    pub(crate) hash: [u8; 32],
}

/// Reads the records that a store found after `after`, if they follow each other and lead to where the table stands.
///
/// # Errors
///
/// [`StoreError::Damaged`] at the first version that is missing or is another record.
pub(crate) fn records(
    table: &TableId,
    after: Version,
    head: TableHead,
    found: &[StoredRecord],
) -> Result<Vec<Record>, StoreError> {
    let mut reached = after;
    let mut hash = (after == Version(0)).then(|| chain::root(table));
    for record in found {
        if record.version.0 != reached.0.saturating_add(1) {
            let why = format!("in its place stands version {}", record.version);
            return Err(damaged(table, reached.next(), why));
        }
        if hash.is_some_and(|hash| hash != record.before) {
            let why = "it does not follow the record before it".to_owned();
            return Err(damaged(table, record.version, why));
        }
        (reached, hash) = (record.version, Some(record.hash));
    }
    if found.len() < READ_MAX && reached < head.version {
        let why = format!(
            "the table stands at version {}, and its records end with {reached}",
            head.version
        );
        return Err(damaged(table, reached.next(), why));
    }
    if reached == head.version && !found.is_empty() && hash != Some(head.hash) {
        let why = "it is not the record at which the table stands".to_owned();
        return Err(damaged(table, reached, why));
    }
    found.iter().map(|record| record.record(table)).collect()
}

fn damaged(table: &TableId, version: Version, why: String) -> StoreError {
    StoreError::Damaged {
        table: table.clone(),
        version,
        source: why.into(),
    }
}
