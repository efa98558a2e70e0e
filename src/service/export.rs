//! An exported Chronicle: everything that happened at a table, for anybody to check.

use std::sync::Arc;

use game::{Phase, TableId, Version};
use serde::{Deserialize, Serialize};
use store::READ_MAX;

use crate::error::ServiceError;
use crate::tables::Tables;

/// The form of an export.
pub(crate) const FORMAT: &str = "arcane-codex-chronicle/1";

/// The first line of an export; every further line is a [`store::Record`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExportHeader {
    pub(crate) format: String,
    pub(crate) table: TableId,
    pub(crate) commitment: String,
    pub(crate) seed: String,
}

/// An export under way. It is read part by part, so that its length costs no memory.
#[derive(Debug)]
pub struct Export {
    tables: Arc<Tables>,
    table: TableId,
    header: Option<String>,
    after: Version,
    over: bool,
}

impl Tables {
    /// Begins to export the Chronicle of a table that is over, as JSON lines.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotOver`] while the story goes on: until then its seed and whispers are secret.
    pub async fn export(self: &Arc<Self>, id: &TableId) -> Result<Export, ServiceError> {
        let table = self.load(id).await?;
        let Some(seed) = table.seed().filter(|_| table.phase() == Phase::Chronicle) else {
            return Err(ServiceError::NotOver);
        };
        let header = ExportHeader {
            format: FORMAT.to_owned(),
            table: id.clone(),
            commitment: table.commitment().to_owned(),
            seed: seed.to_hex(),
        };
        Ok(Export {
            tables: Arc::clone(self),
            table: id.clone(),
            header: Some(line(&header)?),
            after: Version(0),
            over: false,
        })
    }
}

impl Export {
    /// The next lines; none when all were read.
    pub async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if let Some(header) = self.header.take() {
            return Ok(Some(header));
        }
        if self.over {
            return Ok(None);
        }
        let records = self.tables.journal.read(&self.table, self.after).await?;
        self.over = records.len() < READ_MAX;
        if let Some(last) = records.last() {
            self.after = last.version;
        }
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
        .map_err(|error| ServiceError::Store(store::StoreError::Unavailable(Box::new(error))))?;
    text.push('\n');
    Ok(text)
}
