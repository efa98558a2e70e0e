//! The clock: lets passed deadlines have their consequence.
//!
//! A deadline is part of a table's state. Whichever instance sees it pass appends what follows from it, and
//! the version decides who was first.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use game::{TableId, TimeLimit};
use store::{Journal, StoreError};
use tokio::time::Instant;

use crate::clock_alarm::ClockAlarm;
use crate::commit::Commits;
use crate::deadlines::{ClockStep, TableWait};
use crate::error::ServiceError;

/// How long the clock sleeps at most, in milliseconds; another instance may have brought a deadline nearer
/// unheard.
pub const CLOCK_SLEEP_MS_MAX: u64 = 5_000;
/// Tables looked at in one round.
const ROUND_MAX: usize = 100;
/// How long the clock sleeps while a table is left alone, in milliseconds.
const LOOK_AGAIN_MS: u64 = 500;
/// How long a table whose passed deadline could not be applied is left alone, in milliseconds.
const LEAVE_ALONE_MS: u64 = 60_000;
/// How often gatherings are looked for that were opened and left alone.
const UNATTENDED_EVERY: Duration = Duration::from_mins(1);
/// How long a table of a newer release is left to instances of that release, in milliseconds.
const LEAVE_TO_NEWER_MS: u64 = 60 * 60_000;

/// How often tables are looked for whose deadlines no wait explains, and how many.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
const SWEEP_MAX: usize = 100_000;
/// How much further away than the longest wait such a deadline is, in milliseconds.
const SWEEP_TOLERANCE_MS: u64 = 60_000;

/// The tables whose deadlines are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SweepRange {
    /// All live ones.
    All,
    /// Those whose deadlines are further away than any table waits.
    BeyondAllWaits,
}

/// Lets passed deadlines have their consequence, of all tables of the journal.
pub struct Clock {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) commits: Arc<Commits>,
    pub(crate) now_ms: fn() -> u64,
    pub(crate) alarm: Arc<ClockAlarm>,
}

impl Clock {
    /// Runs until `stop` is done.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        tokio::pin!(stop);
        let mut left_alone: HashMap<TableId, Instant> = HashMap::new();
        let mut steps = ClockStep::new();
        let mut swept: Option<Instant> = None;
        let mut unattended: Option<Instant> = None;
        loop {
            if steps.was_back((self.now_ms)()) {
                tracing::warn!("the clock was set back; no table waits longer for that");
                self.sweep(SweepRange::All).await;
            } else if swept.is_none_or(|swept| swept.elapsed() >= SWEEP_EVERY) {
                swept = Some(Instant::now());
                self.sweep(SweepRange::BeyondAllWaits).await;
            }
            // Until it is known when the clock wakes next, each new deadline is a reason to look again.
            self.alarm.set(u64::MAX);
            if unattended.is_none_or(|looked| looked.elapsed() >= UNATTENDED_EVERY) {
                unattended = Some(Instant::now());
                self.end_unattended(&mut left_alone).await;
            }
            let sleep_ms = match self.pass_due(&mut left_alone).await {
                Ok(()) => self.sleep_ms(&left_alone).await,
                Err(_) => CLOCK_SLEEP_MS_MAX,
            };
            self.alarm.set((self.now_ms)().saturating_add(sleep_ms));
            tokio::select! {
                () = &mut stop => return,
                () = self.alarm.rung() => {}
                () = tokio::time::sleep(Duration::from_millis(sleep_ms)) => {}
            }
        }
    }

    /// Does once what is due now, for a process that stands still between two rounds: ends gatherings that were left alone,
    /// and lets passed deadlines have their consequence.
    pub async fn round(&self) {
        let mut left_alone = HashMap::new();
        self.end_unattended(&mut left_alone).await;
        // That the storage is out of reach is logged, and is met again in the next round.
        drop(self.pass_due(&mut left_alone).await);
    }

    /// Lets every deadline that has passed have its consequence. An error says that the storage is out of reach, and is
    /// logged.
    async fn pass_due(
        &self,
        left_alone: &mut HashMap<TableId, Instant>,
    ) -> Result<(), ServiceError> {
        let now_ms = (self.now_ms)();
        left_alone.retain(|_, until| *until > Instant::now());
        // Those left alone are still due and come first: without room for them they would hide the others.
        let due = match self.journal.due(now_ms, ROUND_MAX + left_alone.len()).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "deadlines could not be read"
                );
                return Err(error.into());
            }
        };
        let mut dealt_with = due;
        dealt_with.extend(self.commits.deadlines.passed().into_iter().take(ROUND_MAX));
        self.pass_all(dealt_with, left_alone).await
    }

    /// Ends gatherings that were opened and then looked at by nobody: they keep a code, and whoever opens tables only to
    /// open them would leave one each.
    async fn end_unattended(&self, left_alone: &mut HashMap<TableId, Instant>) {
        let opened_ms = (self.now_ms)().saturating_sub(TimeLimit::unattended_ms());
        let limit = ROUND_MAX + left_alone.len();
        match self.journal.unattended(opened_ms, limit).await {
            // That the storage is out of reach is logged, and is met again in a minute.
            Ok(unattended) => drop(self.pass_all(unattended, left_alone).await),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "gatherings that were left alone could not be read");
            }
        }
    }

    /// Lets time pass at tables that are not left alone for now. An error says that the storage is out of reach.
    async fn pass_all(
        &self,
        mut tables: Vec<TableId>,
        left_alone: &mut HashMap<TableId, Instant>,
    ) -> Result<(), ServiceError> {
        tables.retain(|table| !left_alone.contains_key(table));
        for table in tables {
            let Err(error) = self.commits.pass_time(&table).await else {
                continue;
            };
            let cause: &dyn std::error::Error = &error;
            tracing::warn!(%table, error = cause, "a passed deadline could not be applied");
            if let ServiceError::Store(StoreError::Unavailable(_)) = error {
                // That is not about this table: the others would wait for the same.
                return Err(error);
            }
            // Only an instance of that release can deal with it; this one need not look every minute.
            let is_newer = matches!(error, ServiceError::NewerRelease(_));
            let for_ms = if is_newer {
                LEAVE_TO_NEWER_MS
            } else {
                LEAVE_ALONE_MS
            };
            left_alone.insert(table, Instant::now() + Duration::from_millis(for_ms));
        }
        Ok(())
    }

    async fn sleep_ms(&self, left_alone: &HashMap<TableId, Instant>) -> u64 {
        if !left_alone.is_empty() {
            // What is left alone stays due; the next of the others can only be looked for.
            return LOOK_AGAIN_MS;
        }
        let next_ms = match self.journal.next_due().await {
            Ok(Some(due_ms)) => due_ms.saturating_sub((self.now_ms)()),
            Ok(None) | Err(_) => CLOCK_SLEEP_MS_MAX,
        };
        let countdown = self.commits.deadlines.next();
        let countdown_ms = countdown.and_then(|left| u64::try_from(left.as_millis()).ok());
        next_ms
            .min(countdown_ms.unwrap_or(CLOCK_SLEEP_MS_MAX))
            .clamp(1, CLOCK_SLEEP_MS_MAX)
    }

    /// Looks for deadlines that are too far away, at tables that nobody may look at, so that they are counted down.
    async fn sweep(&self, range: SweepRange) {
        let near_until_ms = match range {
            SweepRange::All => 0,
            SweepRange::BeyondAllWaits => {
                (self.now_ms)().saturating_add(TimeLimit::WAIT_MAX_MS + SWEEP_TOLERANCE_MS)
            }
        };
        let all = self.journal.due(u64::MAX, SWEEP_MAX).await;
        let near = self.journal.due(near_until_ms, SWEEP_MAX).await;
        let (Ok(all), Ok(near)) = (all, near) else {
            // The next round says that deadlines could not be read.
            return;
        };
        let near: HashSet<TableId> = near.into_iter().collect();
        for id in all.iter().filter(|id| !near.contains(id)) {
            // One that cannot be loaded is no further away than before.
            if let Ok(table) = self.commits.loader.load(id).await {
                self.commits.deadlines.of(id, TableWait::of(&table));
            }
        }
    }
}
