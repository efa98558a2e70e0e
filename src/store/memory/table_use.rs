//! When each table of a journal in memory was used last, and who opened it.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;

use game::TableId;

use crate::admission::CountInUse;
use crate::{OpenerTag, SECOND_LOOK_MS, USE_NOTED_MS, UseWindow};

/// An index of the live tables by their last use.
#[derive(Debug, Default)]
pub(super) struct TableUse {
    tables: HashMap<TableId, LastUse>,
    by_time: BTreeSet<(u64, TableId)>,
}

#[derive(Debug, Default)]
struct LastUse {
    opened_ms: u64,
    used_ms: u64,
    opened_by: Option<OpenerTag>,
}

impl TableUse {
    /// Notes a player's commit, by which a table is live.
    pub(super) fn commit(&mut self, table: &TableId, at_ms: u64) {
        let used_ms = self.tables.get(table).map(|last| last.used_ms);
        if used_ms.is_none_or(|used_ms| used_ms.abs_diff(at_ms) > USE_NOTED_MS) {
            self.note(table, at_ms);
        }
    }

    /// Notes that a table is used now, and forgets how it was noted before.
    pub(super) fn note(&mut self, table: &TableId, at_ms: u64) {
        let last = self.tables.entry(table.clone()).or_insert(LastUse {
            opened_ms: at_ms,
            ..LastUse::default()
        });
        self.by_time.remove(&(last.used_ms, table.clone()));
        last.used_ms = at_ms;
        self.by_time.insert((at_ms, table.clone()));
    }

    /// Notes that somebody looks at a table, if it is live.
    pub(super) fn look(&mut self, table: &TableId, at_ms: u64) {
        if self.tables.contains_key(table) {
            self.note(table, at_ms);
        }
    }

    /// Notes who opened a table.
    pub(super) fn opened_by(&mut self, table: &TableId, opener: OpenerTag) {
        if let Some(last) = self.tables.get_mut(table) {
            last.opened_by = Some(opener);
        }
    }

    /// Forgets a table that is over.
    pub(super) fn forget(&mut self, table: &TableId) {
        if let Some(last) = self.tables.remove(table) {
            self.by_time.remove(&(last.used_ms, table.clone()));
        }
    }

    /// Counts the tables in use.
    pub(super) fn counts<'a>(&'a self, window: &'a UseWindow) -> MemoryCounts<'a> {
        MemoryCounts { uses: self, window }
    }

    /// Lists the tables that were opened by this moment and not looked at a second time, the oldest first.
    pub(super) fn unattended(&self, opened_ms: u64) -> Vec<TableId> {
        let left = self.tables.iter().filter(|(_, last)| {
            last.opened_ms <= opened_ms
                && last.used_ms < last.opened_ms.saturating_add(SECOND_LOOK_MS)
        });
        let mut left: Vec<_> = left.map(|(table, last)| (last.opened_ms, table)).collect();
        left.sort_unstable();
        left.into_iter().map(|(_, table)| table.clone()).collect()
    }

    fn in_use(&self, window: UseWindow) -> impl Iterator<Item = &LastUse> {
        let recent = self.by_time.iter().rev();
        recent
            .skip_while(move |(used_ms, _)| *used_ms >= window.before_ms)
            .take_while(move |(used_ms, _)| *used_ms > window.after_ms)
            .filter_map(|(_, table)| self.tables.get(table))
    }
}

/// The tables in use.
pub(super) struct MemoryCounts<'a> {
    uses: &'a TableUse,
    window: &'a UseWindow,
}

impl MemoryCounts<'_> {
    /// Counts those of one opener, or all, up to a limit.
    pub(super) fn count(&self, of: Option<OpenerTag>, limit: u64) -> u64 {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let in_use = self.uses.in_use(*self.window);
        let counted = in_use.filter(|last| of.is_none() || last.opened_by == of);
        counted.take(limit).count() as u64
    }

    /// Counts them by opener, the largest number first.
    pub(super) fn by_opener(&self) -> Vec<(Option<OpenerTag>, u64)> {
        let mut counts: HashMap<Option<OpenerTag>, u64> = HashMap::new();
        for last in self.uses.in_use(*self.window) {
            *counts.entry(last.opened_by).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|(opener, count)| (u64::MAX - count, *opener));
        counts
    }
}

impl CountInUse<Infallible> for MemoryCounts<'_> {
    fn in_use(&self, limit: u64) -> Result<u64, Infallible> {
        Ok(self.count(None, limit))
    }

    fn opened_by(&self, opener: OpenerTag, limit: u64) -> Result<u64, Infallible> {
        Ok(self.count(Some(opener), limit))
    }

    fn by_client_at_most(&self, most_of_one: u64) -> Result<u64, Infallible> {
        let counts = self.by_opener().into_iter();
        let counted = counts.map(|(opener, count)| match opener {
            Some(_) => count.min(most_of_one),
            None => count,
        });
        Ok(counted.sum())
    }
}
