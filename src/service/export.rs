//! An exported Chronicle: everything that happened at a table, for anybody to check.

use std::sync::Arc;

use game::{Phase, TableId, Version};
use serde::{Deserialize, Serialize};
use store::READ_MAX;

use crate::error::GameError;
use crate::tables::Games;

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

/// An export under way. It is read part by part, so that its length costs no memory.
#[derive(Debug)]
pub struct Export {
    games: Arc<Games>,
    table: TableId,
    heading: Option<String>,
    after: Version,
    over: bool,
}

impl Games {
    /// Begins to export the Chronicle of a table that is over, as JSON lines.
    ///
    /// # Errors
    ///
    /// [`GameError::NotOver`] while the story goes on: until then its seed and whispers are secret.
    pub async fn export(self: &Arc<Self>, id: &TableId) -> Result<Export, GameError> {
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
        Ok(Export {
            games: Arc::clone(self),
            table: id.clone(),
            heading: Some(line(&heading)?),
            after: Version(0),
            over: false,
        })
    }
}

impl Export {
    /// The next lines; none when all were read.
    pub async fn next(&mut self) -> Result<Option<String>, GameError> {
        if let Some(heading) = self.heading.take() {
            return Ok(Some(heading));
        }
        if self.over {
            return Ok(None);
        }
        let records = self.games.journal.read(&self.table, self.after).await?;
        self.over = records.len() < READ_MAX;
        if let Some(last) = records.last() {
            self.after = last.version;
        }
        let lines: Result<Vec<String>, GameError> = records.iter().map(line).collect();
        Ok(Some(lines?.concat()))
    }

    /// Reads all that is left, for tests and small tables.
    pub async fn text(mut self) -> Result<String, GameError> {
        let mut text = String::new();
        while let Some(lines) = self.next().await? {
            text.push_str(&lines);
        }
        Ok(text)
    }
}

fn line<T: Serialize>(value: &T) -> Result<String, GameError> {
    let mut text = serde_json::to_string(value)
        .map_err(|error| GameError::Store(store::StoreError::Unavailable(Box::new(error))))?;
    text.push('\n');
    Ok(text)
}
