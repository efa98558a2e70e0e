//! Taking back what tables tell: a player's name and lines, a whole table, and tables that have been over for long.
//!
//! Nothing is deleted from the order of events. A commit says what is taken back, and the journal withholds it in the same
//! step: versions and hashes stay, so that the rest can still be checked. Whoever has the table in memory learns of that
//! commit as of any other.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use game::{Actor, Code, Command, CommandId, Event, SeatNo, Table, TableId, Version, without};
use store::{
    AppendOutcome, Journal, NewCommit, READ_MAX, Replacement, StoreError, TableIndex, Withholding,
};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::commit::{Commits, index_of};
use crate::error::ServiceError;

/// The time between two looks for tables that have been over for long enough.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// Tables erased in one round, before it is asked again whether there are more.
const ROUND_MAX: usize = 100;
/// How often a lost race is tried again.
const ATTEMPTS_MAX: usize = 16;

/// Takes back what tables tell.
pub struct Erasures {
    journal: Arc<dyn Journal>,
    commits: Arc<Commits>,
    /// How long a table is kept that is over; none keeps all.
    retention: Option<Duration>,
    /// When tables that have been over for long were looked for last.
    swept: Mutex<Option<Instant>>,
}

impl Erasures {
    pub(crate) fn new(commits: &Arc<Commits>, retention: Option<Duration>) -> Self {
        Self {
            journal: Arc::clone(&commits.journal),
            commits: Arc::clone(commits),
            retention,
            swept: Mutex::default(),
        }
    }

    /// Erases a table, live or over. One that was erased before stays as it is.
    ///
    /// The table need not be readable: what a newer release wrote, or what is damaged, is erased as well.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it.
    pub async fn erase(&self, id: &TableId) -> Result<(), ServiceError> {
        let feed = self.commits.feeds.of(id);
        let _turn = feed.turn().await?;
        for _ in 0..ATTEMPTS_MAX {
            let version = self.journal.head(id).await?;
            if version == Version(0) {
                return Err(ServiceError::NoSuchTable);
            }
            if self.is_erased(id, version).await || self.erase_at(id, version).await? {
                return Ok(self.journal.scrub().await?);
            }
        }
        Err(ServiceError::Busy)
    }

    /// Takes back the names of a seat's players and what they said. The table plays on; its other records stay as they
    /// are. What others said about them stays, too.
    ///
    /// # Errors
    ///
    /// [`game::Refusal::SeatEmpty`] when nobody ever took the seat, and those of loading the table.
    pub async fn forget(&self, id: &TableId, seat: SeatNo) -> Result<(), ServiceError> {
        let feed = self.commits.feeds.of(id);
        let _turn = feed.turn().await?;
        for _ in 0..ATTEMPTS_MAX {
            let table = self.commits.loader.load(id).await?;
            if self.forget_at(id, &table, seat).await? {
                return Ok(self.journal.scrub().await?);
            }
        }
        Err(ServiceError::Busy)
    }

    /// Erases tables that have been over for as long as they are kept, now and then, until `stop` is done. Several
    /// processes may do so at once: of two that erase the same table the journal refuses one.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        let sweeping = async {
            let mut times = tokio::time::interval(SWEEP_EVERY);
            loop {
                times.tick().await;
                self.sweep_and_log().await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = sweeping => {}
        }
    }

    /// Does the same once, unless it was done a short while ago: for a process that stands still between two rounds.
    pub async fn round(&self) {
        let mut swept = self.swept.lock().await;
        if swept.is_none_or(|swept| swept.elapsed() >= SWEEP_EVERY) {
            *swept = Some(Instant::now());
            self.sweep_and_log().await;
        }
    }

    async fn sweep_and_log(&self) {
        match self.sweep().await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "erased tables that were over for long"),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "tables that are over could not be erased");
            }
        }
    }

    /// Erases the tables that have been over for as long as they are kept. Returns how many.
    pub async fn sweep(&self) -> Result<u64, ServiceError> {
        let Some(retention) = self.retention else {
            return Ok(0);
        };
        let retention_ms = u64::try_from(retention.as_millis()).unwrap_or(u64::MAX);
        let before_ms = (self.commits.now_ms)().saturating_sub(retention_ms);
        let mut erased = 0;
        let swept = self.erase_before(before_ms, &mut erased).await;
        if swept.is_ok() {
            let now_s = (self.commits.now_ms)() / 1_000;
            let now_s = i64::try_from(now_s).unwrap_or(i64::MAX);
            self.commits.metrics.retention_swept.set(now_s);
        }
        if erased > 0 {
            self.journal.scrub().await?;
        }
        swept.map(|()| erased)
    }

    async fn erase_before(&self, before_ms: u64, erased: &mut u64) -> Result<(), ServiceError> {
        loop {
            let before = *erased;
            for (table, version) in self.journal.over_before(before_ms, ROUND_MAX).await? {
                // At the version at which it was over: one that goes on meanwhile is left alone.
                *erased += u64::from(self.erase_at(&table, version).await?);
            }
            // None of these are listed again. If nothing could be done, others do it.
            if *erased == before {
                return Ok(());
            }
        }
    }

    /// Erases a table as it stands at a version. Returns whether this did it.
    async fn erase_at(&self, id: &TableId, version: Version) -> Result<bool, ServiceError> {
        let commit = NewCommit {
            command_id: CommandId::of_operator(version),
            actor: Actor::Operator,
            command: Command::Erase {},
            at_ms: (self.commits.now_ms)(),
            events: vec![Event::Erased {}],
            // Any code will do for a table that is found by none.
            index: TableIndex {
                code: Code::from_random([0; Code::LEN]),
                deadline_ms: None,
                live: false,
            },
        };
        let everything = Withholding::Everything;
        let Some(next) = self.withhold(id, version, commit, everything).await? else {
            return Ok(false);
        };
        self.commits.loader.forget(id).await;
        self.commits.pubsub.publish(id.as_str(), next.0).await;
        self.commits.metrics.tables_erased.inc();
        Ok(true)
    }

    /// Forgets the players of a seat as of a version. Returns whether this did it.
    async fn forget_at(
        &self,
        id: &TableId,
        table: &Arc<Table>,
        seat: SeatNo,
    ) -> Result<bool, ServiceError> {
        let events = table.forget(seat)?;
        let mut after = Table::clone(table);
        after.fold(&events);
        let commit = NewCommit {
            command_id: CommandId::of_operator(table.version()),
            actor: Actor::Operator,
            command: Command::Forget { seat },
            at_ms: (self.commits.now_ms)(),
            events,
            index: index_of(&after)?,
        };
        let replaced = self.without(id, table.version(), seat).await?;
        let withholding = Withholding::Records(replaced);
        let version = table.version();
        let Some(next) = self.withhold(id, version, commit, withholding).await? else {
            return Ok(false);
        };
        self.commits.loader.cache.put(id, Arc::new(after));
        self.commits.loader.snapshots.unshare(id).await;
        self.commits.pubsub.publish(id.as_str(), next.0).await;
        Ok(true)
    }

    /// Appends a commit that withholds others. Returns the version it led to; none if another commit came first.
    async fn withhold(
        &self,
        id: &TableId,
        version: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<Option<Version>, ServiceError> {
        let withheld = self.journal.withhold(id, version, commit, withholding);
        match withheld.await {
            Ok(AppendOutcome::Appended(next)) => Ok(Some(next)),
            Ok(AppendOutcome::Repeated(_)) | Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the records of a table up to a version, and returns what stands in place of those that tell of a seat.
    async fn without(
        &self,
        id: &TableId,
        until: Version,
        seat: SeatNo,
    ) -> Result<Vec<Replacement>, ServiceError> {
        let (mut replaced, mut after) = (Vec::new(), Version(0));
        while after < until {
            let records = self.journal.read(id, after).await?;
            replaced.extend(records.iter().filter_map(|record| {
                let (command, events) = without(seat, &record.command, &record.events)?;
                Some(Replacement::of(record, &command, &events))
            }));
            match records.last() {
                Some(last) if records.len() == READ_MAX => after = last.version,
                Some(_) | None => break,
            }
        }
        Ok(replaced)
    }

    /// Whether the last commit of a table erased it. What cannot be read did not.
    async fn is_erased(&self, id: &TableId, version: Version) -> bool {
        let before = Version(version.0.saturating_sub(1));
        let records = self.journal.read(id, before).await.unwrap_or_default();
        records
            .first()
            .is_some_and(|last| last.command == Command::Erase {})
    }
}
