//! The exit reasons of a process whose clock panics, and of one whose storage was taken over.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bus::memory::MemoryBus;
use game::{Code, CommandId, TableId, Version};
use store::memory::MemoryJournal;
use store::{
    Admission, AppendOutcome, Journal, NewCommit, NoRoom, OpenerTag, Readers, Record, StoreError,
    TableSummary, UseWindow, Withholding,
};

use super::*;
use crate::process::config::Environment;
use crate::{Platform, Storage};

/// Whether the storage of the broken process was closed.
static CLOSED: AtomicBool = AtomicBool::new(false);

#[tokio::test]
async fn a_process_whose_clock_breaks_closes_its_storage_and_ends_with_70() {
    let open: Open = |_, _| {
        let storage = Storage {
            journal: Arc::new(Timeless(MemoryJournal::default())),
            bus: MemoryBus::default().into(),
            close: Box::new(|| {
                CLOSED.store(true, Ordering::Relaxed);
                Box::pin(async { Ok(()) })
            }),
            taken_over: Box::pin(std::future::pending()),
        };
        Box::pin(async { Ok(storage) })
    };
    assert_eq!(end_of(open).await.code(), 70);
    assert!(CLOSED.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_process_that_was_taken_over_closes_and_ends_with_75() {
    let open: Open = |_, _| {
        let storage = Storage {
            journal: Arc::new(MemoryJournal::default()),
            bus: MemoryBus::default().into(),
            close: Box::new(|| Box::pin(async { Ok(()) })),
            taken_over: Box::pin(std::future::ready(())),
        };
        Box::pin(async { Ok(storage) })
    };
    assert_eq!(end_of(open).await.code(), 75);
}

/// Runs a process until it ends by itself.
async fn end_of(open: Open) -> ExitReason {
    let key = "0123456789abcdef0123456789abcdef";
    let variables = [("SECRET_KEY", key), ("PORT", "0")];
    let environment =
        Environment::from(variables.map(|(name, value)| (name.to_owned(), value.into())));
    let platform = Platform::PLAIN;
    let mut loaded = Config::read(&platform, &environment).unwrap();
    loaded.config.server.host = Ipv4Addr::LOCALHOST.into();
    let end = timeout_at(Instant::now() + platform.drain, run(loaded, open));
    end.await.unwrap().unwrap()
}

/// A journal at which whoever asks for the time breaks.
struct Timeless(MemoryJournal);

#[async_trait]
impl Journal for Timeless {
    async fn due(&self, _: u64, _: usize) -> Result<Vec<TableId>, StoreError> {
        panic!("a clock breaks here")
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        panic!("a clock breaks here")
    }

    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        self.0.read(table, after).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        self.0.head(table).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        self.0.append(table, expected, commit).await
    }

    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        self.0.withhold(table, expected, commit, withholding).await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        self.0.list_tables(after, limit).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        self.0.over_before(before_ms, limit).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        self.0.find_command(table, command).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        self.0.find_code(code).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        self.0.count_live().await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        self.0.check_room(admission).await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        self.0.note_use(tables, at_ms).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        self.0.count_in_use(window).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        self.0.count_by_opener(window, limit).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        self.0.unattended(opened_ms, limit).await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        self.0.snapshot(table, format).await
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        self.0.keep_snapshot(table, format, version, state).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.0.check().await
    }

    fn readers(&self) -> Readers {
        self.0.readers()
    }
}
