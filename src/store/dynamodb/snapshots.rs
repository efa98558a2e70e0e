//! Snapshots: one a table, in an item of its own after the head.

use dynamo::DynamoError;
use game::{TableId, Version};

use super::DynamoStore;
use super::body::{compress_whole, decompress};
use super::errors::unavailable;
use super::items::{self, Item, ItemReader};
use super::keys::{self, ItemKey, SHARDS, SNAPSHOT};
use super::requests::ItemQuery;
use super::transaction::{ItemUpdate, WriteCondition, WriteTransaction};
use crate::sealed_state::KeptSnapshot;
use crate::{StateOrigin, StoreError};

/// Items that are looked at for a snapshot and the record it stands at: both, the head, and as many records as are
/// usually appended between two snapshots.
const TAIL_ITEMS: usize = 70;

const VERSION: &str = "snap_version";
const FORMAT: &str = "snap_format";
const STATE: &str = "snap_state";
const WITHHELD_TO: &str = "withheld_to";

/// Has a transaction throw a table's snapshot away, and none from before `until` be kept any more.
pub(super) fn withhold(transaction: &mut WriteTransaction, table: &TableId, until: Version) {
    let update = forget().set(WITHHELD_TO, items::number(until.0));
    transaction.update(ItemKey::snapshot(table), update, WriteCondition::none());
}

fn forget() -> ItemUpdate {
    ItemUpdate::default()
        .remove(VERSION)
        .remove(FORMAT)
        .remove(STATE)
}

/// A snapshot as it is kept, whatever its format.
struct FoundSnapshot {
    kept: KeptSnapshot,
    format: u32,
    /// The state as it is compressed.
    state: Vec<u8>,
}

impl DynamoStore {
    /// Returns the newest snapshot of a table in a format. One that does not stand at a record is thrown away.
    pub(super) async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let found = self.found_snapshot(table).await?;
        let Some(found) = found.filter(|found| found.format == format) else {
            return Ok(None);
        };
        if let Some(state) = found.kept.state(table, format) {
            return Ok(Some((found.kept.version, state.to_owned())));
        }
        found.kept.warn(table);
        // An error leaves it for the next time: whoever loads the table needs none.
        let still_this = WriteCondition::new("snap_state = :state");
        let still_this = still_this.with(":state", items::bytes(found.state));
        let _ = self
            .update_if(&ItemKey::snapshot(table), &forget(), &still_this)
            .await;
        Ok(None)
    }

    /// Finds a table's snapshot and its record: backwards from the end of the journal, so that one query reads both.
    async fn found_snapshot(&self, table: &TableId) -> Result<Option<FoundSnapshot>, StoreError> {
        let journal = keys::journal(table);
        let query = ItemQuery {
            partition: &journal,
            sort: Some("sk BETWEEN :first AND :last"),
            values: vec![
                (":first", items::text(keys::record(Version(1)))),
                (":last", items::text(SNAPSHOT)),
            ],
            is_backwards: true,
            limit: Some(TAIL_ITEMS),
            ..ItemQuery::default()
        };
        let tail = self.page(&query, None).await?;
        let Some((last, before)) = tail.items.split_first() else {
            return Ok(None);
        };
        if !is_at(last, SNAPSHOT) || !ItemReader(last).has(STATE) {
            return Ok(None);
        }
        let reader = ItemReader(last);
        let version = Version(reader.number(VERSION)?);
        let state = reader.bytes(STATE)?.to_vec();
        let sealed =
            decompress(&state).and_then(|bytes| String::from_utf8(bytes).map_err(unavailable));
        let key = keys::record(version);
        let record = match before.iter().find(|item| is_at(item, &key)) {
            Some(item) => Some(ItemReader(item).hash("record_hash")?),
            None => self.record_hash(table, version).await?,
        };
        Ok(Some(FoundSnapshot {
            kept: KeptSnapshot {
                version,
                // What cannot be read any more was changed: it is none either.
                sealed: sealed.unwrap_or_default(),
                record,
            },
            format: u32::try_from(reader.number(FORMAT)?).unwrap_or(0),
            state,
        }))
    }

    /// Keeps a snapshot that stands at a record which is there, unless there is a newer one of the same format, or a later
    /// commit withholds what it may hold.
    pub(super) async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: &str,
    ) -> Result<(), StoreError> {
        let known = self
            .stands
            .get(table)
            .filter(|stand| stand.version == version);
        let record = match known {
            Some(stand) => Some(stand.hash),
            None => self.record_hash(table, version).await?,
        };
        let Some(record) = record else { return Ok(()) };
        let origin = StateOrigin {
            table,
            format,
            version,
        };
        let sealed = origin.seal(&hex::encode(record), state);
        let Some(packed) = compress_whole(&sealed)? else {
            tracing::warn!(
                table = %table,
                bytes = sealed.len(),
                "a snapshot is more than an item of DynamoDB holds: it is not kept"
            );
            return Ok(());
        };
        let update = ItemUpdate::default()
            .set(VERSION, items::number(version.0))
            .set(FORMAT, items::number(u64::from(format)))
            .set(STATE, items::bytes(packed));
        let newest = WriteCondition::new(
            "(attribute_not_exists(withheld_to) OR withheld_to <= :snap_version) AND \
             (attribute_not_exists(snap_version) OR snap_format <> :snap_format OR snap_version <= :snap_version)",
        );
        let kept = self
            .update_if(&ItemKey::snapshot(table), &update, &newest)
            .await;
        kept.map(|_| ())
            .map_err(|error: DynamoError| self.judge(error))
    }

    /// Counts the snapshots that were changed, or do not stand at a record that is there.
    pub(super) async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        let mut unfit = 0;
        for shard in 0..SHARDS {
            let mut from = None;
            loop {
                let (tables, next) = self.tables_of_shard(shard, from).await?;
                // One at a time: a state may be large.
                for table in &tables {
                    let found = self.found_snapshot(table).await?;
                    let is_fit = found.is_none_or(|it| it.kept.state(table, it.format).is_some());
                    unfit += u64::from(!is_fit);
                }
                from = next;
                if from.is_none() {
                    break;
                }
            }
        }
        Ok(unfit)
    }
}

/// Whether an item of a journal has this sort key.
fn is_at(item: &Item, sort: &str) -> bool {
    ItemReader(item)
        .text(dynamo::schema::SORT_KEY)
        .is_ok_and(|key| key == sort)
}
