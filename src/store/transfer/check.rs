//! Checks a stream of records: the chain of every table, and where each table stands.

use std::collections::BTreeMap;

use game::{TableId, Version};

use super::{JournalSummary, TransferRecord};
use crate::chain::{self, StoredRecord};
use crate::{LogHash, StoreError, TableIndex};

/// The last version of every table so far, and its hash, which stands for all records before it.
#[derive(Debug, Default)]
pub(crate) struct TableHeads(BTreeMap<TableId, (Version, [u8; 32])>);

impl TableHeads {
    /// Notes some records that an export reads.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn note(&mut self, records: &[TransferRecord]) {
        for record in records {
            let head = (record.version, record.hash);
            self.0.insert(record.table.clone(), head);
        }
    }

    fn of(&self, table: &TableId) -> (Version, [u8; 32]) {
        let known = self.0.get(table).copied();
        known.unwrap_or_else(|| (Version(0), chain::root(table)))
    }

    /// Checks that every table stands where its records led, and that no other table has records.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn compare(
        mut self,
        stands: impl IntoIterator<Item = (TableId, Version, [u8; 32])>,
    ) -> Result<(), StoreError> {
        for (table, version, hash) in stands {
            let reached = self.of(&table);
            self.0.remove(&table);
            if reached != (version, hash) {
                let why = format!("the table stands at version {version}, its records do not");
                return Err(damaged(table, reached.0, why));
            }
        }
        match self.0.pop_first() {
            Some((table, (version, _))) => {
                let why = "there are records of a table that is not there".to_owned();
                Err(damaged(table, version, why))
            }
            None => Ok(()),
        }
    }
}

/// Follows the chains of all tables at once, in whatever order their records come.
#[derive(Debug)]
pub(crate) struct ChainCheck {
    /// The heads that all records so far lead to.
    pub(crate) heads: TableHeads,
    records: u64,
    withheld: u64,
    hash: LogHash,
}

/// A record that follows the one before it and is what its hash says.
#[derive(Debug)]
pub(crate) struct CheckedRecord {
    pub(crate) table: TableId,
    pub(crate) index: TableIndex,
    pub(crate) stored: StoredRecord,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self {
            heads: TableHeads::default(),
            records: 0,
            withheld: 0,
            hash: LogHash::of_nothing(),
        }
    }
}

impl ChainCheck {
    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it does not follow, or is not what its hash says.
    pub(crate) fn follow(&mut self, record: TransferRecord) -> Result<CheckedRecord, StoreError> {
        let (version, before) = self.heads.of(&record.table);
        let next = version.next();
        if record.version != next {
            let why = format!("in its place stands version {}", record.version);
            return Err(damaged(record.table, next, why));
        }
        let TransferRecord {
            table,
            index,
            body,
            hash,
            ..
        } = record;
        if record.before != before {
            let why = "it does not follow the record before it".to_owned();
            return Err(damaged(table, next, why));
        }
        let stored = StoredRecord {
            version: next,
            body,
            before,
            hash,
        };
        if !stored.is_intact() {
            let why = "what is kept is not what was hashed".to_owned();
            return Err(damaged(table, next, why));
        }
        self.heads.0.insert(table.clone(), (next, hash));
        self.records += 1;
        self.withheld += u64::from(stored.is_withheld());
        self.hash = self.hash.then(&hash);
        Ok(CheckedRecord {
            table,
            index,
            stored,
        })
    }

    /// What all records so far come to.
    pub(crate) fn summary(&self) -> JournalSummary {
        JournalSummary {
            records: self.records,
            tables: self.heads.0.len() as u64,
            withheld: self.withheld,
            hash: self.hash,
        }
    }
}

fn damaged(table: TableId, version: Version, why: String) -> StoreError {
    StoreError::Damaged {
        table,
        version,
        source: why.into(),
    }
}
