//! What credentials may do with a table, and what its server promises, found out by requests that no player could notice.
//!
//! The rights are tried and not read: a policy may stand in many places. Writes that are tried carry a condition that
//! does not hold. What is written to be timed lies under a key of its own, says nothing, and expires.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{
    AttributeValue, BillingMode, ConditionCheck, KeysAndAttributes, PointInTimeRecoveryStatus, Put,
    TimeToLiveStatus, TransactWriteItem,
};

use crate::schema::{BY_DUE, EXPIRES, PARTITION_KEY, SORT_KEY};
use crate::{DynamoError, DynamoTable, Item};

/// Writes and reads that are timed.
const TRIPS: usize = 5;
/// How long what was written to be timed is kept at most, in seconds.
const KEPT_S: u64 = 60 * 60;

/// A condition that does not hold: nothing has the key it is about.
const IS_THERE: &str = "attribute_exists(#key)";

/// Tries each right that the game needs beside those of [`create_table`](crate::create_table), and returns it with why
/// it lacks.
pub async fn try_rights(table: &DynamoTable) -> Vec<(&'static str, Result<(), DynamoError>)> {
    vec![
        ("GetItem", get(table).await),
        ("BatchGetItem", get_batch(table).await),
        ("Query", query(table, None).await),
        (
            "Query on the indexes",
            query(table, Some(BY_DUE.name)).await,
        ),
        (
            "PutItem",
            allowed(
                put_on_condition(table)
                    .send()
                    .await
                    .map_err(DynamoError::from),
            ),
        ),
        ("UpdateItem", update(table).await),
        ("DeleteItem", delete(table).await),
        (
            "ConditionCheckItem",
            allowed(transact(table, &unused_key()).await),
        ),
    ]
}

/// Whether the server keeps conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptConditions {
    /// A single write whose condition does not hold is refused.
    pub of_writes: bool,
    /// A transaction with a condition that does not hold writes nothing.
    pub of_transactions: bool,
}

/// Tries a write and a transaction whose conditions do not hold.
///
/// # Errors
///
/// When they fail for another reason.
pub async fn try_conditions(table: &DynamoTable) -> Result<KeptConditions, DynamoError> {
    let of_writes = match put_on_condition(table)
        .send()
        .await
        .map_err(DynamoError::from)
    {
        Ok(_) => false,
        Err(DynamoError::ConditionFailed) => true,
        Err(error) => return Err(error),
    };
    let key = unused_key();
    let is_canceled = match transact(table, &key).await {
        Ok(()) => false,
        Err(DynamoError::Canceled(_)) => true,
        Err(error) => return Err(error),
    };
    let left = read(table, &key).await?;
    Ok(KeptConditions {
        of_writes,
        of_transactions: is_canceled && left.is_none(),
    })
}

/// How long the server takes: the median of some requests, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct TableTrips {
    /// Until a small write is answered.
    pub write: Duration,
    /// Until a consistent read is answered.
    pub read: Duration,
}

/// Times small writes, and consistent reads of what they wrote, and deletes it.
///
/// # Errors
///
/// The first that fails.
pub async fn time_trips(table: &DynamoTable, now_ms: u64) -> Result<TableTrips, DynamoError> {
    let (mut writes, mut reads) = (Vec::with_capacity(TRIPS), Vec::with_capacity(TRIPS));
    for _ in 0..TRIPS {
        let key = unused_key();
        let mut item = key.clone();
        let expires = AttributeValue::N((now_ms / 1_000 + KEPT_S).to_string());
        item.insert(EXPIRES.to_owned(), expires);
        let begun = Instant::now();
        let put = table.client.put_item().table_name(&table.name);
        put.set_item(Some(item)).send().await?;
        writes.push(begun.elapsed());
        let begun = Instant::now();
        read(table, &key).await?;
        reads.push(begun.elapsed());
        let delete = table.client.delete_item().table_name(&table.name);
        delete.set_key(Some(key)).send().await?;
    }
    let median = |mut taken: Vec<Duration>| {
        taken.sort_unstable();
        taken[TRIPS / 2]
    };
    Ok(TableTrips {
        write: median(writes),
        read: median(reads),
    })
}

/// Returns by how many milliseconds the clock that `now_ms` reads is ahead of the server's, give or take a second; negative if
/// it is behind. `None` if the server does not tell its time.
///
/// # Errors
///
/// When the request fails that asks for it.
pub async fn clock_difference(
    table: &DynamoTable,
    now_ms: fn() -> u64,
) -> Result<Option<i64>, DynamoError> {
    let begun_ms = now_ms();
    // Refused as it should be: the client hands out the headers of an answer with an error only.
    let Err(refused) = put_on_condition(table).send().await else {
        return Ok(None);
    };
    let ended_ms = now_ms();
    let date = refused
        .raw_response()
        .and_then(|answer| answer.headers().get("date"));
    let date = date.and_then(|date| DateTime::from_str(date, DateTimeFormat::HttpDate).ok());
    let is_answer = refused
        .as_service_error()
        .is_some_and(|error| error.code().is_some());
    match date.and_then(|date| date.to_millis().ok()) {
        Some(date_ms) => {
            let between_ms = begun_ms.midpoint(ended_ms);
            // A date has no fraction of a second: on average half of one is cut off.
            let there_ms = date_ms.saturating_add(500);
            Ok(i64::try_from(between_ms)
                .ok()
                .map(|here_ms| here_ms.saturating_sub(there_ms)))
        }
        None if is_answer => Ok(None),
        None => Err(refused.into()),
    }
}

/// What protects a table, and how it is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableProperties {
    /// Whether each request is paid for. Otherwise a number of requests a second is, and more are throttled.
    pub is_on_demand: bool,
    /// Whether the table is protected from being deleted.
    pub is_protected: bool,
}

/// Reads what protects a table, and how it is paid for.
///
/// # Errors
///
/// When the table cannot be described.
pub async fn properties(table: &DynamoTable) -> Result<TableProperties, DynamoError> {
    let request = table.client.describe_table().table_name(&table.name);
    let found = request
        .send()
        .await?
        .table
        .ok_or(DynamoError::TableMissing)?;
    let billing = found
        .billing_mode_summary()
        .and_then(|summary| summary.billing_mode());
    Ok(TableProperties {
        is_on_demand: billing == Some(&BillingMode::PayPerRequest),
        is_protected: found.deletion_protection_enabled() == Some(true),
    })
}

/// Returns whether the table deletes items some time after their [`EXPIRES`].
///
/// # Errors
///
/// When that cannot be read.
pub async fn expires_items(table: &DynamoTable) -> Result<bool, DynamoError> {
    let request = table.client.describe_time_to_live();
    let answer = request.table_name(&table.name).send().await?;
    Ok(answer.time_to_live_description().is_some_and(|found| {
        let is_on = matches!(
            found.time_to_live_status(),
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        );
        is_on && found.attribute_name() == Some(EXPIRES)
    }))
}

/// Returns for how many days back the table can be restored as of any second; `None` if it cannot.
///
/// # Errors
///
/// When that cannot be read.
pub async fn recovery_days(table: &DynamoTable) -> Result<Option<i32>, DynamoError> {
    /// Where the server does not say how many.
    const DAYS: i32 = 35;
    let request = table.client.describe_continuous_backups();
    let answer = request.table_name(&table.name).send().await?;
    let found = answer.continuous_backups_description();
    let found = found.and_then(|found| found.point_in_time_recovery_description());
    Ok(found.and_then(|found| {
        let status = found.point_in_time_recovery_status();
        let is_on = status == Some(&PointInTimeRecoveryStatus::Enabled);
        is_on.then(|| found.recovery_period_in_days().unwrap_or(DAYS))
    }))
}

/// What is refused because of its condition was allowed.
fn allowed<T>(tried: Result<T, DynamoError>) -> Result<(), DynamoError> {
    match tried {
        Ok(_) | Err(DynamoError::ConditionFailed | DynamoError::Canceled(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn get(table: &DynamoTable) -> Result<(), DynamoError> {
    read(table, &unused_key()).await.map(|_| ())
}

async fn read(table: &DynamoTable, key: &Item) -> Result<Option<Item>, DynamoError> {
    let request = table.client.get_item().table_name(&table.name);
    let request = request.set_key(Some(key.clone())).consistent_read(true);
    Ok(request.send().await?.item)
}

async fn get_batch(table: &DynamoTable) -> Result<(), DynamoError> {
    let keys = KeysAndAttributes::builder().keys(unused_key()).build();
    let keys = keys.expect("a key is given");
    let request = table.client.batch_get_item();
    request.request_items(&table.name, keys).send().await?;
    Ok(())
}

async fn query(table: &DynamoTable, index: Option<&str>) -> Result<(), DynamoError> {
    let partition = AttributeValue::S(unused_partition());
    let request = table.client.query().table_name(&table.name);
    request
        .set_index_name(index.map(str::to_owned))
        .key_condition_expression("#key = :partition")
        .expression_attribute_names("#key", PARTITION_KEY)
        .expression_attribute_values(":partition", partition)
        .limit(1)
        .send()
        .await?;
    Ok(())
}

fn put_on_condition(table: &DynamoTable) -> PutItemFluentBuilder {
    let request = table.client.put_item().table_name(&table.name);
    request
        .set_item(Some(unused_key()))
        .condition_expression(IS_THERE)
        .expression_attribute_names("#key", PARTITION_KEY)
}

async fn update(table: &DynamoTable) -> Result<(), DynamoError> {
    let request = table.client.update_item().table_name(&table.name);
    let tried = request
        .set_key(Some(unused_key()))
        .update_expression("SET #expires = :expires")
        .condition_expression(IS_THERE)
        .expression_attribute_names("#key", PARTITION_KEY)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_values(":expires", AttributeValue::N("0".to_owned()))
        .send()
        .await;
    allowed(tried.map_err(DynamoError::from))
}

async fn delete(table: &DynamoTable) -> Result<(), DynamoError> {
    let request = table.client.delete_item().table_name(&table.name);
    let tried = request
        .set_key(Some(unused_key()))
        .condition_expression(IS_THERE)
        .expression_attribute_names("#key", PARTITION_KEY)
        .send()
        .await;
    allowed(tried.map_err(DynamoError::from))
}

/// Puts an item on the condition that another one is there.
async fn transact(table: &DynamoTable, key: &Item) -> Result<(), DynamoError> {
    let check = ConditionCheck::builder()
        .table_name(&table.name)
        .set_key(Some(unused_key()))
        .condition_expression(IS_THERE)
        .expression_attribute_names("#key", PARTITION_KEY)
        .build()
        .expect("table, key and condition are given");
    let put = Put::builder()
        .table_name(&table.name)
        .set_item(Some(key.clone()))
        .build()
        .expect("table and item are given");
    let request = table.client.transact_write_items();
    request
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .transact_items(TransactWriteItem::builder().put(put).build())
        .send()
        .await?;
    Ok(())
}

/// Returns a key that no item has.
fn unused_key() -> Item {
    Item::from([
        (
            PARTITION_KEY.to_owned(),
            AttributeValue::S(unused_partition()),
        ),
        (SORT_KEY.to_owned(), AttributeValue::S("PROBE".to_owned())),
    ])
}

fn unused_partition() -> String {
    // Only has to differ from those of other probes. The hasher's random keys are enough for that.
    format!("PROBE#{:016x}", RandomState::new().hash_one(()))
}
