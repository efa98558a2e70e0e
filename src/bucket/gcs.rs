//! Google Cloud Storage through its own protocol, whose conditions are generations.
//!
//! Its other protocol, the one of Amazon S3, takes a conditional write and ignores the condition; so this is
//! the only way to it. A [`ETag`] is a generation, and generation 0 is an object that is not there. Nothing is
//! repeated here: whoever asked settles by reading what became of an unanswered write. Credentials are found
//! as Google's own tools find them. To an endpoint without encryption none are sent.
//!
//! The rights it needs are those of the role "Storage Object User". Without the right to list, the service
//! refuses to say that an object is not there.

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

use self::request_outcome::{Connector, Trouble};
use crate::{
    Bucket, BucketError, BucketUrl, BucketUrlError, Cause, ETag, LIST_MAX, ListEntry, Object,
    PutOutcome,
};

/// Where the service is, if the address does not say.
const GOOGLE: &str = "https://storage.googleapis.com";
/// How long a connection may take to come about.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a request may take that carries next to nothing.
const REQUEST_MAX: Duration = Duration::from_secs(10);
/// The slowest a body may travel: 8 MiB have a minute.
const BYTES_PER_MS_MIN: u64 = 160;

/// A bucket of Google Cloud Storage, or a part of one.
pub struct GcsBucket {
    store: GoogleCloudStorage,
    bucket: String,
    prefix: String,
}

/// Field by field, because the store knows tokens.
impl fmt::Debug for GcsBucket {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("GcsBucket")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl GcsBucket {
    /// Opens a bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the address is another provider's, or a credentials file cannot be understood.
    pub fn open(place: &BucketUrl) -> Result<Self, BucketUrlError> {
        Self::through(ReqwestConnector::default(), place)
    }

    fn through(connector: impl HttpConnector, place: &BucketUrl) -> Result<Self, BucketUrlError> {
        let BucketUrl::Gcs {
            bucket,
            prefix,
            endpoint,
        } = place
        else {
            let wrong = "this is no address of Google Cloud Storage, which is gs://bucket/prefix";
            return Err(BucketUrlError(wrong.to_owned()));
        };
        let base = endpoint.as_deref().unwrap_or(GOOGLE).trim_end_matches('/');
        let plain = base.starts_with("http://");
        let builder = if plain {
            anonymous()
        } else {
            GoogleCloudStorageBuilder::from_env().with_skip_signature(false)
        };
        let options = ClientOptions::new()
            .with_allow_http(plain)
            .with_connect_timeout(CONNECT_MAX)
            // A body's size decides how long a request may take; see `patience`.
            .with_timeout_disabled();
        let once = RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        };
        let store = builder
            .with_bucket_name(bucket)
            .with_base_url(base)
            .with_client_options(options)
            .with_retry(once)
            .with_http_connector(Connector::new(connector, base))
            .build()
            .map_err(|error| BucketUrlError(format!("gs://{bucket} cannot be opened: {error}")))?;
        Ok(Self {
            store,
            bucket: bucket.clone(),
            prefix: prefix.clone(),
        })
    }

    async fn put(&self, doing: &Doing, body: Bytes, mode: PutMode) -> Result<ETag, Trouble> {
        let limit = patience(body.len() as u64);
        let put = self
            .store
            .put_opts(&doing.path, PutPayload::from_bytes(body), mode.into());
        tag(within(limit, put).await?.version)
    }

    async fn read(&self, path: &Path) -> Result<Object, Trouble> {
        let found = within(REQUEST_MAX, self.store.get(path)).await?;
        let tag = tag(found.meta.version.clone())?;
        let limit = patience(found.meta.size);
        let body = within(limit, found.bytes()).await?;
        Ok(Object { body, tag })
    }

    /// Reads pages until one holds something: the service may return an empty one before the end.
    async fn page(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> object_store::Result<Vec<ListEntry>> {
        let whole = format!("{}{prefix}", self.prefix);
        let mut token = None;
        loop {
            let options = PaginatedListOptions {
                offset: after.map(|after| format!("{}{after}", self.prefix)),
                max_keys: Some(LIST_MAX),
                page_token: token,
                ..PaginatedListOptions::default()
            };
            let page = self.store.list_paginated(Some(&whole), options).await?;
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

    /// Returns an object as this bucket's users know it.
    ///
    /// The console marks a folder by an object whose name ends with a slash, and the library drops the slash.
    /// So what is asked for is compared once more: else a list could stand still on such a mark.
    fn listed(&self, object: &ObjectMeta, prefix: &str, after: Option<&str>) -> Option<ListEntry> {
        let key = object.location.as_ref().strip_prefix(&self.prefix)?;
        let asked = key.starts_with(prefix) && after.is_none_or(|after| key > after);
        asked.then(|| ListEntry {
            key: key.to_owned(),
            bytes: object.size,
        })
    }

    fn doing(&self, verb: &'static str, key: &str) -> Result<Doing, BucketError> {
        let whole = format!("{}{key}", self.prefix);
        match Path::parse(&whole) {
            Ok(path) if path.as_ref() == whole => Ok(Doing {
                verb,
                bucket: self.bucket.clone(),
                path,
            }),
            Ok(_) | Err(_) => {
                let cause = format!("{verb}: {whole:?} cannot be an object's name");
                Err(BucketError::Denied(Cause::from(cause)))
            }
        }
    }
}

#[async_trait]
impl Bucket for GcsBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let doing = self.doing("create", key)?;
        match self.put(&doing, body, PutMode::Create).await {
            Ok(tag) => Ok(PutOutcome::Done(tag)),
            Err(trouble) if trouble.is_condition() => Ok(PutOutcome::Exists),
            Err(trouble) => Err(doing.fault(trouble)),
        }
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let doing = self.doing("replace", key)?;
        let read = UpdateVersion {
            e_tag: None,
            version: Some(tag.0.clone()),
        };
        match self.put(&doing, body, PutMode::Update(read)).await {
            Ok(tag) => Ok(PutOutcome::Done(tag)),
            Err(trouble) if trouble.is_condition() || trouble.is_absence() => {
                Ok(PutOutcome::Changed)
            }
            Err(trouble) => Err(doing.fault(trouble)),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let doing = self.doing("get", key)?;
        match self.read(&doing.path).await {
            Ok(object) => Ok(Some(object)),
            Err(trouble) if trouble.is_absence() => Ok(None),
            Err(trouble) => Err(doing.fault(trouble)),
        }
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let listed = within(REQUEST_MAX, self.page(prefix, after)).await;
        listed.map_err(|trouble| {
            let whole = format!("{}{prefix}", self.prefix);
            trouble.into_fault(&format!("list gs://{}/{whole}", self.bucket))
        })
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let doing = self.doing("delete", key)?;
        match within(REQUEST_MAX, self.store.delete(&doing.path)).await {
            Ok(()) => Ok(()),
            Err(trouble) if trouble.is_absence() => Ok(()),
            Err(trouble) => Err(doing.fault(trouble)),
        }
    }
}

/// What is being done to which object, for faults.
struct Doing {
    verb: &'static str,
    bucket: String,
    path: Path,
}

impl Doing {
    fn fault(&self, trouble: Trouble) -> BucketError {
        let Self { verb, bucket, path } = self;
        trouble.into_fault(&format!("{verb} gs://{bucket}/{path}"))
    }
}

/// Asks without credentials, and looks for none.
fn anonymous() -> GoogleCloudStorageBuilder {
    // The library leaves out the signature of a read but not of a write, so it needs an empty one, too.
    let nobody = GcpCredential {
        bearer: String::new(),
    };
    GoogleCloudStorageBuilder::new()
        .with_credentials(Arc::new(StaticCredentialProvider::new(nobody)))
        .with_skip_signature(true)
}

fn tag(generation: Option<String>) -> Result<ETag, Trouble> {
    let unnamed = || Trouble::Unanswered("the answer names no generation".to_owned());
    generation.map(ETag).ok_or_else(unnamed)
}

/// Returns how long a request may take that carries this many bytes.
fn patience(bytes: u64) -> Duration {
    REQUEST_MAX + Duration::from_millis(bytes / BYTES_PER_MS_MIN)
}

async fn within<T>(
    limit: Duration,
    asked: impl Future<Output = object_store::Result<T>>,
) -> Result<T, Trouble> {
    match timeout(limit, asked).await {
        Ok(answered) => answered.map_err(|error| Trouble::of(&error)),
        Err(_) => Err(Trouble::Unanswered(format!("no answer in {limit:?}"))),
    }
}
