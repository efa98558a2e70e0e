//! The live tables of a journal in memory: by code, by deadline, and their number.

use std::collections::{BTreeSet, HashMap};

use game::{Code, TableId};

use crate::TableIndex;

/// An index of the live tables. What is asked of it takes no longer for many tables.
#[derive(Debug, Default)]
pub(super) struct LiveTables {
    codes: HashMap<Code, TableId>,
    deadlines: BTreeSet<(u64, TableId)>,
}

impl LiveTables {
    /// Replaces what is known of a table by what it is found by now.
    pub(super) fn replace(
        &mut self,
        table: &TableId,
        before: Option<&TableIndex>,
        after: &TableIndex,
    ) {
        if let Some(before) = before.filter(|index| index.live) {
            self.codes.remove(&before.code);
            if let Some(due_ms) = before.deadline_ms {
                self.deadlines.remove(&(due_ms, table.clone()));
            }
        }
        if after.live {
            self.codes.insert(after.code.clone(), table.clone());
            let deadline = after.deadline_ms.map(|due_ms| (due_ms, table.clone()));
            self.deadlines.extend(deadline);
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.codes.len() as u64
    }

    pub(super) fn find_code(&self, code: &Code) -> Option<&TableId> {
        self.codes.get(code)
    }

    /// The deadlines, the earliest first, with their tables.
    pub(super) fn deadlines(&self) -> impl Iterator<Item = &(u64, TableId)> {
        self.deadlines.iter()
    }
}
