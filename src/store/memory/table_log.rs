//! The records of one table of a journal in memory.

use std::collections::HashMap;

use game::{CommandId, TableId, Version};

use crate::chain::{BodyHeader, StoredRecord};
use crate::withholding::{WITHHOLDS, erased_body, erased_id, is_erased};
use crate::{Replacement, StoreError, TableIndex, TableSummary};

/// The records of one table.
#[derive(Debug)]
pub(super) struct TableLog {
    pub(super) records: Vec<(StoredRecord, TableIndex)>,
    pub(super) commands: HashMap<CommandId, usize>,
    pub(super) index: TableIndex,
    pub(super) committed_ms: u64,
    pub(super) is_erased: bool,
    opened_ms: u64,
}

impl TableLog {
    /// A table of which `first` is about to be stored.
    pub(super) fn opened(index: &TableIndex, first: &BodyHeader) -> Self {
        Self {
            records: Vec::new(),
            commands: HashMap::new(),
            index: index.clone(),
            committed_ms: first.at_ms,
            is_erased: is_erased(Version(1), &first.command_id),
            opened_ms: first.at_ms,
        }
    }

    pub(super) fn push(&mut self, index: TableIndex, header: BodyHeader, stored: StoredRecord) {
        self.commands.insert(header.command_id, self.records.len());
        self.index = index.clone();
        self.committed_ms = header.at_ms;
        self.records.push((stored, index));
    }

    pub(super) fn head(&self) -> Version {
        Version(self.records.len() as u64)
    }

    pub(super) fn summary(&self, id: &TableId) -> TableSummary {
        let bytes = self.records.iter();
        let bytes = bytes.map(|(stored, _)| stored.body.len() as u64);
        TableSummary {
            id: id.clone(),
            code: self.index.code.clone(),
            version: self.head(),
            live: self.index.live,
            opened_ms: self.opened_ms,
            committed_ms: self.committed_ms,
            bytes: bytes.sum(),
        }
    }

    /// Whether a commit after `version` withholds what is before it.
    pub(super) fn withholds_after(&self, version: Version) -> bool {
        let after = usize::try_from(version.0).unwrap_or(usize::MAX);
        let mut after = self.records.iter().skip(after);
        after.any(|(stored, _)| stored.body.contains(WITHHOLDS))
    }

    /// Puts another body in the place of a record's.
    pub(super) fn replace(&mut self, replacement: Replacement) {
        let mut records = self.records.iter_mut();
        let replaced = records.find(|(stored, _)| stored.version == replacement.version);
        if let Some((stored, _)) = replaced {
            stored.body = replacement.body;
        }
    }

    /// Empties the records up to a version.
    pub(super) fn erase(&mut self, table: &TableId, until: Version) -> Result<(), StoreError> {
        for (at, (stored, _)) in self.records.iter_mut().enumerate() {
            if stored.version > until {
                break;
            }
            let header = stored.header(table)?;
            stored.body = erased_body(stored.version, header.at_ms);
            self.commands.remove(&header.command_id);
            self.commands.insert(erased_id(stored.version), at);
        }
        self.is_erased = true;
        Ok(())
    }
}
