//! What is found by name: several heads, a command, a code.

use std::collections::HashMap;

use game::{Code, CommandId, TableId, Version};

use super::DynamoStore;
use super::append_transaction::HELD_BY;
use super::errors::unavailable;
use super::items::ItemReader;
use super::keys::ItemKey;
use super::stand::HeadItem;
use crate::{Record, StoreError};

impl DynamoStore {
    /// Reads the versions of several tables, in the order they are asked for.
    pub(super) async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        let stands = self.stands_of(tables).await?;
        let version = |table| stands.get(table).map_or(Version(0), |stand| stand.version);
        Ok(tables.iter().map(version).collect())
    }

    /// Reads where several tables stand. Those that nobody opened are left out.
    pub(super) async fn stands_of(
        &self,
        tables: &[TableId],
    ) -> Result<HashMap<TableId, HeadItem>, StoreError> {
        // No item may be asked for twice.
        let known: HashMap<String, &TableId> = tables
            .iter()
            .map(|table| (ItemKey::head(table).partition, table))
            .collect();
        let keys: Vec<ItemKey> = known.values().map(|table| ItemKey::head(table)).collect();
        let mut stands = HashMap::with_capacity(keys.len());
        for item in self.items(&keys).await? {
            let partition = ItemReader(&item).text(dynamo::schema::PARTITION_KEY)?;
            if let Some(table) = known.get(partition) {
                let stand = HeadItem::read(&item)?;
                self.remember(table, Some(&stand));
                stands.insert((*table).clone(), stand);
            }
        }
        Ok(stands)
    }

    /// Finds the record a command led to.
    pub(super) async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        let Some(version) = self.version_of_command(table, command).await? else {
            return Ok(None);
        };
        let record = self.record(table, version).await?;
        // What was withheld in the meantime has another name now.
        Ok((record.command_id == *command).then_some(record))
    }

    /// Finds the live table of a code.
    pub(super) async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        let Some(item) = self.item(&ItemKey::code(code)).await? else {
            return Ok(None);
        };
        let holder = ItemReader(&item).text(HELD_BY)?.to_owned();
        TableId::try_from(holder).map(Some).map_err(unavailable)
    }
}
