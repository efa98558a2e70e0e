//! What a transaction passes between its work and its commit.

use rusqlite::Transaction;

/// Somebody who must agree to every transaction of the writer.
pub(crate) trait WriteHook: Send {
    /// Before the work of a transaction: what is owed is done first.
    fn open(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError>;

    /// After the work and before the commit. An error rolls the transaction back.
    fn pass(&mut self, transaction: &Transaction<'_>) -> Result<(), WriteError>;

    /// After the commit.
    fn committed(&mut self);

    /// After the last transaction, when the journal is closed in order.
    fn close(&mut self);
}

/// Why a transaction did not come through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    /// Whoever had to agree did not.
    #[cfg(feature = "replica")]
    #[error("the replica does not have it")]
    Replica(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Lets everything through.
#[derive(Debug)]
pub(super) struct NoHook;

impl WriteHook for NoHook {
    fn open(&mut self, _: &Transaction<'_>) -> Result<(), WriteError> {
        Ok(())
    }

    fn pass(&mut self, _: &Transaction<'_>) -> Result<(), WriteError> {
        Ok(())
    }

    fn committed(&mut self) {}

    fn close(&mut self) {}
}
