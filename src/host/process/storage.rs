//! Opens the journal and the bus that the configuration names.

mod bus;
mod file;
mod opener;

#[cfg(feature = "postgres")]
mod postgres;

use crate::{Config, Opening, Progress};

pub(crate) use opener::ConfiguredStorage;

/// Opens the journal the operator names: in the database of `DATABASE_URL`, else in the file of `DB_PATH`, kept
/// in the bucket of `REPLICA_URL` if that is set. Instances meet at `REDIS_URL`, else at their database.
pub fn named(config: Config, progress: Progress) -> Opening {
    Box::pin(async move {
        let bus = bus::start(&config)?;
        #[cfg(feature = "postgres")]
        if let Some(address) = &config.database.url {
            return postgres::open(&config, address, bus).await;
        }
        file::open(&config, progress, bus).await
    })
}
