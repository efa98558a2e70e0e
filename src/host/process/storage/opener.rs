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
    async fn database(&self) -> Result<Arc<dyn ServerJournal>, CommandError> {
        let Some(address) = &self.0.database.url else {
            return Err(CommandError::misused(anyhow::anyhow!(
                "DATABASE_URL is not set, and the word `database` means the journal there"
            )));
        };
        let settings =
            super::postgres::settings(&self.0, address).map_err(CommandError::misused)?;
        let journal = store::postgres::PostgresJournal::open(settings).await?;
        Ok(Arc::new(addressed::AddressedJournal {
            journal,
            address: address.to_string(),
        }))
    }

    #[cfg(not(feature = "postgres"))]
    async fn database(&self) -> Result<Arc<dyn ServerJournal>, CommandError> {
        Err(CommandError::misused(anyhow::anyhow!(
            "this build has no PostgreSQL: build with `--features postgres`, or write ./database for a file"
        )))
    }

    async fn bucket(&self, place: &BucketUrl) -> Result<Arc<dyn Bucket>, CommandError> {
        Ok(super::open_bucket(&self.0, place).await?)
    }

    fn bus(&self) -> anyhow::Result<Arc<dyn Bus>> {
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

#[cfg(feature = "postgres")]
mod addressed {
    use std::fmt;
    use std::path::Path;

    use admin::ServerJournal;
    use async_trait::async_trait;
    use store::postgres::PostgresJournal;
    use store::sqlite::SqliteFile;
    use store::{
        Journal as _, JournalExport as _, JournalImport as _, JournalSummary, Progress,
        ProgressListener, StoreError,
    };

    /// A journal in `PostgreSQL` and the address it was opened at.
    pub(super) struct AddressedJournal {
        pub(super) journal: PostgresJournal,
        /// Without its password.
        pub(super) address: String,
    }

    #[async_trait]
    impl ServerJournal for AddressedJournal {
        fn address(&self) -> String {
            self.address.clone()
        }

        async fn copy_into(
            &self,
            file: &Path,
            progress: Progress,
        ) -> Result<JournalSummary, StoreError> {
            self.journal.export_into(file, &progress.listener()).await
        }

        async fn fill_from(&self, file: &Path, progress: Progress) -> Result<(), StoreError> {
            let records = SqliteFile::new(file).export();
            self.journal.import(records, &progress.listener()).await?;
            Ok(())
        }

        async fn verify_all(&self) -> Result<(), StoreError> {
            self.journal.verify(&ProgressListener::none()).await?;
            Ok(())
        }

        async fn check(&self) -> Result<(), StoreError> {
            self.journal.check().await
        }

        fn close(&self) {
            self.journal.close();
        }
    }

    impl fmt::Debug for AddressedJournal {
        fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str(&self.address)
        }
    }
}
