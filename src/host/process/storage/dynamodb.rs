//! A journal in a table of Amazon `DynamoDB`.

mod checks;

use std::sync::Arc;

use admin::{CommandError, CreatedPart, ServerJournal};
use anyhow::Context as _;
use dynamo::{DynamoTable, Settings, TableFeature};
use store::StoreError;
use store::dynamodb::{DynamoJournal, create_table};

use super::{bus, facts};
use crate::{Config, Storage};

pub(super) use checks::check;

/// Opens the journal in a table, where instances also meet unless they have a Redis. One client is enough for all that is in
/// the table: a process that has just started connects once.
pub async fn open(config: &Config, table: DynamoTable) -> anyhow::Result<Storage> {
    let bus = bus::at_table(config, &table)?;
    let address = facts::of_table(&table.name).address;
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

/// Opens the journal in a table for the operator's subcommands.
pub(super) async fn server_journal(table: DynamoTable) -> Result<ServerJournal, StoreError> {
    let facts = facts::of_table(&table.name);
    let journal = Arc::new(DynamoJournal::open(table).await?);
    Ok(ServerJournal {
        facts,
        journal: journal.clone(),
        export: journal.clone(),
        import: journal,
    })
}

/// Makes a table if it is not there, and says what was made of it.
pub(super) async fn create(table: &DynamoTable) -> Result<Vec<CreatedPart>, CommandError> {
    let made = create_table(table).await?;
    let part = |name, state: &str| CreatedPart {
        name,
        state: state.to_owned(),
    };
    let feature = |name, feature| match feature {
        TableFeature::On => part(name, "on"),
        TableFeature::Unsupported => part(name, "not known to this server"),
    };
    Ok(vec![
        part(
            "table",
            if made.is_new {
                "made, and active"
            } else {
                "was there, and active"
            },
        ),
        feature("time to live", made.expiry),
        feature("point-in-time recovery", made.recovery),
        feature("deletion protection", made.protection),
    ])
}
