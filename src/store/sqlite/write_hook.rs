//! The hook around every write transaction.

use rusqlite::Transaction;

use super::file_watch::FileLostError;

/// A hook around every write transaction. A replica uploads the batch in it: before the commit (strict) or after
/// it (async).
pub(crate) trait WriteHook: Send {
    /// Runs after BEGIN and before the batch's work.
    fn before_work(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError>;

    /// Runs after the work and before COMMIT. An error rolls the transaction back.
    fn before_commit(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError>;

    /// Runs after COMMIT succeeded.
    fn after_commit(&mut self);

    /// Runs after the last transaction, when the journal is closed in order.
    fn on_close(&mut self);
}

/// Why a transaction was not committed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// What would be written is gone when the process ends.
    #[error("the journal's file is not in its place")]
    Lost(#[from] FileLostError),
    /// The replica could not take the batch.
    #[cfg(feature = "replica")]
    #[error("the replica does not have it")]
    Replica(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A hook that does nothing.
#[derive(Debug)]
pub(super) struct NoHook;

impl WriteHook for NoHook {
    fn before_work(&mut self, _: &Transaction<'_>) -> Result<(), WriteError> {
        Ok(())
    }

    fn before_commit(&mut self, _: &Transaction<'_>) -> Result<(), WriteError> {
        Ok(())
    }

    fn after_commit(&mut self) {}

    fn on_close(&mut self) {}
}
