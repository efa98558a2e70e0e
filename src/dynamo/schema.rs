//! The shape of the table: its keys, its indexes, the attribute by which items expire. And how one is made.
//!
//! One table holds the items of all roles, told apart by the beginning of their partition key. The indexes are the
//! journal's. They are local ones, which are read as consistently as the table itself, and can only be made with it.

use std::time::Duration;

use aws_sdk_dynamodb::operation::describe_table::DescribeTableOutput;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, LocalSecondaryIndex,
    PointInTimeRecoverySpecification, Projection, ProjectionType, ScalarAttributeType,
    TableDescription, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use tokio::time::{Instant, sleep};

use crate::{DynamoError, DynamoTable};

/// The partition key, a string.
pub const PARTITION_KEY: &str = "pk";
/// The sort key, a string.
pub const SORT_KEY: &str = "sk";
/// The attribute after which an item may be deleted by the service, in seconds since the Unix epoch.
pub const EXPIRES: &str = "expires";

/// An index within each partition, by a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberIndex {
    /// Its name.
    pub name: &'static str,
    /// The attribute it is sorted by, a number. Items without it are not in the index.
    pub sorted_by: &'static str,
    /// The attributes it holds beside the keys.
    pub includes: &'static [&'static str],
}

/// The tables that fall due, by their deadlines.
pub const BY_DUE: NumberIndex = NumberIndex {
    name: "by-due",
    sorted_by: "due_ms",
    includes: &[],
};
/// The live tables, by their last use.
pub const BY_USE: NumberIndex = NumberIndex {
    name: "by-use",
    sorted_by: "used_ms",
    includes: &["opened_by", "opened_ms", "is_untouched"],
};
/// The tables that are over, by their last commit.
pub const BY_END: NumberIndex = NumberIndex {
    name: "by-end",
    sorted_by: "ended_ms",
    includes: &[],
};

const INDEXES: [NumberIndex; 3] = [BY_DUE, BY_USE, BY_END];

/// How long a new table may take until it can be used, and how often it is looked at.
const CREATION_MAX: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What [`create_table`] has found or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreatedTable {
    /// Whether the table was made now; otherwise it was there.
    pub is_new: bool,
    /// Whether items expire.
    pub expiry: TableFeature,
    /// Whether the table can be restored as of any second of the last 35 days.
    pub recovery: TableFeature,
    /// Whether the table is protected from being deleted.
    pub protection: TableFeature,
}

/// Whether a table has something that a compatible server may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFeature {
    /// It has.
    On,
    /// The server does not know it.
    Unsupported,
}

/// Makes the table unless it is there, waits until it can be used, and turns on what protects it.
///
/// # Errors
///
/// [`DynamoError::Unfit`] when a table of this name has another shape.
pub async fn create_table(table: &DynamoTable) -> Result<CreatedTable, DynamoError> {
    let is_new = match create(table).await {
        Ok(()) => true,
        Err(DynamoError::InUse) => false,
        Err(error) => return Err(error),
    };
    let made = wait_until_active(table).await?;
    check_shape(&made)?;
    let is_protected = made.deletion_protection_enabled() == Some(true);
    Ok(CreatedTable {
        is_new,
        expiry: expire_items(table).await?,
        recovery: keep_recoverable(table).await?,
        protection: if is_protected {
            TableFeature::On
        } else {
            protect(table).await?
        },
    })
}

/// Checks that the table is there and has the keys and indexes that [`create_table`] makes.
///
/// # Errors
///
/// [`DynamoError::TableMissing`], or [`DynamoError::Unfit`] with the first difference.
pub async fn check_table(table: &DynamoTable) -> Result<(), DynamoError> {
    check_shape(&described(describe(table).await?)?)
}

async fn create(table: &DynamoTable) -> Result<(), DynamoError> {
    let mut request = table
        .client
        .create_table()
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest)
        .deletion_protection_enabled(true)
        .attribute_definitions(attribute(PARTITION_KEY, ScalarAttributeType::S))
        .attribute_definitions(attribute(SORT_KEY, ScalarAttributeType::S))
        .key_schema(key(PARTITION_KEY, KeyType::Hash))
        .key_schema(key(SORT_KEY, KeyType::Range));
    for index in INDEXES {
        request = request
            .attribute_definitions(attribute(index.sorted_by, ScalarAttributeType::N))
            .local_secondary_indexes(local_index(index));
    }
    request.send().await?;
    Ok(())
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    let builder = AttributeDefinition::builder().attribute_name(name);
    let built = builder.attribute_type(kind).build();
    built.expect("name and type are given")
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    let builder = KeySchemaElement::builder().attribute_name(name);
    let built = builder.key_type(kind).build();
    built.expect("name and type are given")
}

fn local_index(index: NumberIndex) -> LocalSecondaryIndex {
    let included = index.includes.iter().map(|name| (*name).to_owned());
    let included: Vec<String> = included.collect();
    let projection = if included.is_empty() {
        Projection::builder().projection_type(ProjectionType::KeysOnly)
    } else {
        Projection::builder()
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(included))
    };
    let built = LocalSecondaryIndex::builder()
        .index_name(index.name)
        .key_schema(key(PARTITION_KEY, KeyType::Hash))
        .key_schema(key(index.sorted_by, KeyType::Range))
        .projection(projection.build())
        .build();
    built.expect("name and keys are given")
}

async fn describe(table: &DynamoTable) -> Result<DescribeTableOutput, DynamoError> {
    let request = table.client.describe_table().table_name(&table.name);
    Ok(request.send().await?)
}

fn described(answer: DescribeTableOutput) -> Result<TableDescription, DynamoError> {
    answer.table.ok_or(DynamoError::TableMissing)
}

async fn wait_until_active(table: &DynamoTable) -> Result<TableDescription, DynamoError> {
    let begun = Instant::now();
    loop {
        // For a moment after its creation a table may not be known yet.
        let found = match describe(table).await {
            Ok(answer) => described(answer),
            Err(error) => Err(error),
        };
        match found {
            Ok(found) if found.table_status() == Some(&TableStatus::Active) => return Ok(found),
            Ok(_) | Err(DynamoError::TableMissing) => {}
            Err(error) => return Err(error),
        }
        if begun.elapsed() > CREATION_MAX {
            return Err(DynamoError::Unavailable(
                "the table was made, and is not ready yet".into(),
            ));
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Compares a table with the one that this crate makes.
fn check_shape(table: &TableDescription) -> Result<(), DynamoError> {
    let keys = [(PARTITION_KEY, KeyType::Hash), (SORT_KEY, KeyType::Range)];
    if !is_keyed(table.key_schema(), &keys) {
        let why = format!("its keys are not {PARTITION_KEY} and {SORT_KEY}");
        return Err(DynamoError::Unfit(why));
    }
    for index in INDEXES {
        let indexes = table.local_secondary_indexes();
        let found = indexes
            .iter()
            .find(|it| it.index_name() == Some(index.name));
        let keys = [
            (PARTITION_KEY, KeyType::Hash),
            (index.sorted_by, KeyType::Range),
        ];
        let found = found.filter(|found| is_keyed(found.key_schema(), &keys));
        let projected = found.and_then(|found| found.projection());
        let has = |name: &&str| {
            projected.is_some_and(|projection| {
                projection.projection_type() == Some(&ProjectionType::All)
                    || projection.non_key_attributes().iter().any(|it| it == name)
            })
        };
        if found.is_none() || !index.includes.iter().all(has) {
            let (name, sorted_by, includes) = (index.name, index.sorted_by, index.includes);
            let why = format!("it lacks the local index {name} by {sorted_by} with {includes:?}");
            return Err(DynamoError::Unfit(why));
        }
    }
    let kinds = [PARTITION_KEY, SORT_KEY].map(|name| (name, ScalarAttributeType::S));
    let kinds = kinds
        .into_iter()
        .chain(INDEXES.map(|index| (index.sorted_by, ScalarAttributeType::N)));
    for (name, kind) in kinds {
        let mut defined = table.attribute_definitions().iter();
        if !defined.any(|it| it.attribute_name() == name && *it.attribute_type() == kind) {
            return Err(DynamoError::Unfit(format!(
                "its key {name} is not of type {kind}"
            )));
        }
    }
    Ok(())
}

fn is_keyed(schema: &[KeySchemaElement], keys: &[(&str, KeyType)]) -> bool {
    let is = |(name, kind): &(&str, KeyType)| {
        let mut schema = schema.iter();
        schema.any(|it| it.attribute_name() == *name && it.key_type() == kind)
    };
    schema.len() == keys.len() && keys.iter().all(is)
}

/// Has the service delete items some time after their [`EXPIRES`].
async fn expire_items(table: &DynamoTable) -> Result<TableFeature, DynamoError> {
    let request = table.client.describe_time_to_live();
    let known = request.table_name(&table.name).send().await;
    let known = match known.map_err(DynamoError::from) {
        Ok(answer) => answer.time_to_live_description,
        Err(error) => return unsupported(error),
    };
    let status = known.and_then(|known| known.time_to_live_status);
    if matches!(
        status,
        Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
    ) {
        return Ok(TableFeature::On);
    }
    let specification = TimeToLiveSpecification::builder()
        .attribute_name(EXPIRES)
        .enabled(true)
        .build()
        .expect("name and state are given");
    let request = table.client.update_time_to_live().table_name(&table.name);
    let turned_on = request
        .time_to_live_specification(specification)
        .send()
        .await;
    feature(turned_on.map(|_| ()).map_err(DynamoError::from))
}

async fn keep_recoverable(table: &DynamoTable) -> Result<TableFeature, DynamoError> {
    let specification = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(true)
        .build()
        .expect("its state is given");
    let request = table.client.update_continuous_backups();
    let turned_on = request
        .table_name(&table.name)
        .point_in_time_recovery_specification(specification)
        .send()
        .await;
    feature(turned_on.map(|_| ()).map_err(DynamoError::from))
}

async fn protect(table: &DynamoTable) -> Result<TableFeature, DynamoError> {
    let request = table.client.update_table().table_name(&table.name);
    let turned_on = request.deletion_protection_enabled(true).send().await;
    feature(turned_on.map(|_| ()).map_err(DynamoError::from))
}

fn feature(turned_on: Result<(), DynamoError>) -> Result<TableFeature, DynamoError> {
    turned_on.map_or_else(unsupported, |()| Ok(TableFeature::On))
}

/// What a compatible server answers to an operation that it does not know is no failure.
fn unsupported(error: DynamoError) -> Result<TableFeature, DynamoError> {
    if matches!(error, DynamoError::Unsupported | DynamoError::Unfit(_)) {
        return Ok(TableFeature::Unsupported);
    }
    Err(error)
}
