//! The layout's number, which says whose the table is.

use dynamo::{CreatedTable, DynamoError, DynamoTable, check_table};

use super::DynamoStore;
use super::append_transaction::{not_there, token};
use super::errors::{judge, unusable};
use super::items::{self, Item, ItemReader};
use super::keys::ItemKey;
use super::stand::StandCache;
use super::transaction::{ItemUpdate, WriteCondition};
use crate::StoreError;

/// The number of the layout that the journal's module tells.
const KNOWN: u64 = 1;

const SCHEMA: &str = "schema_no";
const CHECKS: &str = "check_no";
/// The import that fills the table.
const IMPORT: &str = "import_id";

/// Makes the table unless it is there, and writes down its layout.
///
/// # Errors
///
/// [`StoreError::Unusable`] for a table of this name that has another shape, or when a right is missing.
pub async fn create_table(table: &DynamoTable) -> Result<CreatedTable, StoreError> {
    let created = dynamo::create_table(table).await;
    let created = created.map_err(|error| judge(&table.name, error))?;
    let store = DynamoStore {
        table: table.clone(),
        stands: StandCache::default(),
        admissions: tokio::sync::Mutex::default(),
    };
    store.check_layout().await?;
    Ok(created)
}

impl DynamoStore {
    /// Checks that the table is one of this release. One that is new becomes one.
    pub(super) async fn check_layout(&self) -> Result<(), StoreError> {
        // It is written once: an answer that is a little old is right, and costs half.
        let request = self.table.client.get_item().table_name(&self.table.name);
        let request = request.set_key(Some(ItemKey::meta().item()));
        let found = self.ask(|| request.clone().send()).await?.item;
        match found {
            Some(meta) => self.judge_layout(&meta),
            None => self.write_layout().await,
        }
    }

    fn judge_layout(&self, meta: &Item) -> Result<(), StoreError> {
        let meta = ItemReader(meta);
        let schema = meta.number(SCHEMA)?;
        if schema > KNOWN {
            let why = format!(
                "was written by a newer release of The Arcane Codex (schema {schema}, this release knows {KNOWN}): \
                 update this one"
            );
            return Err(unusable(&self.table.name, &why));
        }
        if meta.has(IMPORT) {
            let why = "holds a part of a journal: an import is under way, or broke off. Wait for it, or make another table \
                       (arcane-codex store create) and import into that";
            return Err(unusable(&self.table.name, why));
        }
        Ok(())
    }

    async fn write_layout(&self) -> Result<(), StoreError> {
        let checked = check_table(&self.table).await;
        checked.map_err(|error| self.judge(error))?;
        let update = ItemUpdate::default().set(SCHEMA, items::number(KNOWN));
        let written = self.update_meta(&update, not_there()).await?;
        if written {
            return Ok(());
        }
        // Another process was quicker, perhaps of another release.
        match self.item(&ItemKey::meta()).await? {
            Some(meta) => self.judge_layout(&meta),
            None => Ok(()),
        }
    }

    /// Writes something that means nothing, to see that it can be written.
    pub(super) async fn touch(&self) -> Result<(), StoreError> {
        let update = ItemUpdate::default().add(CHECKS, items::number(1));
        let condition = WriteCondition::new("schema_no <= :known");
        let condition = condition.with(":known", items::number(KNOWN));
        let is_ours = self.update_meta(&update, condition).await?;
        if is_ours {
            return Ok(());
        }
        Err(unusable(
            &self.table.name,
            "was emptied, or is now of a newer release: start this process anew",
        ))
    }

    /// Marks the table as being filled by an import. Says whether it was not before.
    pub(super) async fn begin_import(&self) -> Result<bool, StoreError> {
        // Sent again because its answer was lost, it finds its own mark.
        let own = items::text(token(&[0; 32]));
        let update = ItemUpdate::default().set(IMPORT, own.clone());
        let condition = WriteCondition::new(
            "schema_no <= :known AND (attribute_not_exists(import_id) OR import_id = :own)",
        );
        let condition = condition
            .with(":known", items::number(KNOWN))
            .with(":own", own);
        self.update_meta(&update, condition).await
    }

    /// Takes the mark of an import off.
    pub(super) async fn end_import(&self) -> Result<(), StoreError> {
        let update = ItemUpdate::default().remove(IMPORT);
        let condition = WriteCondition::new("attribute_exists(pk)");
        self.update_meta(&update, condition).await?;
        Ok(())
    }

    async fn update_meta(
        &self,
        update: &ItemUpdate,
        condition: WriteCondition,
    ) -> Result<bool, StoreError> {
        let updated = self.update_if(&ItemKey::meta(), update, &condition).await;
        updated.map_err(|error: DynamoError| self.judge(error))
    }
}
