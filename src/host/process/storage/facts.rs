//! What operators are told of a server that keeps the journal.

use admin::DatabaseFacts;

use super::table_address;
use crate::{Config, MaskedUrl};

/// Returns the facts of the server that a configuration names, if it names one.
pub(crate) fn of_config(config: &Config) -> Option<DatabaseFacts> {
    if let Some(name) = &config.dynamodb.table {
        return Some(of_table(name));
    }
    config.database.url.as_ref().map(of_postgres)
}

pub(super) fn of_postgres(address: &MaskedUrl) -> DatabaseFacts {
    DatabaseFacts {
        address: address.to_string(),
        empty_one: "set DATABASE_URL to an empty database",
        advice: "check that the server runs, accepts this machine, and has the user, the password and the database",
        remains: "PostgreSQL keeps the old rows until it vacuums the tables; VACUUM does so at once",
    }
}

pub(super) fn of_table(name: &str) -> DatabaseFacts {
    DatabaseFacts {
        address: table_address(name),
        empty_one: "set DYNAMODB_TABLE to an empty table, which `store create` makes",
        advice: "check the table's name, the region (AWS_REGION), and the credentials; `store create` makes a table",
        remains: "the table's point-in-time recovery still has it for the days it is set to keep, 35 by default",
    }
}
