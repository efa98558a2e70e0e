//! Amazon S3, and services with its protocol.
//!
//! Credentials and, if the URL does not name it, the region come from where Amazon's own tools take them: the
//! environment, a profile, the role of a task, function or machine. Nothing is retried here: the retry of a write that
//! was carried out would be answered that the key is taken. After [`BucketError::Unknown`] the caller reads the object.

mod request_outcome;

use std::time::Duration;

use async_trait::async_trait;
use aws_config::meta::region::RegionProviderChain;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{
    Builder, RequestChecksumCalculation, ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use bytes::Bytes;
use tokio::time::timeout;

use self::request_outcome::{S3RequestError, classify};
use crate::{
    Bucket, BucketError, BucketUrl, BucketUrlError, Cause, ETag, LIST_MAX, ListEntry, Object,
    PutOutcome, S3Credentials,
};

/// How long connecting may take.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a request without a body may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(10);
/// What each mebibyte of a body adds to that: eight take a minute at most.
const MEBIBYTE_TIME_MAX: Duration = Duration::from_millis(6_250);
/// Pages without an object, but with more to come, that are requested in a row.
const EMPTY_PAGES_MAX: usize = 100;
/// The default region.
const DEFAULT_REGION: &str = "us-east-1";

/// A bucket of S3, or a part of one.
#[derive(Clone, Debug)]
pub struct S3Bucket {
    client: Client,
    bucket: String,
    prefix: String,
}

impl S3Bucket {
    /// Opens a bucket with the credentials of the URL or, if it has none, those of the environment. No request is sent
    /// to it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the URL names no bucket of S3.
    pub async fn open(url: &BucketUrl) -> Result<Self, BucketUrlError> {
        match url {
            BucketUrl::S3 {
                credentials: Some(S3Credentials { key, secret }),
                ..
            } => Self::open_as(url, key, secret).await,
            BucketUrl::S3 { .. } | BucketUrl::Gcs { .. } | BucketUrl::Folder(_) => {
                Self::load(url, aws_config::defaults(BehaviorVersion::latest())).await
            }
        }
    }

    /// Opens a bucket with an access key and its secret. No request is sent to it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the URL names no bucket of S3.
    pub async fn open_as(url: &BucketUrl, key: &str, secret: &str) -> Result<Self, BucketUrlError> {
        let keys = Credentials::new(key, secret, None, None, "given");
        let loader = aws_config::defaults(BehaviorVersion::latest());
        Self::load(url, loader.credentials_provider(keys)).await
    }

    async fn load(url: &BucketUrl, loader: ConfigLoader) -> Result<Self, BucketUrlError> {
        let BucketUrl::S3 {
            bucket,
            prefix,
            endpoint,
            region,
            path_style,
            credentials: _,
        } = url
        else {
            return Err(BucketUrlError(format!("{url} is no bucket of S3")));
        };
        let loader = match region {
            // Set explicitly, or the SDK would ask the machine's metadata service for it.
            Some(region) => loader.region(Region::new(region.clone())),
            None => loader.region(RegionProviderChain::default_provider().or_else(DEFAULT_REGION)),
        };
        let config = loader
            // See the module's opening: a repeated write would be answered wrongly.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(0))
            .load()
            .await;
        let mut settings = Builder::from(&config)
            .force_path_style(*path_style)
            // Other services do not know the checksums that Amazon has added. Signatures cover the body anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            // Each request has a timeout by its size, below.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(endpoint) = endpoint {
            settings = settings.endpoint_url(endpoint);
        }
        Ok(Self {
            client: Client::from_conf(settings.build()),
            bucket: bucket.clone(),
            prefix: prefix.clone(),
        })
    }

    fn full_key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Puts an object on the condition that `on_condition` adds to the request.
    async fn put(
        &self,
        key: &str,
        body: Bytes,
        on_condition: impl FnOnce(PutObjectFluentBuilder) -> PutObjectFluentBuilder + Send,
    ) -> Result<PutObjectOutput, S3RequestError> {
        let timeouts = timeouts(body.len() as u64);
        let request = self.client.put_object().bucket(&self.bucket);
        let request = on_condition(request.key(self.full_key(key)).body(body.into()));
        request
            // The client's timeouts are those of requests without a body.
            .customize()
            .config_override(Builder::new().timeout_config(timeouts))
            .send()
            .await
            .map_err(|error| classify("PutObject", &error))
    }
}

/// Returns how long a request may take whose body has this many bytes.
fn time_max(bytes: u64) -> Duration {
    let mebibytes = u32::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(u32::MAX);
    REQUEST_TIME_MAX + MEBIBYTE_TIME_MAX.saturating_mul(mebibytes)
}

fn timeouts(bytes: u64) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_MAX)
        .operation_attempt_timeout(time_max(bytes))
        .operation_timeout(time_max(bytes))
        .build()
}

#[async_trait]
impl Bucket for S3Bucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        match self.put(key, body, |put| put.if_none_match("*")).await {
            Ok(put) => done(put),
            Err(failed) if failed.status == 412 => Ok(PutOutcome::Exists),
            Err(failed) => Err(failed.error),
        }
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        match self.put(key, body, |put| put.if_match(&tag.0)).await {
            Ok(put) => done(put),
            Err(failed) if failed.status == 412 || failed.is_no_such_key() => {
                Ok(PutOutcome::Changed)
            }
            Err(failed) => Err(failed.error),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let request = self.client.get_object().bucket(&self.bucket);
        let answer = request.key(self.full_key(key)).send().await;
        let answer = match answer.map_err(|error| classify("GetObject", &error)) {
            Ok(answer) => answer,
            Err(failed) if failed.is_no_such_key() => return Ok(None),
            Err(failed) => return Err(failed.error),
        };
        let tag = tag("GetObject", answer.e_tag)?;
        let bytes = answer.content_length.unwrap_or_default();
        let limit = time_max(u64::try_from(bytes).unwrap_or_default());
        // The operation's timeout ends with the header. The body has one of its own.
        let body = timeout(limit, answer.body.collect()).await;
        let body = body
            .map_err(|late| BucketError::Unknown(Cause::from(late)))?
            .map_err(|error| BucketError::Unknown(Cause::from(error)))?
            .into_bytes();
        Ok(Some(Object { body, tag }))
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(self.full_key(prefix))
            .set_start_after(after.map(|after| self.full_key(after)))
            .max_keys(i32::try_from(LIST_MAX).unwrap_or(i32::MAX));
        // The service may return pages without objects, which must not look like the end of the list.
        let mut more = None;
        for _ in 0..EMPTY_PAGES_MAX {
            let page = request.clone().set_continuation_token(more).send().await;
            let page = page.map_err(|error| classify("ListObjectsV2", &error).error)?;
            let named = page.contents.unwrap_or_default().into_iter();
            let listed: Vec<_> = named.filter_map(|object| self.listed(object)).collect();
            more = page.next_continuation_token;
            if !listed.is_empty() || more.is_none() {
                return Ok(listed);
            }
        }
        Err(BucketError::Unavailable(Cause::from(
            "ListObjectsV2: list after list has no object, and says that there are more",
        )))
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let request = self.client.delete_object().bucket(&self.bucket);
        let answer = request.key(self.full_key(key)).send().await;
        match answer.map_err(|error| classify("DeleteObject", &error)) {
            Ok(_) => Ok(()),
            Err(failed) if failed.is_no_such_key() => Ok(()),
            Err(failed) => Err(failed.error),
        }
    }
}

impl S3Bucket {
    fn listed(&self, object: aws_sdk_s3::types::Object) -> Option<ListEntry> {
        let key = object.key?.strip_prefix(&self.prefix)?.to_owned();
        let bytes = u64::try_from(object.size.unwrap_or_default()).unwrap_or_default();
        Some(ListEntry { key, bytes })
    }
}

fn done(put: PutObjectOutput) -> Result<PutOutcome, BucketError> {
    tag("PutObject", put.e_tag).map(PutOutcome::Done)
}

fn tag(operation: &str, found: Option<String>) -> Result<ETag, BucketError> {
    found.map(ETag).ok_or_else(|| {
        let why =
            format!("{operation}: the answer has no ETag, without which nothing can be replaced");
        BucketError::Unknown(Cause::from(why))
    })
}
