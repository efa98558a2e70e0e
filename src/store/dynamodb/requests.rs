//! Requests that are sent again while that may help, and within a limit.

use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use dynamo::DynamoError;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use retry::Backoff;
use tokio::time::{Instant, sleep};

use super::DynamoStore;
use super::errors::{judge, unavailable};
use super::items::{self, Item};
use super::keys::ItemKey;
use crate::StoreError;

/// How often one request is sent, and how long after the first time it is not sent again.
const ATTEMPTS_MAX: u32 = 8;
const GIVE_UP_AFTER: Duration = Duration::from_secs(10);
/// The wait before it is sent a second time, and the longest.
const FIRST_DELAY: Duration = Duration::from_millis(20);
const LONGEST_DELAY: Duration = Duration::from_secs(1);
/// Keys that the service takes in one request for items.
const BATCH_KEYS_MAX: usize = 100;
/// Requests of one call that are under way at once.
pub(super) const REQUESTS_MAX: usize = 8;

/// The waits between attempts, which come to an end.
pub(super) struct Attempts {
    ends: Instant,
    left: u32,
    backoff: Backoff,
}

impl Attempts {
    pub(super) fn new(attempts_max: u32) -> Self {
        Self::within(attempts_max, GIVE_UP_AFTER, LONGEST_DELAY)
    }

    pub(super) fn within(attempts_max: u32, time: Duration, longest_delay: Duration) -> Self {
        Self {
            ends: Instant::now() + time,
            left: attempts_max.saturating_sub(1),
            backoff: Backoff::new(FIRST_DELAY, longest_delay),
        }
    }

    /// Waits before the next attempt. Says no if there is none.
    pub(super) async fn next(&mut self) -> bool {
        if self.left == 0 || Instant::now() > self.ends {
            return false;
        }
        self.left -= 1;
        sleep(self.backoff.next_jittered()).await;
        true
    }
}

/// Which items of a partition a query takes.
#[derive(Debug, Default)]
pub(super) struct ItemQuery<'a> {
    pub(super) index: Option<&'static str>,
    /// The condition on the sort key, with its values.
    pub(super) sort: Option<&'static str>,
    pub(super) values: Vec<(&'static str, AttributeValue)>,
    pub(super) filter: Option<&'static str>,
    pub(super) partition: &'a str,
    pub(super) is_backwards: bool,
    /// How many items are looked at.
    pub(super) limit: Option<usize>,
}

/// A page of a query, and where the next one begins.
pub(super) struct ItemPage {
    pub(super) items: Vec<Item>,
    pub(super) next: Option<Item>,
}

impl DynamoStore {
    /// Sends a request until it is answered, or it makes no sense to send it again.
    pub(super) async fn send<T, E, F>(&self, request: impl Fn() -> F) -> Result<T, DynamoError>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut attempts = Attempts::new(ATTEMPTS_MAX);
        loop {
            let error = match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) => DynamoError::from(error),
            };
            if !error.is_transient() || !attempts.next().await {
                return Err(error);
            }
        }
    }

    /// The same, with the error as the journal tells it.
    pub(super) async fn ask<T, E, F>(&self, request: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let sent = self.send(request).await;
        sent.map_err(|error| self.judge(error))
    }

    pub(super) fn judge(&self, error: DynamoError) -> StoreError {
        judge(&self.table.name, error)
    }

    /// Reads one item as it is now.
    pub(super) async fn item(&self, key: &ItemKey) -> Result<Option<Item>, StoreError> {
        let request = self.table.client.get_item().table_name(&self.table.name);
        let request = request.set_key(Some(key.item())).consistent_read(true);
        let answer = self.ask(|| request.clone().send()).await?;
        Ok(answer.item)
    }

    /// Reads many items as they are now, in no order. Those that are not there are left out. No key may come twice.
    pub(super) async fn items(&self, keys: &[ItemKey]) -> Result<Vec<Item>, StoreError> {
        let batches = keys.chunks(BATCH_KEYS_MAX).map(|batch| {
            let keys: Vec<Item> = batch.iter().map(ItemKey::item).collect();
            self.batch(keys)
        });
        // Collected before they run: a closure that borrows would make the future of no thread.
        let batches: Vec<_> = batches.collect();
        let read = stream::iter(batches).buffer_unordered(REQUESTS_MAX);
        let read: Vec<Vec<Item>> = read.try_collect().await?;
        Ok(read.into_iter().flatten().collect())
    }

    async fn batch(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let (mut found, mut attempts) = (Vec::new(), Attempts::new(ATTEMPTS_MAX));
        loop {
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(true)
                .build()
                .expect("keys are given");
            let request = self.table.client.batch_get_item();
            let request = request.request_items(&self.table.name, asked);
            let answer = self.ask(|| request.clone().send()).await?;
            let read = answer.responses.unwrap_or_default();
            found.extend(read.into_values().flatten());
            // What did not fit the answer, or the table's throughput.
            let left = answer.unprocessed_keys.unwrap_or_default();
            keys = left.into_values().flat_map(|left| left.keys).collect();
            if keys.is_empty() {
                return Ok(found);
            }
            if !attempts.next().await {
                return Err(unavailable(
                    "the table reads fewer items than are asked for",
                ));
            }
        }
    }

    /// Reads a page of a partition as it is now, from where the page before ended.
    pub(super) async fn page(
        &self,
        query: &ItemQuery<'_>,
        from: Option<Item>,
    ) -> Result<ItemPage, StoreError> {
        let request = self.query(query).set_exclusive_start_key(from);
        let answer = self.ask(|| request.clone().send()).await?;
        Ok(ItemPage {
            items: answer.items.unwrap_or_default(),
            next: answer.last_evaluated_key,
        })
    }

    /// Reads all that a query takes, up to its limit.
    pub(super) async fn all(&self, query: &ItemQuery<'_>) -> Result<Vec<Item>, StoreError> {
        let (mut found, mut from) = (Vec::new(), None);
        loop {
            let page = self.page(query, from).await?;
            found.extend(page.items);
            let is_enough = query.limit.is_some_and(|limit| found.len() >= limit);
            from = page.next;
            if from.is_none() || is_enough {
                found.truncate(query.limit.unwrap_or(usize::MAX));
                return Ok(found);
            }
        }
    }

    /// Counts what a query takes.
    pub(super) async fn count(&self, query: &ItemQuery<'_>) -> Result<u64, StoreError> {
        let (mut count, mut from) = (0, None);
        loop {
            let request = self.query(query).set_exclusive_start_key(from);
            let request = request.select(aws_sdk_dynamodb::types::Select::Count);
            let answer = self.ask(|| request.clone().send()).await?;
            count += u64::try_from(answer.count).unwrap_or(0);
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(count);
            }
        }
    }

    fn query(
        &self,
        query: &ItemQuery<'_>,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let condition = match query.sort {
            Some(sort) => format!("pk = :partition AND {sort}"),
            None => "pk = :partition".to_owned(),
        };
        let mut request = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .consistent_read(true)
            .set_index_name(query.index.map(ToOwned::to_owned))
            .key_condition_expression(condition)
            .expression_attribute_values(":partition", items::text(query.partition))
            .set_filter_expression(query.filter.map(ToOwned::to_owned))
            .scan_index_forward(!query.is_backwards);
        for (name, value) in &query.values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        // A number beyond what the service takes is no limit.
        let limit = query.limit.and_then(|limit| i32::try_from(limit).ok());
        request.set_limit(limit)
    }
}
