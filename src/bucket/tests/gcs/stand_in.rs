//! The stand-in for Google Cloud Storage, and buckets in it.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use bucket::gcs::GcsBucket;
use bucket::{Bucket, BucketUrl};
use servers::Gcs;

pub(crate) use servers::GcsMood as Mood;

/// The stand-in.
pub(crate) struct StandIn(Gcs);

impl Deref for StandIn {
    type Target = Gcs;

    fn deref(&self) -> &Gcs {
        &self.0
    }
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        Self(Gcs::start().await)
    }

    /// Opens the bucket there is, with names that begin with `prefix`.
    pub(crate) fn bucket(&self, prefix: &str) -> Arc<dyn Bucket> {
        open(self.0.bucket(), prefix, self.address())
    }

    /// Opens one that is not there.
    pub(crate) fn missing_bucket(&self) -> Arc<dyn Bucket> {
        open("codex-missing", "", self.address())
    }
}

/// Opens a bucket wherever it is said to be.
pub(crate) fn open(bucket: &str, prefix: &str, address: SocketAddr) -> Arc<dyn Bucket> {
    let place = BucketUrl::Gcs {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: Some(format!("http://{address}")),
    };
    Arc::new(GcsBucket::open(&place).unwrap())
}
