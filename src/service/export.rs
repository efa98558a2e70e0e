//! An exported Chronicle: everything that happened at a table, for anybody to check.

use game::{Phase, TableId, Version};
use serde::{Deserialize, Serialize};
use store::READ_MAX;

use crate::error::GameError;
use crate::games::Games;

/// The form of an export.
pub(crate) const FORMAT: &str = "arcane-codex-chronicle/1";

/// The first line of an export; every further line is a [`store::Record`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heading {
    pub(crate) format: String,
    pub(crate) table: TableId,
    pub(crate) commitment: String,
    pub(crate) seed: String,
}

impl Games {
    /// Exports the Chronicle of a table that is over, as JSON lines.
    ///
    /// # Errors
    ///
    /// [`GameError::NotOver`] while the story goes on: until then its seed and whispers are secret.
    pub async fn export(&self, id: &TableId) -> Result<String, GameError> {
        let table = self.load(id).await?;
        let Some(seed) = table.seed().filter(|_| table.phase() == Phase::Chronicle) else {
            return Err(GameError::NotOver);
        };
        let heading = Heading {
            format: FORMAT.to_owned(),
            table: id.clone(),
            commitment: table.commitment().to_owned(),
            seed: seed.to_hex(),
        };
        let mut text = line(&heading)?;
        let mut after = Version(0);
        loop {
            let records = self.journal.read(id, after).await?;
            for record in &records {
                text.push_str(&line(record)?);
                after = record.version;
            }
            if records.len() < READ_MAX {
                return Ok(text);
            }
        }
    }
}

fn line<T: Serialize>(value: &T) -> Result<String, GameError> {
    let mut text = serde_json::to_string(value)
        .map_err(|error| GameError::Store(store::StoreError::Unavailable(Box::new(error))))?;
    text.push('\n');
    Ok(text)
}
