//! A journal in a table of Amazon `DynamoDB`.

#[cfg(feature = "sqlite")]
mod checks;
#[cfg(feature = "sqlite")]
mod operation;

use std::sync::Arc;

use anyhow::Context as _;
use dynamo::{DynamoTable, Settings};
use store::dynamodb::DynamoJournal;

use super::{bus, table_address};
use crate::{Config, Storage};

#[cfg(feature = "sqlite")]
pub(super) use checks::check;
#[cfg(feature = "sqlite")]
pub(super) use operation::{create, server_journal};

/// Opens the journal in a table, where instances also meet unless they have a Redis. One client is enough for all that is in
/// the table: a process that has just started connects once.
pub async fn open(config: &Config, table: DynamoTable) -> anyhow::Result<Storage> {
    let bus = bus::at_table(config, &table)?;
    let address = table_address(&table.name);
    let context = || format!("DYNAMODB_TABLE: cannot open the journal {address}");
    let journal = DynamoJournal::open(table).await.with_context(context)?;
    tracing::info!(place = address, "the journal is in DynamoDB");
    Ok(Storage {
        journal: Arc::new(journal),
        bus,
        // Nothing is kept back, and the client has nothing to say at the end.
        close: Box::new(|| Box::pin(async { Ok(()) })),
        taken_over: Box::pin(std::future::pending()),
    })
}

/// Returns the table of `DYNAMODB_TABLE`; `None` if that is not set. Nothing is asked yet.
pub async fn table(config: &Config) -> Option<DynamoTable> {
    let name = config.dynamodb.table.as_ref()?;
    Some(table_named(config, name).await)
}

/// Returns a table by its name, at the endpoint of the configuration.
pub(super) async fn table_named(config: &Config, name: &str) -> DynamoTable {
    let settings = Settings {
        table: name.to_owned(),
        endpoint: config.dynamodb.endpoint.clone(),
        timeout: config.journal.timeout,
    };
    DynamoTable::connect(settings).await
}
