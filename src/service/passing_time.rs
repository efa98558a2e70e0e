//! Letting a passed deadline of one table have its consequence.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use game::{Command, CommandId, Refusal, TableId, Version};

use crate::commit::{Capacity, Commits};
use crate::error::ServiceError;
use crate::issuer::Issuer;
use crate::metrics::StageTimes;

impl Commits {
    /// Lets one table's deadline pass. That somebody else was first, or that a choice came in time, is no
    /// error.
    pub(crate) async fn pass_time(self: &Arc<Self>, id: &TableId) -> Result<(), ServiceError> {
        let feed = self.feeds.of(id);
        let _turn = feed.turn().await?;
        let table = self.loader.load(id).await?;
        self.pass_time_in_turn(id, table.version()).await
    }

    /// Boxed, because letting time pass is a commit, and a commit may have to let time pass first.
    pub(crate) fn pass_time_in_turn<'a>(
        self: &'a Arc<Self>,
        table: &'a TableId,
        version: Version,
    ) -> PassingTime<'a> {
        Box::pin(async move {
            // The id comes from the version, so of all instances that see the deadline pass one appends.
            let id = CommandId::of_clock(version);
            let (times, command) = (StageTimes::begin(), Command::PassTime {});
            let kind = command.kind();
            let (issuer, capacity) = (Issuer::Clock, Capacity::Counted);
            let passed = self
                .decide_and_append(table, issuer, id, command, capacity, &times)
                .await;
            self.note_command(table, kind, &times, &passed);
            match passed {
                Ok(_) => {
                    self.metrics.deadlines_passed.inc();
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
type PassingTime<'a> = Pin<Box<dyn Future<Output = Result<(), ServiceError>> + Send + 'a>>;
