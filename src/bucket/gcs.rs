//! Google Cloud Storage through its own protocol, whose conditions are generations.
//!
//! Its compatibility with Amazon S3 accepts a conditional write and ignores the condition, so that cannot be used. An
//! [`ETag`] is a generation here, and generation 0 is a free key. Nothing is retried: after an unanswered write the
//! caller reads the object. Credentials come from where Google's own tools take them. None are sent to an endpoint
//! without TLS.
//!
//! The permissions it needs are those of the role "Storage Object User". Without the permission to list, the service
//! answers a read of a free key with 403 instead of 404.

mod request_outcome;

#[cfg(test)]
mod signing;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::client::{HttpConnector, ReqwestConnector};
use object_store::gcp::{GcpCredential, GoogleCloudStorage, GoogleCloudStorageBuilder};
use object_store::list::{PaginatedListOptions, PaginatedListStore as _};
use object_store::path::Path;
use object_store::{
    ClientOptions, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload,
    RetryConfig, StaticCredentialProvider, UpdateVersion,
};
use tokio::time::timeout;

use self::request_outcome::{GcsRequestError, TrackingConnector};
use crate::{
    Bucket, BucketError, BucketUrl, BucketUrlError, Cause, ETag, LIST_MAX, ListEntry, Object,
    PutOutcome,
};

/// The default endpoint.
const DEFAULT_ENDPOINT: &str = "https://storage.googleapis.com";
/// How long connecting may take.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a request without a body may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(10);
/// The slowest transfer of a body: 8 MiB take a minute at most.
const BYTES_PER_MS_MIN: u64 = 160;

/// A bucket of Google Cloud Storage, or a part of one.
pub struct GcsBucket {
    store: GoogleCloudStorage,
    bucket: String,
    prefix: String,
}

// By hand, because the store holds access tokens.
impl fmt::Debug for GcsBucket {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("GcsBucket")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl GcsBucket {
    /// Opens a bucket. No request is sent to it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the URL is another provider's, or a credentials file cannot be parsed.
    pub fn open(url: &BucketUrl) -> Result<Self, BucketUrlError> {
        Self::through(ReqwestConnector::default(), url)
    }

    fn through(connector: impl HttpConnector, url: &BucketUrl) -> Result<Self, BucketUrlError> {
        let BucketUrl::Gcs {
            bucket,
            prefix,
            endpoint,
        } = url
        else {
            let wrong = "this is no address of Google Cloud Storage, which is gs://bucket/prefix";
            return Err(BucketUrlError(wrong.to_owned()));
        };
        let base = endpoint
            .as_deref()
            .unwrap_or(DEFAULT_ENDPOINT)
            .trim_end_matches('/');
        // Without TLS a token could be read on the way, so none is sent. Only emulators are reached like that.
        let plain = base.starts_with("http://");
        let builder = if plain {
            anonymous()
        } else {
            GoogleCloudStorageBuilder::from_env().with_skip_signature(false)
        };
        let options = ClientOptions::new()
            .with_allow_http(plain)
            .with_connect_timeout(CONNECT_MAX)
            // The timeout of a request depends on its size; see `time_max`.
            .with_timeout_disabled();
        // The library would repeat a write whose answer was lost, and report its own first attempt as a conflict.
        let once = RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        };
        let store = builder
            .with_bucket_name(bucket)
            .with_base_url(base)
            .with_client_options(options)
            .with_retry(once)
            .with_http_connector(TrackingConnector::new(connector, base))
            .build()
            .map_err(|error| BucketUrlError(format!("gs://{bucket} cannot be opened: {error}")))?;
        Ok(Self {
            store,
            bucket: bucket.clone(),
            prefix: prefix.clone(),
        })
    }

    async fn put(
        &self,
        operation: &Operation,
        body: Bytes,
        mode: PutMode,
    ) -> Result<ETag, GcsRequestError> {
        let limit = time_max(body.len() as u64);
        let put = self
            .store
            .put_opts(&operation.path, PutPayload::from_bytes(body), mode.into());
        tag(within(limit, put).await?.version)
    }

    async fn read(&self, path: &Path) -> Result<Object, GcsRequestError> {
        // Two timeouts: the size is known, and the second one computed, only once the header is there.
        let found = within(REQUEST_TIME_MAX, self.store.get(path)).await?;
        let tag = tag(found.meta.version.clone())?;
        let limit = time_max(found.meta.size);
        let body = within(limit, found.bytes()).await?;
        Ok(Object { body, tag })
    }

    /// Requests pages until one holds an object: the service may return an empty one before the end.
    async fn page(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> object_store::Result<Vec<ListEntry>> {
        let full_key = format!("{}{prefix}", self.prefix);
        let mut token = None;
        loop {
            let options = PaginatedListOptions {
                offset: after.map(|after| format!("{}{after}", self.prefix)),
                max_keys: Some(LIST_MAX),
                page_token: token,
                ..PaginatedListOptions::default()
            };
            let page = self.store.list_paginated(Some(&full_key), options).await?;
            let found = page.result.objects.iter();
            let listed: Vec<_> = found
                .filter_map(|object| self.listed(object, prefix, after))
                .collect();
            token = page.page_token.filter(|token| !token.is_empty());
            if !listed.is_empty() || token.is_none() {
                return Ok(listed);
            }
        }
    }

    /// Returns an object as an entry of the list, or `None` if it is not to be listed.
    ///
    /// The console marks a folder by an object whose name ends with a slash, and `object_store` drops the slash. So
    /// the key is compared with `prefix` and `after` once more: else the next page could begin at the same mark.
    fn listed(&self, object: &ObjectMeta, prefix: &str, after: Option<&str>) -> Option<ListEntry> {
        let key = object.location.as_ref().strip_prefix(&self.prefix)?;
        let is_requested = key.starts_with(prefix) && after.is_none_or(|after| key > after);
        is_requested.then(|| ListEntry {
            key: key.to_owned(),
            bytes: object.size,
        })
    }

    fn operation(&self, verb: &'static str, key: &str) -> Result<Operation, BucketError> {
        let full_key = format!("{}{key}", self.prefix);
        // Compared once more: the library normalises some keys instead of refusing them.
        match Path::parse(&full_key) {
            Ok(path) if path.as_ref() == full_key => Ok(Operation {
                verb,
                bucket: self.bucket.clone(),
                path,
            }),
            Ok(_) | Err(_) => {
                let cause = format!("{verb}: {full_key:?} cannot be an object's name");
                Err(BucketError::Denied(Cause::from(cause)))
            }
        }
    }
}

#[async_trait]
impl Bucket for GcsBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let operation = self.operation("create", key)?;
        match self.put(&operation, body, PutMode::Create).await {
            Ok(tag) => Ok(PutOutcome::Done(tag)),
            Err(error) if error.is_condition() => Ok(PutOutcome::Exists),
            Err(error) => Err(operation.error(error)),
        }
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let operation = self.operation("replace", key)?;
        let read = UpdateVersion {
            e_tag: None,
            version: Some(tag.0.clone()),
        };
        match self.put(&operation, body, PutMode::Update(read)).await {
            Ok(tag) => Ok(PutOutcome::Done(tag)),
            Err(error) if error.is_condition() || error.is_absence() => Ok(PutOutcome::Changed),
            Err(error) => Err(operation.error(error)),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let operation = self.operation("get", key)?;
        match self.read(&operation.path).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_absence() => Ok(None),
            Err(error) => Err(operation.error(error)),
        }
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let listed = within(REQUEST_TIME_MAX, self.page(prefix, after)).await;
        listed.map_err(|error| {
            let full_key = format!("{}{prefix}", self.prefix);
            error.into_bucket_error(&format!("list gs://{}/{full_key}", self.bucket))
        })
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let operation = self.operation("delete", key)?;
        match within(REQUEST_TIME_MAX, self.store.delete(&operation.path)).await {
            Ok(()) => Ok(()),
            Err(error) if error.is_absence() => Ok(()),
            Err(error) => Err(operation.error(error)),
        }
    }
}

/// An operation on an object, for error messages.
struct Operation {
    verb: &'static str,
    bucket: String,
    path: Path,
}

impl Operation {
    fn error(&self, error: GcsRequestError) -> BucketError {
        let Self { verb, bucket, path } = self;
        error.into_bucket_error(&format!("{verb} gs://{bucket}/{path}"))
    }
}

/// Returns a builder that sends no credentials and looks for none.
fn anonymous() -> GoogleCloudStorageBuilder {
    // `object_store` skips the signature of reads but not of writes, so it also needs an empty token.
    let no_token = GcpCredential {
        bearer: String::new(),
    };
    GoogleCloudStorageBuilder::new()
        .with_credentials(Arc::new(StaticCredentialProvider::new(no_token)))
        .with_skip_signature(true)
}

fn tag(generation: Option<String>) -> Result<ETag, GcsRequestError> {
    let missing = || GcsRequestError::Unanswered("the answer names no generation".to_owned());
    generation.map(ETag).ok_or_else(missing)
}

/// Returns how long a request may take whose body has this many bytes.
fn time_max(bytes: u64) -> Duration {
    REQUEST_TIME_MAX + Duration::from_millis(bytes / BYTES_PER_MS_MIN)
}

async fn within<T>(
    limit: Duration,
    request: impl Future<Output = object_store::Result<T>>,
) -> Result<T, GcsRequestError> {
    match timeout(limit, request).await {
        Ok(answer) => answer.map_err(|error| GcsRequestError::of(&error)),
        Err(_) => Err(GcsRequestError::Unanswered(format!(
            "no answer in {limit:?}"
        ))),
    }
}
