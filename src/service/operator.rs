//! What an operator does to tables: the same by page, by API and on the command line.
//!
//! What is done is a commit like any other, decided by the rules. Nothing here shows a secret of a live table but
//! [`Tables::look_into`], and what it reads it reads only after an event that the players see.

use std::sync::Arc;

use game::{Command, CommandId, Refusal, SceneId, SeatNo, Stage, TableId, View};
use serde::Deserialize;

use crate::commit::{Capacity, Commits};
use crate::error::ServiceError;
use crate::issuer::Issuer;
use crate::tables::Tables;

/// How often an operation is tried again that met another of an operator's at the same version.
const ATTEMPTS_MAX: usize = 4;

/// What an operator does to one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TableOperation {
    /// Ends the table for everybody; one that is over stays as it is.
    Close {},
    /// Frees a seat, though its player may be there.
    Vacate {
        /// The seat.
        seat: SeatNo,
    },
    /// Gives the open scene its whole limit once more.
    Extend {},
    /// Makes another seat host.
    HandOver {
        /// The new host.
        seat: SeatNo,
    },
    /// Takes back the names of a seat's players and what they said.
    Forget {
        /// The seat.
        seat: SeatNo,
    },
    /// Takes back all that the table tells.
    Delete {
        /// Also if it is being played, or cannot be read.
        #[serde(default)]
        force: bool,
    },
}

impl TableOperation {
    /// Returns its name, as the API has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Close {} => "close",
            Self::Vacate { .. } => "vacate",
            Self::Extend {} => "extend",
            Self::HandOver { .. } => "hand-over",
            Self::Forget { .. } => "forget",
            Self::Delete { .. } => "delete",
        }
    }

    /// Returns the seat it concerns, if it concerns one.
    pub fn seat(self) -> Option<SeatNo> {
        match self {
            Self::Vacate { seat } | Self::HandOver { seat } | Self::Forget { seat } => Some(seat),
            Self::Close {} | Self::Extend {} | Self::Delete { .. } => None,
        }
    }
}

impl Tables {
    /// Does something to a table on behalf of the operator.
    ///
    /// # Errors
    ///
    /// [`ServiceError::StillPlayed`] for a deletion without force of a table that is being played, the refusal of what the
    /// rules do not allow an operator, and those of loading the table.
    pub async fn operate(
        &self,
        id: &TableId,
        operation: TableOperation,
    ) -> Result<(), ServiceError> {
        let command = match operation {
            TableOperation::Close {} => return self.commits.close(id).await,
            TableOperation::Forget { seat } => return self.erasures.forget(id, seat).await,
            TableOperation::Delete { force } => return self.delete(id, force).await,
            TableOperation::Vacate { seat } => Command::Vacate { seat },
            TableOperation::HandOver { seat } => Command::HandOver { seat },
            TableOperation::Extend {} => Command::Extend {
                scene: self.open_scene(id).await?,
            },
        };
        self.commits.operate(id, command).await
    }

    async fn delete(&self, id: &TableId, force: bool) -> Result<(), ServiceError> {
        if !force && self.loader.load(id).await?.phase().is_live() {
            return Err(ServiceError::StillPlayed);
        }
        self.erasures.erase(id).await
    }

    /// Returns the scene that is open, as a spectator sees it.
    async fn open_scene(&self, id: &TableId) -> Result<SceneId, ServiceError> {
        match self.spectators_view(id).await?.stage {
            Stage::Scene(scene) => Ok(scene.scene),
            Stage::Gathering
            | Stage::Question(_)
            | Stage::Waiting
            | Stage::QuestChoice { .. }
            | Stage::Naming(_)
            | Stage::Chronicle(_)
            | Stage::Closed
            | Stage::Unknown => Err(Refusal::NotNow.into()),
        }
    }

    pub(crate) async fn spectators_view(&self, id: &TableId) -> Result<View, ServiceError> {
        let table = self.loader.load(id).await?;
        Ok(table.view(&self.world, None))
    }
}

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
        for _ in 0..ATTEMPTS_MAX {
            // The id comes from the version: two operators who do the same at once do it once.
            let version = self.loader.load(table).await?.version();
            let id = CommandId::of_operator(version);
            let capacity = Capacity::Counted;
            let done = self.commit(table, Issuer::Operator, id, command.clone(), capacity);
            match done.await {
                // Another operator has done something else at that version.
                Err(ServiceError::ForeignCommand) => {}
                done => return done.map(drop),
            }
        }
        Err(ServiceError::Busy)
    }
}
