//! An exported Chronicle: everything that happened at a table, for anybody to check.

use std::sync::Arc;

use game::{TableId, Version};
use serde::{Deserialize, Serialize};
use store::{Journal, READ_MAX, StoreError};

use crate::error::ServiceError;
use crate::loading::TableLoader;

/// The format of an export.
pub(crate) const FORMAT: &str = "arcane-codex-chronicle/1";

/// The first line of an export; every further line is a [`store::Record`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportHeader {
    pub(crate) format: String,
    pub(crate) table: TableId,
    pub(crate) commitment: String,
    pub(crate) seed: String,
}

/// One line of an export, as its schema tells.
#[cfg(feature = "schema")]
#[derive(Clone, Debug, schemars::JsonSchema)]
#[schemars(untagged)]
pub enum ExportLine {
    /// The first.
    Header(ExportHeader),
    /// Every other.
    Record(Box<store::Record>),
}

/// Exports the Chronicles of tables that are over.
pub struct Chronicles {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) loader: Arc<TableLoader>,
}

impl Chronicles {
    /// Begins to export the Chronicle that was opened last, as JSON lines: everything up to the end of its
    /// quest, and nothing of the one that may follow.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotOver`] while the story goes on: until then its seed and whispers are secret.
    pub async fn export(&self, id: &TableId) -> Result<Export, ServiceError> {
        let table = self.loader.load(id).await?;
        let told = table.last_told().ok_or(ServiceError::NotOver)?;
        let header = ExportHeader {
            format: FORMAT.to_owned(),
            table: id.clone(),
            commitment: told.commitment,
            seed: told.seed.to_hex(),
        };
        Ok(Export {
            journal: Arc::clone(&self.journal),
            table: id.clone(),
            header: Some(line(&header)?),
            after: Version(0),
            until: told.ended,
            over: false,
        })
    }
}

/// An export under way. It is read part by part, so that its length costs no memory.
pub struct Export {
    journal: Arc<dyn Journal>,
    table: TableId,
    header: Option<String>,
    after: Version,
    /// The last version that is told: a party that goes on keeps what follows to itself.
    until: Version,
    over: bool,
}

impl Export {
    /// Returns the next lines; `None` when all were read.
    pub async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if let Some(header) = self.header.take() {
            return Ok(Some(header));
        }
        if self.over {
            return Ok(None);
        }
        let mut records = self.journal.read(&self.table, self.after).await?;
        let is_last = records.len() < READ_MAX;
        records.retain(|record| record.version <= self.until);
        if let Some(last) = records.last() {
            self.after = last.version;
        }
        self.over = is_last || self.after >= self.until;
        let lines: Result<Vec<String>, ServiceError> = records.iter().map(line).collect();
        Ok(Some(lines?.concat()))
    }

    /// Reads all that is left, for tests and small tables.
    pub async fn text(mut self) -> Result<String, ServiceError> {
        let mut text = String::new();
        while let Some(lines) = self.next().await? {
            text.push_str(&lines);
        }
        Ok(text)
    }
}

fn line<T: Serialize>(value: &T) -> Result<String, ServiceError> {
    let mut text = serde_json::to_string(value)
        .map_err(|error| ServiceError::Store(StoreError::Unavailable(Box::new(error))))?;
    text.push('\n');
    Ok(text)
}
