//! A journal in memory: for tests and trials. It keeps the contract except one part: nothing is durable.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};

use crate::chain::{self, Kept};
use crate::{Commit, Journal, NewCommit, READ_MAX, Readers, Record, Standing, StoreError};

/// A journal that ends with its process.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    tables: BTreeMap<TableId, Book>,
    snapshots: BTreeMap<TableId, Snapshot>,
}

#[derive(Debug)]
struct Book {
    kept: Vec<Kept>,
    commands: HashMap<CommandId, usize>,
    standing: Standing,
}

#[derive(Debug)]
struct Snapshot {
    format: u32,
    version: Version,
    state: String,
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        let books = self.books();
        let Some(book) = books.tables.get(table) else {
            return Ok(Vec::new());
        };
        let from = usize::try_from(after.0).unwrap_or(usize::MAX);
        let kept = book.kept.iter().skip(from).take(READ_MAX);
        kept.map(|kept| kept.record(table)).collect()
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        let books = self.books();
        let last = books.tables.get(table).and_then(|book| book.kept.last());
        Ok(last.map_or(Version(0), |kept| kept.version))
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<Commit, StoreError> {
        self.books().append(table, expected, commit)
    }

    async fn open(
        &self,
        table: &TableId,
        live_max: u64,
        commit: NewCommit,
    ) -> Result<Option<Commit>, StoreError> {
        let mut books = self.books();
        let known = books.find_command(table, &commit.command_id)?;
        if known.is_none() && books.count_live() >= live_max {
            return Ok(None);
        }
        books.append(table, Version(0), commit).map(Some)
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        self.books().find_command(table, command)
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        Ok(self.books().find_code(code).cloned())
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        Ok(self.books().count_live())
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        let books = self.books();
        let mut due: Vec<(u64, &TableId)> = books
            .deadlines()
            .filter(|(deadline_ms, _)| *deadline_ms <= now_ms)
            .collect();
        due.sort();
        let first = due.into_iter().take(limit);
        Ok(first.map(|(_, table)| table.clone()).collect())
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        Ok(self.books().deadlines().map(|(due_ms, _)| due_ms).min())
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let books = self.books();
        let snapshot = books.snapshots.get(table);
        let readable = snapshot.filter(|snapshot| snapshot.format == format);
        Ok(readable.map(|snapshot| (snapshot.version, snapshot.state.clone())))
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let mut books = self.books();
        let newer = books
            .snapshots
            .get(table)
            .is_some_and(|kept| kept.format == format && kept.version > version);
        if !newer {
            let snapshot = Snapshot {
                format,
                version,
                state,
            };
            books.snapshots.insert(table.clone(), snapshot);
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Nobody has to wait for a reader here, so there are none to count.
    fn readers(&self) -> Readers {
        Readers::default()
    }
}

impl MemoryJournal {
    fn books(&self) -> MutexGuard<'_, Books> {
        // Every change to the books is made whole before anything can panic.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn append(
        &mut self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<Commit, StoreError> {
        if let Some(first) = self.find_command(table, &commit.command_id)? {
            return Ok(Commit::Repeated(Box::new(first)));
        }
        let last = self.tables.get(table).and_then(|book| book.kept.last());
        let (version, before) = last.map_or_else(
            || (Version(0), chain::root(table)),
            |kept| (kept.version, kept.hash),
        );
        if version != expected {
            return Err(StoreError::Conflict { expected });
        }
        let code = &commit.standing.code;
        if commit.standing.live && self.find_code(code).is_some_and(|holder| holder != table) {
            return Err(StoreError::CodeTaken { code: code.clone() });
        }
        let next = version.next();
        let standing = commit.standing.clone();
        let book = self.tables.entry(table.clone()).or_insert_with(|| Book {
            kept: Vec::new(),
            commands: HashMap::new(),
            standing: standing.clone(),
        });
        book.standing = standing;
        book.commands
            .insert(commit.command_id.clone(), book.kept.len());
        book.kept.push(Kept::new(commit, next, before));
        Ok(Commit::Appended(next))
    }

    fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let kept = self.tables.get(table).and_then(|book| {
            let at = book.commands.get(command)?;
            book.kept.get(*at)
        });
        kept.map(|kept| kept.record(table)).transpose()
    }

    fn find_code(&self, code: &Code) -> Option<&TableId> {
        let mut tables = self.tables.iter();
        let holder = tables.find(|(_, book)| book.standing.live && book.standing.code == *code);
        holder.map(|(table, _)| table)
    }

    fn count_live(&self) -> u64 {
        let live = self.tables.values().filter(|book| book.standing.live);
        live.count() as u64
    }

    fn deadlines(&self) -> impl Iterator<Item = (u64, &TableId)> {
        let live = self.tables.iter().filter(|(_, book)| book.standing.live);
        live.filter_map(|(table, book)| Some((book.standing.deadline_ms?, table)))
    }
}
