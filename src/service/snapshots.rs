//! Snapshots: a cache in the journal, so that a long table loads quickly.

use game::{Table, TableId};

use crate::error::GameError;
use crate::games::Games;

/// Commits between two snapshots of a table.
const SNAPSHOT_EVERY: u64 = 64;
/// The form in which this release keeps snapshots; one of another form is ignored.
const SNAPSHOT_FORMAT: u32 = 1;

impl Games {
    /// A snapshot is a cache: failing to keep one is worth a line in the log and nothing more.
    pub(crate) async fn keep_snapshot(&self, id: &TableId, table: &Table) {
        if !table.version().0.is_multiple_of(SNAPSHOT_EVERY) {
            return;
        }
        let state = match serde_json::to_string(table) {
            Ok(state) => state,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a snapshot could not be made"
                );
                return;
            }
        };
        let kept = self
            .journal
            .keep_snapshot(id, SNAPSHOT_FORMAT, table.version(), state)
            .await;
        if let Err(error) = kept {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a snapshot could not be kept"
            );
        }
    }

    /// The table as its newest snapshot has it; as nobody opened it, if there is none that can be read.
    pub(crate) async fn snapshot(&self, id: &TableId) -> Result<Table, GameError> {
        let snapshot = self.journal.snapshot(id, SNAPSHOT_FORMAT).await?;
        let table = snapshot.and_then(|(version, state)| {
            let table: Table = serde_json::from_str(&state).ok()?;
            (table.version() == version).then_some(table)
        });
        Ok(table.unwrap_or_default())
    }
}
