//! The index: which tables are live, fall due, are in use, or are over. One item a table, spread over the shards.

use dynamo::schema::{BY_DUE, BY_END, BY_USE, NumberIndex, SORT_KEY};
use futures_util::future::try_join_all;
use game::{TableId, Version};

use super::DynamoStore;
use super::append::AppendTerms;
use super::errors::unavailable;
use super::items::{self, Item, ItemReader};
use super::keys::{SHARDS, shard};
use super::requests::ItemQuery;
use super::stand::HeadItem;
use super::transaction::ItemUpdate;
use crate::{SECOND_LOOK_MS, StoreError, TableSummary};

/// Attributes of an index item that no index is sorted by.
pub(super) const OPENED_BY: &str = "opened_by";
const OPENED: &str = "opened_ms";
/// Nothing happened at the table but its opening.
pub(super) const IS_UNTOUCHED: &str = "is_untouched";
const IS_ERASED: &str = "is_erased";
/// A withholding of the table is not finished.
pub(super) const IS_UNFINISHED: &str = "is_unfinished";

/// Returns what a commit changes of its table's index item. Nothing, for most.
pub(super) fn index_update(
    before: Option<&HeadItem>,
    after: &HeadItem,
    terms: AppendTerms<'_>,
) -> ItemUpdate {
    let update = if after.index.live {
        while_live(before, after, terms)
    } else {
        when_over(before, after)
    };
    if terms.withholding.is_some() {
        return update.set(IS_UNFINISHED, items::flag(true));
    }
    update
}

fn while_live(before: Option<&HeadItem>, after: &HeadItem, terms: AppendTerms<'_>) -> ItemUpdate {
    let was_live = before.filter(|before| before.index.live);
    let mut update = ItemUpdate::default();
    let due_ms = after.index.deadline_ms;
    if was_live.is_none_or(|before| before.index.deadline_ms != due_ms) {
        update = update.set_or_remove(BY_DUE.sorted_by, due_ms.map(items::number));
    }
    if was_live.is_none_or(|before| before.noted_ms != after.noted_ms) {
        update = update.set(BY_USE.sorted_by, items::number(after.noted_ms));
    }
    if let Some(opener) = terms.opener {
        update = update.set(OPENED_BY, items::bytes(opener.0));
    }
    match before.map(|before| before.version) {
        None => update
            .set(OPENED, items::number(after.opened_ms))
            .set(IS_UNTOUCHED, items::flag(true)),
        Some(Version(1)) if was_live.is_some() => update.remove(IS_UNTOUCHED),
        Some(_) if was_live.is_none() => update.remove(BY_END.sorted_by),
        Some(_) => update,
    }
}

fn when_over(before: Option<&HeadItem>, after: &HeadItem) -> ItemUpdate {
    let update = ItemUpdate::default();
    let update = if after.is_erased {
        update
            .set(IS_ERASED, items::flag(true))
            .remove(BY_END.sorted_by)
    } else {
        update.set(BY_END.sorted_by, items::number(after.committed_ms))
    };
    let update = match before {
        Some(before) if !before.index.live => return update,
        Some(_) => update,
        None => update.set(OPENED, items::number(after.opened_ms)),
    };
    [BY_DUE.sorted_by, BY_USE.sorted_by, OPENED_BY, IS_UNTOUCHED]
        .into_iter()
        .fold(update, ItemUpdate::remove)
}

impl DynamoStore {
    /// Reads the same of every shard, in no order.
    pub(super) async fn of_shards(&self, query: &ItemQuery<'_>) -> Result<Vec<Item>, StoreError> {
        let shards: Vec<String> = (0..SHARDS).map(shard).collect();
        let of_shard = |partition| async move {
            let query = ItemQuery {
                partition,
                index: query.index,
                sort: query.sort,
                values: query.values.clone(),
                filter: query.filter,
                is_backwards: query.is_backwards,
                limit: query.limit,
            };
            self.all(&query).await
        };
        let found = try_join_all(shards.iter().map(|shard| of_shard(shard))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Counts the live tables: all that have a last use.
    pub(super) async fn count_live(&self) -> Result<u64, StoreError> {
        let shards: Vec<String> = (0..SHARDS).map(shard).collect();
        let of_shard = |partition| async move {
            let query = ItemQuery {
                partition,
                index: Some(BY_USE.name),
                ..ItemQuery::default()
            };
            self.count(&query).await
        };
        let counts = try_join_all(shards.iter().map(|shard| of_shard(shard))).await?;
        Ok(counts.into_iter().sum())
    }

    /// Lists live tables whose deadline has passed, the longest due first.
    pub(super) async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let query = ItemQuery {
            index: Some(BY_DUE.name),
            sort: Some("due_ms <= :now"),
            values: vec![(":now", items::number(now_ms))],
            limit: Some(limit),
            ..ItemQuery::default()
        };
        let due = sorted(&self.of_shards(&query).await?, BY_DUE)?;
        Ok(due
            .into_iter()
            .take(limit)
            .map(|(_, table)| table)
            .collect())
    }

    /// Reads when the next live table falls due.
    pub(super) async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        let query = ItemQuery {
            index: Some(BY_DUE.name),
            limit: Some(1),
            ..ItemQuery::default()
        };
        let first = sorted(&self.of_shards(&query).await?, BY_DUE)?;
        Ok(first.first().map(|(due_ms, _)| *due_ms))
    }

    /// Lists live tables that were opened by this moment and left alone, the oldest first.
    pub(super) async fn unattended(
        &self,
        opened_ms: u64,
        limit: usize,
    ) -> Result<Vec<TableId>, StoreError> {
        let query = ItemQuery {
            index: Some(BY_USE.name),
            filter: Some("is_untouched = :untouched AND opened_ms <= :opened"),
            values: vec![
                (":untouched", items::flag(true)),
                (":opened", items::number(opened_ms)),
            ],
            ..ItemQuery::default()
        };
        let mut left = Vec::new();
        for item in self.of_shards(&query).await? {
            let reader = ItemReader(&item);
            let opened_ms = reader.number(OPENED)?;
            if reader.number(BY_USE.sorted_by)? < opened_ms.saturating_add(SECOND_LOOK_MS) {
                left.push((opened_ms, table_of(&item)?));
            }
        }
        left.sort_unstable();
        Ok(left
            .into_iter()
            .take(limit)
            .map(|(_, table)| table)
            .collect())
    }

    /// Lists tables that are over, and were not erased, by their last commit.
    pub(super) async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let query = ItemQuery {
            index: Some(BY_END.name),
            sort: Some("ended_ms < :before"),
            values: vec![(":before", items::number(before_ms))],
            limit: Some(limit),
            ..ItemQuery::default()
        };
        let over = sorted(&self.of_shards(&query).await?, BY_END)?;
        let over: Vec<TableId> = over
            .into_iter()
            .take(limit)
            .map(|(_, table)| table)
            .collect();
        let stands = self.stands_of(&over).await?;
        let found = over.into_iter().filter_map(|table| {
            let version = stands.get(&table)?.version;
            Some((table, version))
        });
        Ok(found.collect())
    }

    /// Lists tables that were not erased, in the order of their ids.
    pub(super) async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        let ids = self.tables_after(after, limit, Some("attribute_not_exists(is_erased)"));
        let ids = ids.await?;
        let stands = self.stands_of(&ids).await?;
        let summaries = ids.into_iter().filter_map(|id| {
            let stand = stands.get(&id)?;
            Some(TableSummary {
                code: stand.index.code.clone(),
                version: stand.version,
                live: stand.index.live,
                opened_ms: stand.opened_ms,
                committed_ms: stand.committed_ms,
                bytes: stand.body_bytes,
                id,
            })
        });
        Ok(summaries.collect())
    }

    /// Lists tables in the order of their ids, at most `limit`.
    pub(super) async fn tables_after(
        &self,
        after: Option<&TableId>,
        limit: usize,
        filter: Option<&'static str>,
    ) -> Result<Vec<TableId>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let values = after.map(|after| (":after", items::text(after.as_str())));
        let query = ItemQuery {
            sort: after.map(|_| "sk > :after"),
            values: values.into_iter().collect(),
            filter,
            limit: Some(limit),
            ..ItemQuery::default()
        };
        let found = self.of_shards(&query).await?;
        let ids: Result<Vec<TableId>, StoreError> = found.iter().map(table_of).collect();
        let mut ids = ids?;
        ids.sort_unstable();
        ids.truncate(limit);
        Ok(ids)
    }
}

/// The tables of some index items, with the number an index is sorted by, in the order of both.
fn sorted(found: &[Item], index: NumberIndex) -> Result<Vec<(u64, TableId)>, StoreError> {
    let found = found.iter().map(|item| {
        let number = ItemReader(item).number(index.sorted_by)?;
        Ok((number, table_of(item)?))
    });
    let mut found: Vec<_> = found.collect::<Result<_, StoreError>>()?;
    found.sort_unstable();
    Ok(found)
}

/// The table of an index item.
pub(super) fn table_of(item: &Item) -> Result<TableId, StoreError> {
    let id = ItemReader(item).text(SORT_KEY)?.to_owned();
    TableId::try_from(id).map_err(unavailable)
}
