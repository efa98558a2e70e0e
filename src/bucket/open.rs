//! Opening the bucket that a URL names.
//!
//! Apart from the URL, so that adapters depend on the URL and the URL on no adapter.

use std::sync::Arc;

use crate::folder::FolderBucket;
use crate::{Bucket, BucketUrl, BucketUrlError};

impl BucketUrl {
    /// Checks, before it is opened, that what a URL names is there, as far as that can be told without asking a server.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when a folder is not there, not mounted, or holds something else.
    pub fn check_place(&self) -> Result<(), BucketUrlError> {
        match self {
            Self::Folder(path) => FolderBucket::check(path),
            Self::S3 { .. } | Self::Gcs { .. } => Ok(()),
        }
    }

    /// Opens the bucket. No request is sent to it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when this build does not include the adapter, or a folder cannot be used.
    #[cfg_attr(
        not(feature = "s3"),
        expect(
            clippy::unused_async,
            reason = "the configuration of S3 is loaded asynchronously"
        )
    )]
    pub async fn open(&self) -> Result<Arc<dyn Bucket>, BucketUrlError> {
        match self {
            Self::Folder(path) => Ok(Arc::new(FolderBucket::open(path)?)),
            #[cfg(feature = "s3")]
            Self::S3 { .. } => Ok(Arc::new(crate::s3::S3Bucket::open(self).await?)),
            #[cfg(feature = "gcs")]
            Self::Gcs { .. } => Ok(Arc::new(crate::gcs::GcsBucket::open(self)?)),
            #[cfg(not(feature = "s3"))]
            Self::S3 { .. } => Err(not_included(self, "s3")),
            #[cfg(not(feature = "gcs"))]
            Self::Gcs { .. } => Err(not_included(self, "gcs")),
        }
    }
}

#[cfg(not(all(feature = "s3", feature = "gcs")))]
fn not_included(url: &BucketUrl, feature: &str) -> BucketUrlError {
    BucketUrlError(format!(
        "{url} needs a build with the feature {feature}: take one, or name another place"
    ))
}

#[cfg(all(test, not(feature = "s3")))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_url_whose_adapter_is_not_in_this_build_says_so() {
        let url: BucketUrl = "s3://b".parse().unwrap();
        let said = url.open().await.unwrap_err().to_string();
        assert_eq!(
            said,
            "s3://b needs a build with the feature s3: take one, or name another place"
        );
    }
}
