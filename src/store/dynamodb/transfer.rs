//! A whole journal out of the table, and into it.
//!
//! An export reads one table after the other, each as of a moment of its own. An import writes records first and heads last,
//! so that nothing is found before all is there; what it has written it deletes again when it fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use game::{TableId, Version};

use super::DynamoStore;
use super::append::AppendTerms;
use super::append_transaction::{code_item, command_item, record_items};
use super::errors::{unavailable, unusable};
use super::items::Item;
use super::keys::{self, ItemKey, SHARDS};
use super::records::{KeptRecord, RecordAssembler, records_after};
use super::requests::{Attempts, ItemQuery, REQUESTS_MAX};
use super::stand::HeadItem;
use super::table_index::{IS_UNTOUCHED, index_update, table_of};
use crate::chain::{BodyHeader, StoredRecord};
use crate::transfer::{
    BATCH_RECORDS_MAX, ChainCheck, CheckedRecord, RecordSender, RecordStream, TransferRecord,
    bytes_of,
};
use crate::withholding::{WITHHOLDS, is_erased};
use crate::{
    JournalSummary, ProgressListener, ProgressStep, StoreError, USE_NOTED_MS, Withholding,
};

/// Items that the service takes in one request for writes.
const BATCH_ITEMS_MAX: usize = 25;
/// How often a batch is sent of which the service takes only a part each time.
const BATCH_ATTEMPTS_MAX: u32 = 16;
/// How often a table is read that does not lead to its head, or of which something was withheld meanwhile.
const READS_MAX: u32 = 4;

/// Streams the journal.
pub(super) fn export(store: Arc<DynamoStore>) -> RecordStream {
    RecordStream::from_task(|sender| async move { store.send_all(&sender).await })
}

impl DynamoStore {
    async fn send_all(&self, sender: &RecordSender) -> Result<(), StoreError> {
        let batch_max = usize::try_from(BATCH_RECORDS_MAX).unwrap_or(usize::MAX);
        for shard in 0..SHARDS {
            let mut from = None;
            loop {
                let (tables, next) = self.tables_of_shard(shard, from).await?;
                for table in &tables {
                    let records = self.whole(table).await?;
                    for batch in records.chunks(batch_max) {
                        sender.send(batch.to_vec()).await?;
                    }
                }
                from = next;
                if from.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Lists a page of the tables of one shard, in the order of their ids, and where the next page begins.
    pub(super) async fn tables_of_shard(
        &self,
        shard: u8,
        from: Option<Item>,
    ) -> Result<(Vec<TableId>, Option<Item>), StoreError> {
        let partition = keys::shard(shard);
        let query = ItemQuery {
            partition: &partition,
            ..ItemQuery::default()
        };
        let page = self.page(&query, from).await?;
        let tables: Result<Vec<TableId>, StoreError> = page.items.iter().map(table_of).collect();
        Ok((tables?, page.next))
    }

    /// Reads all records of a table.
    async fn whole(&self, table: &TableId) -> Result<Vec<TransferRecord>, StoreError> {
        let damaged = |version: Version, why: &str| StoreError::Damaged {
            table: table.clone(),
            version,
            source: why.to_owned().into(),
        };
        let mut reads_left = READS_MAX;
        loop {
            reads_left -= 1;
            let before = self.stand(table).await?;
            let before =
                before.ok_or_else(|| damaged(Version(1), "nothing says where it stands"))?;
            if before.unfinished.is_some() {
                self.finish_withholding(table, &before).await?;
            }
            let (records, head) = self.records_and_head(table).await?;
            let head = head.unwrap_or(before.clone());
            let news = records
                .iter()
                .filter(|it| it.stored.version > before.version);
            // What was read before it may tell what it withholds.
            let withholds = news.clone().any(|it| it.stored.body.contains(WITHHOLDS));
            let last = records.last().map(|it| (it.stored.version, it.stored.hash));
            let leads_there = last.is_some_and(|(version, hash)| {
                version > head.version || (version, hash) == (head.version, head.hash)
            });
            if leads_there && !withholds {
                let records = records.into_iter();
                return Ok(records.map(|it| transferred(table, it, &head)).collect());
            }
            if reads_left == 0 {
                let reached = last.map_or(Version(0), |(version, _)| version);
                let why = format!(
                    "the table stands at version {}, its records do not",
                    head.version
                );
                return Err(damaged(reached, &why));
            }
        }
    }

    async fn records_and_head(
        &self,
        table: &TableId,
    ) -> Result<(Vec<KeptRecord>, Option<HeadItem>), StoreError> {
        let journal = keys::journal(table);
        let query = records_after(&journal, Version(0));
        let (mut assembler, mut from) = (RecordAssembler::default(), None);
        loop {
            let page = self.page(&query, from).await?;
            for item in &page.items {
                assembler.take(item)?;
            }
            from = page.next;
            if from.is_none() {
                return assembler.end();
            }
        }
    }

    /// Fills the journal, which must be empty.
    pub(super) async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        if !self.begin_import().await? {
            let why = "is being filled by another import, or one broke off: make another table and name that";
            return Err(unusable(&self.table.name, why));
        }
        let any = ItemQuery {
            limit: Some(1),
            ..ItemQuery::default()
        };
        if !self.of_shards(&any).await?.is_empty() {
            self.end_import().await?;
            let why = "holds a journal already, and nothing is written over: name another";
            return Err(unusable(&self.table.name, why));
        }
        let mut stands = BTreeMap::new();
        let filled = self.fill(records, progress, &mut stands).await;
        if filled.is_err() {
            for (table, stand) in &stands {
                self.delete_table(table, stand).await?;
            }
        }
        self.end_import().await?;
        filled
    }

    async fn fill(
        &self,
        mut records: RecordStream,
        progress: &ProgressListener,
        stands: &mut BTreeMap<TableId, HeadItem>,
    ) -> Result<JournalSummary, StoreError> {
        let mut check = ChainCheck::default();
        while let Some(batch) = records.next().await? {
            let (bytes, mut written) = (bytes_of(&batch), Vec::new());
            for record in batch {
                let checked = check.follow(record)?;
                let header = checked.stored.header(&checked.table)?;
                let (table, index) = (&checked.table, &checked.index);
                written.extend(record_items(
                    table,
                    &checked.stored,
                    index.deadline_ms,
                    index.live,
                )?);
                let command = ItemKey::command(table, &header.command_id);
                written.push(command_item(&command, checked.stored.version));
                let before = stands.remove(table);
                let after = stand_after(before, &checked, &header);
                stands.insert(checked.table, after);
            }
            self.put_all(written).await?;
            progress.report(&ProgressStep::Taken { bytes });
        }
        let found_by: Vec<Item> = stands
            .iter()
            .flat_map(|(table, stand)| found_by(table, stand))
            .collect();
        self.put_all(found_by).await?;
        Ok(check.summary())
    }

    /// Deletes all that is there of a table.
    async fn delete_table(&self, table: &TableId, stand: &HeadItem) -> Result<(), StoreError> {
        self.stands.forget(table);
        let journal = keys::journal(table);
        let query = ItemQuery {
            partition: &journal,
            ..ItemQuery::default()
        };
        let key = |item: Item| {
            let is_key = |name: &String| {
                name == dynamo::schema::PARTITION_KEY || name == dynamo::schema::SORT_KEY
            };
            item.into_iter().filter(|(name, _)| is_key(name)).collect()
        };
        let mut from = None;
        loop {
            let page = self.page(&query, from).await?;
            self.delete_all(page.items.into_iter().map(key)).await?;
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        let beside = [ItemKey::index(table), ItemKey::code(&stand.index.code)];
        self.delete_all(beside.iter().map(ItemKey::item)).await
    }

    async fn put_all(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let puts = items.into_iter().map(|item| {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.expect("an item is given");
            WriteRequest::builder().put_request(put).build()
        });
        self.write_all(puts.collect()).await
    }

    async fn delete_all(&self, keys: impl Iterator<Item = Item>) -> Result<(), StoreError> {
        let deletes = keys.map(|key| {
            let delete = DeleteRequest::builder().set_key(Some(key)).build();
            let delete = delete.expect("a key is given");
            WriteRequest::builder().delete_request(delete).build()
        });
        self.write_all(deletes.collect()).await
    }

    async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let batches = writes.chunks(BATCH_ITEMS_MAX);
        let batches: Vec<_> = batches.map(|batch| self.write(batch.to_vec())).collect();
        let written = stream::iter(batches).buffer_unordered(REQUESTS_MAX);
        written.try_collect().await
    }

    async fn write(&self, mut writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut attempts = Attempts::new(BATCH_ATTEMPTS_MAX);
        loop {
            let request = self.table.client.batch_write_item();
            let request = request.request_items(&self.table.name, writes);
            let answer = self.ask(|| request.clone().send()).await?;
            let left = answer.unprocessed_items.unwrap_or_default();
            writes = left.into_values().flatten().collect();
            if writes.is_empty() {
                return Ok(());
            }
            if !attempts.next().await {
                return Err(unavailable("the table takes fewer items than are written"));
            }
        }
    }
}

fn transferred(table: &TableId, kept: KeptRecord, head: &HeadItem) -> TransferRecord {
    let index = kept.index(head);
    let StoredRecord {
        version,
        body,
        before,
        hash,
    } = kept.stored;
    TransferRecord {
        table: table.clone(),
        index,
        version,
        body,
        before,
        hash,
    }
}

/// Where a table stands after one more record of another journal.
fn stand_after(before: Option<HeadItem>, checked: &CheckedRecord, header: &BodyHeader) -> HeadItem {
    let (stored, at_ms) = (&checked.stored, header.at_ms);
    let noted_ms = before.as_ref().map(|before| before.noted_ms);
    let noted_ms = noted_ms.filter(|noted_ms| {
        header.command_id.is_reserved() || noted_ms.abs_diff(at_ms) <= USE_NOTED_MS
    });
    let is_erased = header.withholds == Some(Withholding::Everything)
        || is_erased(stored.version, &header.command_id)
        || before.as_ref().is_some_and(|before| before.is_erased);
    HeadItem {
        version: stored.version,
        hash: stored.hash,
        index: checked.index.clone(),
        opened_ms: before.as_ref().map_or(at_ms, |before| before.opened_ms),
        committed_ms: at_ms,
        noted_ms: noted_ms.unwrap_or(at_ms),
        is_erased,
        unfinished: None,
        body_bytes: before.map_or(0, |before| before.body_bytes) + stored.body.len() as u64,
    }
}

/// The items by which a table is found.
fn found_by(table: &TableId, stand: &HeadItem) -> Vec<Item> {
    let mut index = ItemKey::index(table).item();
    let attributes = index_update(None, stand, AppendTerms::default());
    index.extend(attributes.into_attributes());
    if stand.version > Version(1) {
        index.remove(IS_UNTOUCHED);
    }
    let code = &stand.index.code;
    let code = stand.index.live.then(|| code_item(code, table));
    [stand.item(table), index].into_iter().chain(code).collect()
}
