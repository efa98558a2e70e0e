//! Lets passed deadlines have their consequence.
//!
//! A deadline is part of a table's state. Whichever instance sees it pass appends what follows from it, and
//! the version decides who was first.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use game::{Actor, Command, CommandId, Refusal, TableId};
use store::StoreError;

use crate::error::ServiceError;
use crate::tables::Tables;

/// How long the clock naps at most; another instance may have brought a deadline nearer unheard.
pub const CLOCK_NAP_MS_MAX: u64 = 5_000;
/// Tables looked at in one round.
const ROUND_MAX: usize = 100;
/// How long the clock naps while a table is left alone.
const LOOK_AGAIN_MS: u64 = 500;
/// How long a table whose deadline could not be dealt with is left alone, in milliseconds.
const LEAVE_ALONE_MS: u64 = 60_000;
/// How long a table of a newer release is left to instances of that release, in milliseconds.
const LEAVE_TO_NEWER_MS: u64 = 60 * 60_000;

impl Tables {
    /// Runs until `stop` is done.
    pub async fn run_clock(self: &Arc<Self>, stop: impl Future<Output = ()> + Send) {
        tokio::pin!(stop);
        let mut left_alone: HashMap<TableId, u64> = HashMap::new();
        loop {
            let nap_ms = self.pass_due(&mut left_alone).await;
            tokio::select! {
                () = &mut stop => return,
                () = self.clock_wakeup.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(nap_ms)) => {}
            }
        }
    }

    /// Lets every deadline that has passed have its consequence; returns how long nothing is due.
    async fn pass_due(self: &Arc<Self>, left_alone: &mut HashMap<TableId, u64>) -> u64 {
        let now_ms = self.now_ms();
        left_alone.retain(|_, until_ms| *until_ms > now_ms);
        let due = match self.journal.due(now_ms, ROUND_MAX + left_alone.len()).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "deadlines could not be read"
                );
                return CLOCK_NAP_MS_MAX;
            }
        };
        let mut dealt_with = due;
        dealt_with.retain(|table| !left_alone.contains_key(table));
        for table in dealt_with {
            let Err(error) = self.pass_time(&table).await else {
                continue;
            };
            let cause: &dyn std::error::Error = &error;
            tracing::warn!(%table, error = cause, "a deadline could not be dealt with");
            if let ServiceError::Store(StoreError::Unavailable(_)) = error {
                // That is not about this table: the others would wait for the same.
                return CLOCK_NAP_MS_MAX;
            }
            // Only an instance of that release can deal with it; this one need not look every minute.
            let is_newer = matches!(error, ServiceError::NewerRelease(_));
            let for_ms = if is_newer {
                LEAVE_TO_NEWER_MS
            } else {
                LEAVE_ALONE_MS
            };
            left_alone.insert(table, now_ms + for_ms);
        }
        self.nap_ms(left_alone).await
    }

    async fn nap_ms(&self, left_alone: &HashMap<TableId, u64>) -> u64 {
        if !left_alone.is_empty() {
            // What is left alone stays due; the next of the others can only be looked for.
            return LOOK_AGAIN_MS;
        }
        match self.journal.next_due().await {
            Ok(Some(due_ms)) => due_ms
                .saturating_sub(self.now_ms())
                .clamp(1, CLOCK_NAP_MS_MAX),
            Ok(None) | Err(_) => CLOCK_NAP_MS_MAX,
        }
    }

    /// Lets one table's deadline pass. That somebody else was first, or that a choice came in time, is no
    /// error.
    ///
    /// Boxed, because letting time pass is a commit, and a commit may have to let time pass first.
    pub(crate) fn pass_time<'a>(self: &'a Arc<Self>, table: &'a TableId) -> Passing<'a> {
        Box::pin(async move {
            let id = CommandId::of_clock(self.head(table).await?);
            let passed = self.commit(table, Actor::Clock, None, id, Command::PassTime {});
            match passed.await {
                Ok(_) => {
                    self.metrics
                        .deadlines_passed
                        .fetch_add(1, Ordering::Relaxed);
                    Ok(())
                }
                Err(
                    ServiceError::Refused(Refusal::TooEarly | Refusal::Closed) | ServiceError::Busy,
                ) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }
}

/// Time passing at one table.
type Passing<'a> = Pin<Box<dyn Future<Output = Result<(), ServiceError>> + Send + 'a>>;
