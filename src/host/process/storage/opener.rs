//! Opens for the operator's subcommands what the configuration names.

use std::path::PathBuf;
use std::sync::Arc;

use ::bus::Bus;
use admin::{CommandError, Opener, ServerJournal};
use async_trait::async_trait;
use bucket::{Bucket, BucketUrl};
use store::{replica, sqlite};

use super::{bus, file};
use crate::Config;

/// The storage of a configuration, not yet opened.
pub(crate) struct ConfiguredStorage(pub(crate) Config);

#[async_trait]
impl Opener for ConfiguredStorage {
    #[cfg(feature = "postgres")]
    async fn database(&self) -> Result<ServerJournal, CommandError> {
        let Some(address) = &self.0.database.url else {
            return Err(CommandError::misused(anyhow::anyhow!(
                "DATABASE_URL is not set, and the word `database` means the journal there"
            )));
        };
        let settings =
            super::postgres::settings(&self.0, address).map_err(CommandError::misused)?;
        let journal = Arc::new(store::postgres::PostgresJournal::open(settings).await?);
        Ok(ServerJournal {
            address: address.to_string(),
            journal: journal.clone(),
            export: journal.clone(),
            import: journal,
        })
    }

    #[cfg(not(feature = "postgres"))]
    async fn database(&self) -> Result<ServerJournal, CommandError> {
        Err(CommandError::misused(anyhow::anyhow!(
            "this build has no PostgreSQL: build with `--features postgres`, or write ./database for a file"
        )))
    }

    async fn bucket(&self, place: &BucketUrl) -> Result<Arc<dyn Bucket>, CommandError> {
        Ok(super::open_bucket(&self.0, place).await?)
    }

    fn bus(&self) -> anyhow::Result<Bus> {
        bus::start(&self.0)
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
