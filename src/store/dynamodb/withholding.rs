//! What commits withhold: the mark that is left on the head in one step, and the work that takes it off.

use std::collections::HashMap;

use dynamo::DynamoError;
use game::{TableId, Version};

use super::DynamoStore;
use super::append::AppendTerms;
use super::append_transaction::{command_item, record_items, token};
use super::errors::unavailable;
use super::items;
use super::keys::{self, ItemKey};
use super::records::{KeptRecord, RecordAssembler, records_after};
use super::requests::ItemQuery;
use super::stand::{BODY_BYTES, HeadItem, UNFINISHED};
use super::table_index::{IS_UNFINISHED, table_of};
use super::transaction::{ItemUpdate, WriteCondition, WriteTransaction};
use crate::chain::StoredRecord;
use crate::withholding::{erased_body, erased_id};
use crate::{AppendOutcome, NewCommit, StoreError, Withholding};

/// Actions and bytes of one transaction that rewrites records. It may have 100 and 4 MB.
const ACTIONS_MAX: usize = 80;
const BYTES_MAX: usize = 2_000_000;
/// How often a table is finished that is withheld again and again meanwhile.
const ROUNDS_MAX: u32 = 8;

impl DynamoStore {
    /// Appends a commit, and withholds what records before it tell.
    pub(super) async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: &NewCommit,
        withholding: &Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        // The head has room for one mark.
        let stand = self.stand(table).await?;
        if let Some(stand) = stand.filter(|stand| stand.unfinished.is_some()) {
            self.finish_withholding(table, &stand).await?;
        }
        let terms = AppendTerms {
            withholding: Some(withholding),
            ..AppendTerms::default()
        };
        let appended = self.append(table, expected, commit, terms).await?;
        if let AppendOutcome::Appended(_) = appended {
            self.finish_soon(table).await;
        }
        Ok(appended)
    }

    /// Finishes what was just begun. The commit stands, and the mark with it: a failure leaves the rest to whoever reads
    /// the table next.
    async fn finish_soon(&self, table: &TableId) {
        let finished = match self.stands.get(table) {
            Some(stand) => self.finish_withholding(table, &stand).await,
            None => Ok(()),
        };
        if let Err(error) = finished {
            tracing::warn!(
                table = %table,
                error = &error as &dyn std::error::Error,
                "what is withheld is still in the table, and is taken out before anybody reads it"
            );
        }
    }

    /// Finishes what processes that ended left in any table.
    pub(super) async fn finish_all_withholdings(&self) -> Result<(), StoreError> {
        let query = ItemQuery {
            filter: Some("attribute_exists(is_unfinished)"),
            ..ItemQuery::default()
        };
        for item in self.of_shards(&query).await? {
            let table = table_of(&item)?;
            if let Some(stand) = self.stand(&table).await? {
                self.finish_withholding(&table, &stand).await?;
            }
        }
        Ok(())
    }

    /// Puts other bodies in the place of those that a commit withholds, and takes the mark off. Several may do so at once:
    /// each writes the same.
    pub(super) async fn finish_withholding(
        &self,
        table: &TableId,
        stand: &HeadItem,
    ) -> Result<(), StoreError> {
        let mut unfinished = stand.unfinished;
        for _ in 0..ROUNDS_MAX {
            let Some(at) = unfinished else { return Ok(()) };
            let shorter_by = self.rewrite(table, at).await?;
            self.take_mark_off(table, at, shorter_by).await?;
            unfinished = self.stand(table).await?.and_then(|stand| stand.unfinished);
        }
        Err(unavailable("the table is being withheld again and again"))
    }

    /// Rewrites the records that the commit at a version withholds. Returns by how many bytes they became shorter.
    async fn rewrite(&self, table: &TableId, at: Version) -> Result<i128, StoreError> {
        let damaged = |source: &str| StoreError::Damaged {
            table: table.clone(),
            version: at,
            source: source.into(),
        };
        let commit = self.kept_record(table, at).await?;
        let commit = commit.ok_or_else(|| damaged("the table stands there, and it is missing"))?;
        let withholding = commit.stored.header(table)?.withholds;
        let withholding = withholding.ok_or_else(|| damaged("it withholds nothing"))?;
        let mut rewriting = Rewriting::new(self, table, at);
        let journal = keys::journal(table);
        let query = records_after(&journal, Version(0));
        let bodies = NewBodies::of(withholding);
        let (mut assembler, mut from) = (RecordAssembler::default(), None);
        loop {
            let page = self.page(&query, from).await?;
            for item in &page.items {
                assembler.take(item)?;
            }
            for kept in assembler.drain() {
                rewriting.take(kept, &bodies).await?;
            }
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        let (last, _) = assembler.end()?;
        for kept in last {
            rewriting.take(kept, &bodies).await?;
        }
        rewriting.write().await?;
        Ok(rewriting.shorter_by)
    }

    async fn take_mark_off(
        &self,
        table: &TableId,
        at: Version,
        shorter_by: i128,
    ) -> Result<(), StoreError> {
        let mut transaction = WriteTransaction::default();
        let head = ItemUpdate::default()
            .add(BODY_BYTES, items::difference(-shorter_by))
            .remove(UNFINISHED);
        transaction.update(ItemKey::head(table), head, is_marked(at));
        let index = ItemUpdate::default().remove(IS_UNFINISHED);
        transaction.update(ItemKey::index(table), index, WriteCondition::none());
        self.stands.forget(table);
        match self.transact(transaction, &token(&[0; 32])).await {
            // Somebody else has.
            Ok(()) | Err(DynamoError::Canceled(_)) => Ok(()),
            Err(error) => Err(self.judge(error)),
        }
    }
}

/// That the head still has the mark of a commit.
fn is_marked(at: Version) -> WriteCondition {
    WriteCondition::new("unfinished_at = :at").with(":at", items::number(at.0))
}

/// What stands in the place of what is withheld.
enum NewBodies {
    Erased,
    Replaced(HashMap<Version, String>),
}

impl NewBodies {
    fn of(withholding: Withholding) -> Self {
        match withholding {
            Withholding::Everything => Self::Erased,
            Withholding::Records(replaced) => {
                let replaced = replaced.into_iter();
                Self::Replaced(replaced.map(|it| (it.version, it.body)).collect())
            }
        }
    }

    /// Returns the new body of a record, if it has not got it yet.
    fn of_record(&self, stored: &StoredRecord, at_ms: u64) -> Option<String> {
        let body = match self {
            Self::Erased => erased_body(stored.version, at_ms),
            Self::Replaced(replaced) => replaced.get(&stored.version)?.clone(),
        };
        (body != stored.body).then_some(body)
    }
}

/// Records that are rewritten, many in one transaction.
struct Rewriting<'a> {
    store: &'a DynamoStore,
    table: &'a TableId,
    /// The commit that withholds.
    at: Version,
    transaction: WriteTransaction,
    bytes: usize,
    shorter_by: i128,
}

impl<'a> Rewriting<'a> {
    fn new(store: &'a DynamoStore, table: &'a TableId, at: Version) -> Self {
        Self {
            store,
            table,
            at,
            transaction: WriteTransaction::default(),
            bytes: 0,
            shorter_by: 0,
        }
    }

    async fn take(&mut self, kept: KeptRecord, bodies: &NewBodies) -> Result<(), StoreError> {
        if kept.stored.version >= self.at {
            return Ok(());
        }
        let header = kept.stored.header(self.table)?;
        let Some(body) = bodies.of_record(&kept.stored, header.at_ms) else {
            return Ok(());
        };
        if self.transaction.len() >= ACTIONS_MAX || self.bytes + body.len() > BYTES_MAX {
            self.write().await?;
        }
        let (version, was) = (kept.stored.version, kept.stored.body.len());
        self.bytes += body.len();
        self.shorter_by += length(was) - length(body.len());
        let rewritten = StoredRecord {
            body,
            ..kept.stored
        };
        let items = record_items(self.table, &rewritten, kept.deadline_ms, kept.live)?;
        let parts = items.len() as u64 - 1;
        for item in items {
            self.transaction.put(item, WriteCondition::none());
        }
        for number in parts + 1..=kept.parts {
            let number = usize::try_from(number).unwrap_or(usize::MAX);
            let part = ItemKey::part(self.table, version, number);
            self.transaction.delete(part, WriteCondition::none());
        }
        if matches!(bodies, NewBodies::Erased) {
            // Its name may be a player's words.
            let told = ItemKey::command(self.table, &header.command_id);
            let erased = ItemKey::command(self.table, &erased_id(version));
            self.transaction.delete(told, WriteCondition::none());
            let erased = command_item(&erased, version);
            self.transaction.put(erased, WriteCondition::none());
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), StoreError> {
        let mut transaction = std::mem::take(&mut self.transaction);
        self.bytes = 0;
        if transaction.len() == 0 {
            return Ok(());
        }
        // Who is late must not write over what a later commit has withheld.
        transaction.check(ItemKey::head(self.table), is_marked(self.at));
        let written = self.store.transact(transaction, &token(&[0; 32])).await;
        match written {
            // Somebody else has finished.
            Ok(()) | Err(DynamoError::Canceled(_)) => Ok(()),
            Err(error) => Err(self.store.judge(error)),
        }
    }
}

fn length(bytes: usize) -> i128 {
    i128::try_from(bytes).unwrap_or(i128::MAX)
}
