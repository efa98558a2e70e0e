//! What the operator's subcommands do with a table.

use std::sync::Arc;

use admin::{CommandError, CreatedPart, ServerJournal};
use dynamo::{DynamoTable, TableFeature};
use store::StoreError;
use store::dynamodb::{DynamoJournal, create_table};

use crate::process::storage::facts;

/// Opens the journal in a table for the operator's subcommands.
pub(crate) async fn server_journal(table: DynamoTable) -> Result<ServerJournal, StoreError> {
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
pub(crate) async fn create(table: &DynamoTable) -> Result<Vec<CreatedPart>, CommandError> {
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
