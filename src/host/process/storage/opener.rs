//! Opens for the operator's subcommands what the configuration names.

use std::path::PathBuf;
use std::sync::Arc;

use ::bus::Bus;
use admin::{CommandError, CreatedPart, Diagnosis, Opener, PublicAnswer, ServerJournal};
use async_trait::async_trait;
use bucket::{Bucket, BucketUrl};
use store::{replica, sqlite};

use super::{bus, file};
use crate::{Config, MaskedUrl};

/// The storage of a configuration, not yet opened.
pub(crate) struct ConfiguredStorage(pub(crate) Config);

#[async_trait]
impl Opener for ConfiguredStorage {
    async fn database(&self) -> Result<ServerJournal, CommandError> {
        let config = &self.0;
        if let Some(name) = &config.dynamodb.table {
            return self.table(name).await;
        }
        let Some(address) = &config.database.url else {
            return Err(CommandError::misused(anyhow::anyhow!(
                "DATABASE_URL is not set, nor is DYNAMODB_TABLE, and the word `database` means the journal there"
            )));
        };
        postgres(config, address).await
    }

    #[cfg(feature = "dynamodb")]
    async fn table(&self, name: &str) -> Result<ServerJournal, CommandError> {
        let table = super::dynamodb::table_named(&self.0, name).await;
        Ok(super::dynamodb::server_journal(table).await?)
    }

    #[cfg(not(feature = "dynamodb"))]
    async fn table(&self, name: &str) -> Result<ServerJournal, CommandError> {
        Err(CommandError::misused(anyhow::anyhow!(
            "this build has no DynamoDB for the table {name}: build with `--features dynamodb`"
        )))
    }

    async fn create_database(&self) -> Result<Vec<CreatedPart>, CommandError> {
        #[cfg(feature = "dynamodb")]
        if let Some(table) = super::dynamodb::table(&self.0).await {
            return super::dynamodb::create(&table).await;
        }
        Err(CommandError::misused(anyhow::anyhow!(
            "DYNAMODB_TABLE is not set: only a table of DynamoDB is made before the first start, which makes all else"
        )))
    }

    async fn check_database(&self) -> Vec<Diagnosis> {
        #[cfg(feature = "dynamodb")]
        if let Some(table) = super::dynamodb::table(&self.0).await {
            return super::dynamodb::check(&table).await;
        }
        Vec::new()
    }

    async fn bucket(&self, place: &BucketUrl) -> Result<Arc<dyn Bucket>, CommandError> {
        Ok(file::open_bucket(&self.0, place).await?)
    }

    async fn ask_public(&self, url: &str, path: &str) -> PublicAnswer {
        super::public_address::ask(url, path).await
    }

    async fn bus(&self) -> anyhow::Result<Bus> {
        bus::start(&self.0).await
    }

    fn replica(
        &self,
        path: PathBuf,
        bucket: Arc<dyn Bucket>,
        place: &BucketUrl,
    ) -> replica::Settings {
        let sqlite = sqlite::Settings {
            path,
            readers: 1,
            timeout: self.0.journal.timeout,
        };
        file::replica_settings(&self.0, sqlite, bucket, place)
    }
}

#[cfg(feature = "postgres")]
async fn postgres(config: &Config, address: &MaskedUrl) -> Result<ServerJournal, CommandError> {
    let settings = super::postgres::settings(config, address).map_err(CommandError::misused)?;
    let journal = Arc::new(store::postgres::PostgresJournal::open(settings).await?);
    Ok(ServerJournal {
        facts: super::facts::of_postgres(address),
        journal: journal.clone(),
        export: journal.clone(),
        import: journal,
    })
}

#[cfg(not(feature = "postgres"))]
#[expect(
    clippy::unused_async,
    reason = "a build with PostgreSQL asks the database"
)]
async fn postgres(_config: &Config, _address: &MaskedUrl) -> Result<ServerJournal, CommandError> {
    Err(CommandError::misused(anyhow::anyhow!(
        "this build has no PostgreSQL: build with `--features postgres`, or write ./database for a file"
    )))
}
