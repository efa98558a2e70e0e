//! Which tables are in use, and whether one more may be opened.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use dynamo::DynamoError;
use dynamo::schema::BY_USE;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use game::{TableId, Version};
use tokio::time::timeout;

use super::DynamoStore;
use super::append::{AppendError, AppendTerms};
use super::errors::unavailable;
use super::items::{self, Item, ItemReader};
use super::keys::ItemKey;
use super::requests::{Attempts, ItemQuery, REQUESTS_MAX};
use super::table_index::OPENED_BY;
use super::transaction::{ItemUpdate, WriteCondition, WriteTransaction};
use crate::admission::CountInUse;
use crate::{
    Admission, AppendOutcome, NewCommit, NoRoom, OpenOutcome, OpenerTag, StoreError, UseWindow,
};

/// How often an opening is tried while those of other processes come first, for how long, and the longest wait between.
/// Each time one of them is let in, so that nobody need wait for long.
const OPENINGS_MAX: u32 = 256;
const OPENING_MAX: Duration = Duration::from_secs(30);
const LONGEST_DELAY: Duration = Duration::from_millis(200);

/// The attribute that counts the openings.
const ADMISSIONS: &str = "admission_no";

/// Has a transaction count one opening more, if there were so many until now.
pub(super) fn count_one_more(transaction: &mut WriteTransaction, seen: u64) {
    let condition = match seen {
        0 => WriteCondition::new("attribute_not_exists(pk)"),
        _ => WriteCondition::new("admission_no = :seen").with(":seen", items::number(seen)),
    };
    let update = ItemUpdate::default().set(ADMISSIONS, items::number(seen + 1));
    transaction.update(ItemKey::admission(), update, condition);
}

/// Reads the number of openings.
pub(super) fn number_of(item: &Item) -> Result<u64, StoreError> {
    ItemReader(item).number(ADMISSIONS)
}

impl DynamoStore {
    /// Appends a commit that makes a table live, if there is room for one more.
    pub(super) async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: &NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        // Those of this process take turns: they would only keep each other counting.
        let turn = timeout(OPENING_MAX, self.admissions.lock()).await;
        let mut admissions = turn.map_err(unavailable)?;
        let mut attempts = Attempts::within(OPENINGS_MAX, OPENING_MAX, LONGEST_DELAY);
        loop {
            // Read before counting: who opens afterwards makes it wrong, and who opened before is counted.
            let seen = match *admissions {
                Some(seen) => seen,
                None => self.admissions_now().await?,
            };
            if let Some(why) = self.check_room(admission).await? {
                let known = self.find_command(table, &commit.command_id).await?;
                let repeated = known.map(|first| AppendOutcome::Repeated(Box::new(first)));
                return Ok(repeated.ok_or(why));
            }
            let terms = AppendTerms {
                withholding: None,
                admission: Some(seen),
                opener: admission.share.map(|share| share.opener),
            };
            match self.append_under(table, expected, commit, terms).await {
                Ok(appended) => {
                    if let AppendOutcome::Appended(_) = appended {
                        *admissions = Some(seen + 1);
                    }
                    return Ok(Ok(appended));
                }
                Err(AppendError::Store(error)) => {
                    *admissions = None;
                    return Err(error);
                }
                Err(AppendError::Overtaken(number)) => *admissions = number,
            }
            if !attempts.next().await {
                return Err(unavailable("too many tables are being opened at once"));
            }
        }
    }

    /// Reads the number of openings.
    async fn admissions_now(&self) -> Result<u64, StoreError> {
        let item = self.item(&ItemKey::admission()).await?;
        item.as_ref().map_or(Ok(0), number_of)
    }

    /// Says why no table could be opened now.
    pub(super) async fn check_room(
        &self,
        admission: &Admission,
    ) -> Result<Option<NoRoom>, StoreError> {
        let counts = self.counts_in_use(&admission.window).await?;
        // The number of live tables only says when those in use need not be counted, and here they are.
        let Ok(refusal) = admission.judge(u64::MAX, &counts);
        Ok(refusal)
    }

    /// Counts the tables in use.
    pub(super) async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        let counts = self.counts_in_use(window).await?;
        Ok(counts.0.values().sum())
    }

    /// Counts the tables in use by who opened them, the largest number first.
    pub(super) async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        let counts = self.counts_in_use(window).await?;
        let mut counts: Vec<_> = counts.0.into_iter().collect();
        counts.sort_unstable_by_key(|(opener, count)| (u64::MAX - count, *opener));
        counts.truncate(limit);
        Ok(counts)
    }

    async fn counts_in_use(&self, window: &UseWindow) -> Result<CountsInUse, StoreError> {
        // Both ends are excluded, and a key condition takes them in.
        let (first, last) = (
            window.after_ms.saturating_add(1),
            window.before_ms.saturating_sub(1),
        );
        let mut counts = CountsInUse::default();
        if first > last {
            return Ok(counts);
        }
        let query = ItemQuery {
            index: Some(BY_USE.name),
            sort: Some("used_ms BETWEEN :first AND :last"),
            values: vec![
                (":first", items::number(first)),
                (":last", items::number(last)),
            ],
            ..ItemQuery::default()
        };
        for item in self.of_shards(&query).await? {
            let reader = ItemReader(&item);
            let opener = if reader.has(OPENED_BY) {
                let tag = reader.bytes(OPENED_BY)?.try_into();
                Some(OpenerTag(tag.map_err(unavailable)?))
            } else {
                None
            };
            *counts.0.entry(opener).or_default() += 1;
        }
        Ok(counts)
    }

    /// Notes that tables are used at this moment, those that are live. One that somebody writes just now is left to that.
    pub(super) async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        let requests: Vec<_> = tables.iter().map(|table| self.note(table, at_ms)).collect();
        let noted = stream::iter(requests).buffer_unordered(REQUESTS_MAX);
        noted.try_collect().await
    }

    async fn note(&self, table: &TableId, at_ms: u64) -> Result<(), StoreError> {
        let update = ItemUpdate::default().set(BY_USE.sorted_by, items::number(at_ms));
        let condition = WriteCondition::new("attribute_exists(used_ms)");
        let noted = self
            .update_if(&ItemKey::index(table), &update, &condition)
            .await;
        match noted {
            Ok(true) => self.stands.note_use(table, at_ms),
            Ok(false) | Err(DynamoError::Conflict) => {}
            Err(error) => return Err(self.judge(error)),
        }
        Ok(())
    }
}

/// The tables in use, by who opened them.
#[derive(Debug, Default)]
struct CountsInUse(HashMap<Option<OpenerTag>, u64>);

impl CountInUse<Infallible> for CountsInUse {
    fn in_use(&self, limit: u64) -> Result<u64, Infallible> {
        Ok(self.0.values().sum::<u64>().min(limit))
    }

    fn opened_by(&self, opener: OpenerTag, limit: u64) -> Result<u64, Infallible> {
        let count = self.0.get(&Some(opener)).copied();
        Ok(count.unwrap_or(0).min(limit))
    }

    fn by_client_at_most(&self, most_of_one: u64) -> Result<u64, Infallible> {
        let counted = self.0.iter().map(|(opener, count)| match opener {
            Some(_) => *count.min(&most_of_one),
            None => *count,
        });
        Ok(counted.sum())
    }
}
