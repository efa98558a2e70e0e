//! The storages a platform may choose from, and where instances meet.

mod file;
mod meeting;
mod opener;

#[cfg(feature = "postgres")]
mod database;

use crate::{Config, Opening, Progress};

pub(crate) use opener::ConfiguredStorage;

/// Opens the journal the operator names: in the database of `DATABASE_URL`, else in the file of `DB_PATH`, kept
/// in the bucket of `REPLICA_URL` if that is set. Instances meet at `REDIS_URL`, else at their database.
pub fn named(config: Config, progress: Progress) -> Opening {
    Box::pin(async move {
        let bus = meeting::begin(&config)?;
        #[cfg(feature = "postgres")]
        if let Some(address) = &config.database {
            return database::open(&config, address, bus).await;
        }
        file::open(&config, progress, bus).await
    })
}
