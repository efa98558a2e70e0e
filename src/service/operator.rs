//! What an operator does to a live table.

use std::sync::Arc;

use game::{Command, CommandId, Refusal, TableId};

use crate::commit::{Capacity, Commits};
use crate::error::ServiceError;
use crate::issuer::Issuer;

impl Commits {
    /// Closes a table for everybody, on behalf of the operator. One that is over stays as it is.
    ///
    /// # Errors
    ///
    /// Those of loading the table.
    pub async fn close(self: &Arc<Self>, table: &TableId) -> Result<(), ServiceError> {
        match self.operate(table, Command::Close {}).await {
            Ok(()) | Err(ServiceError::Refused(Refusal::Closed)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Plays a command of the operator: a look into a live table, which its players are shown, a seat freed, a host made,
    /// a scene given more time, the table closed.
    ///
    /// # Errors
    ///
    /// Those of loading the table, and the refusal of what an operator may not do.
    pub async fn operate(
        self: &Arc<Self>,
        table: &TableId,
        command: Command,
    ) -> Result<(), ServiceError> {
        // The id comes from the version: two operators who do the same at once do it once.
        let version = self.loader.load(table).await?.version();
        let id = CommandId::of_operator(version);
        let capacity = Capacity::Counted;
        let done = self.commit(table, Issuer::Operator, id, command, capacity);
        done.await.map(drop)
    }
}
