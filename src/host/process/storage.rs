//! Opens the journal and the bus that the configuration names.

mod bus;
pub(crate) mod facts;
mod file;
mod opener;

#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "postgres")]
mod postgres;

use std::sync::Arc;

use bucket::{Bucket, BucketUrl, BucketUrlError};

use crate::{Config, Opening, Progress};

#[cfg(feature = "dynamodb")]
pub use dynamodb::{open as in_table, table};
pub(crate) use opener::ConfiguredStorage;

/// Opens the journal the operator names: in the database of `DATABASE_URL` or the table of `DYNAMODB_TABLE`, else in the
/// file of `DB_PATH`, kept in the bucket of `REPLICA_URL` if that is set. Instances meet at `REDIS_URL`, else at their
/// database or table.
pub fn named(config: Config, progress: Progress) -> Opening {
    Box::pin(async move {
        #[cfg(feature = "dynamodb")]
        if let Some(table) = table(&config).await {
            return in_table(&config, table).await;
        }
        let bus = bus::start(&config).await?;
        #[cfg(feature = "postgres")]
        if let Some(address) = &config.database.url {
            return postgres::open(&config, address, bus).await;
        }
        file::open(&config, progress, bus).await
    })
}

/// Opens a bucket, one of S3 with the credentials that the platform provides, if it does.
async fn open_bucket(config: &Config, url: &BucketUrl) -> Result<Arc<dyn Bucket>, BucketUrlError> {
    match &config.replica.s3_credentials {
        Some(given) => url.clone().with_s3_credentials(given.clone()).open().await,
        None => url.open().await,
    }
}
