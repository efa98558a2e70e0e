//! Opens the journal and the bus that the configuration names.

mod bus;

#[cfg(feature = "sqlite")]
pub(crate) mod facts;
#[cfg(feature = "sqlite")]
mod file;
#[cfg(feature = "sqlite")]
mod opener;
#[cfg(feature = "sqlite")]
mod public_address;

#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "postgres")]
mod postgres;

use crate::{Config, Opening, Progress, Storage};

#[cfg(feature = "dynamodb")]
pub use dynamodb::{open as in_table, table};
#[cfg(feature = "sqlite")]
pub(crate) use opener::ConfiguredStorage;

/// Opens the journal the operator names: in the database of `DATABASE_URL` or the table of `DYNAMODB_TABLE`, else in the
/// file of `DB_PATH`, kept in the bucket of `REPLICA_URL` if that is set. Instances meet at `REDIS_URL`, else at their
/// database or table. A build without files opens a table alone.
pub fn named(config: Config, progress: Progress) -> Opening {
    Box::pin(async move {
        #[cfg(feature = "dynamodb")]
        if let Some(table) = table(&config).await {
            return in_table(&config, table).await;
        }
        in_no_table(&config, progress).await
    })
}

#[cfg(feature = "sqlite")]
async fn in_no_table(config: &Config, progress: Progress) -> anyhow::Result<Storage> {
    let bus = bus::start(config).await?;
    #[cfg(feature = "postgres")]
    if let Some(address) = &config.database.url {
        return postgres::open(config, address, bus).await;
    }
    file::open(config, progress, bus).await
}

#[cfg(not(feature = "sqlite"))]
#[expect(clippy::unused_async, reason = "a build with files opens one")]
async fn in_no_table(_config: &Config, _progress: Progress) -> anyhow::Result<Storage> {
    anyhow::bail!("DYNAMODB_TABLE: must be set, because this build has no SQLite")
}

/// Returns the address of a table of `DynamoDB`, as operators write it.
fn table_address(name: &str) -> String {
    format!("dynamodb://{name}")
}
