//! Amazon S3, and the servers that speak its protocol.
//!
//! Credentials and, if the address does not say it, the region come the way Amazon's own tools take them:
//! from the environment, a profile, the role of a task, function or machine. Nothing is tried twice here: a
//! second try of a write that was carried out would be told that the name is taken. Whoever is told
//! [`BucketError::Unknown`] reads what is there.

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

use self::request_outcome::{Refusal, fault, refusal};
use crate::{
    Bucket, BucketError, BucketUrl, BucketUrlError, Cause, ETag, LIST_MAX, ListEntry, Object,
    PutOutcome,
};

/// How long it may take until there is a connection.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a request without a body of note may take.
const REQUEST_MAX: Duration = Duration::from_secs(10);
/// What each mebibyte of a body adds to that: eight may take a minute.
const MEBIBYTE_MAX: Duration = Duration::from_millis(6_250);
/// Lists without an object, but with more to come, that are asked for in a row.
const EMPTY_LISTS_MAX: usize = 100;
/// The region of whoever has none.
const REGION: &str = "us-east-1";

/// A bucket of S3.
#[derive(Clone, Debug)]
pub struct S3Bucket {
    client: Client,
    bucket: String,
    prefix: String,
}

impl S3Bucket {
    /// Opens a bucket of S3 with the credentials that are found. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the place is no bucket of S3.
    pub async fn open(place: &BucketUrl) -> Result<Self, BucketUrlError> {
        Self::load(place, aws_config::defaults(BehaviorVersion::latest())).await
    }

    /// Opens a bucket of S3 with a key and its secret.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the place is no bucket of S3.
    pub async fn open_as(
        place: &BucketUrl,
        key: &str,
        secret: &str,
    ) -> Result<Self, BucketUrlError> {
        let keys = Credentials::new(key, secret, None, None, "given");
        let loader = aws_config::defaults(BehaviorVersion::latest());
        Self::load(place, loader.credentials_provider(keys)).await
    }

    async fn load(place: &BucketUrl, loader: ConfigLoader) -> Result<Self, BucketUrlError> {
        let BucketUrl::S3 {
            bucket,
            prefix,
            endpoint,
            region,
            in_path,
        } = place
        else {
            return Err(BucketUrlError(format!("{place} is no bucket of S3")));
        };
        let loader = match region {
            // Said already: the network is not searched for it.
            Some(region) => loader.region(Region::new(region.clone())),
            None => loader.region(RegionProviderChain::default_provider().or_else(REGION)),
        };
        let found = loader
            .retry_config(RetryConfig::disabled())
            .timeout_config(limits(0))
            .load()
            .await;
        let mut settings = Builder::from(&found)
            .force_path_style(*in_path)
            // Other servers do not know the checksums Amazon has added; signatures cover a body anyway.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            // Each request has its limit.
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

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Puts an object on the condition that the request has already.
    async fn put(
        &self,
        key: &str,
        body: Bytes,
        on_condition: impl FnOnce(PutObjectFluentBuilder) -> PutObjectFluentBuilder + Send,
    ) -> Result<PutObjectOutput, Refusal> {
        let limits = limits(body.len() as u64);
        let request = self.client.put_object().bucket(&self.bucket);
        let request = on_condition(request.key(self.name(key)).body(body.into()));
        request
            .customize()
            .config_override(Builder::new().timeout_config(limits))
            .send()
            .await
            .map_err(|error| refusal("PutObject", &error))
    }
}

/// How long a request may take that carries so many bytes.
fn patience(bytes: u64) -> Duration {
    let mebibytes = u32::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(u32::MAX);
    REQUEST_MAX + MEBIBYTE_MAX.saturating_mul(mebibytes)
}

fn limits(bytes: u64) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_MAX)
        .operation_attempt_timeout(patience(bytes))
        .operation_timeout(patience(bytes))
        .build()
}

#[async_trait]
impl Bucket for S3Bucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        match self.put(key, body, |put| put.if_none_match("*")).await {
            Ok(kept) => done(kept),
            Err(refusal) if refusal.status == 412 => Ok(PutOutcome::Exists),
            Err(refusal) => Err(refusal.fault),
        }
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        match self.put(key, body, |put| put.if_match(&tag.0)).await {
            Ok(kept) => done(kept),
            Err(refusal) if refusal.status == 412 || refusal.is_of_no_key() => {
                Ok(PutOutcome::Changed)
            }
            Err(refusal) => Err(refusal.fault),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let request = self.client.get_object().bucket(&self.bucket);
        let answer = request.key(self.name(key)).send().await;
        let answer = match answer.map_err(|error| refusal("GetObject", &error)) {
            Ok(answer) => answer,
            Err(refusal) if refusal.is_of_no_key() => return Ok(None),
            Err(refusal) => return Err(refusal.fault),
        };
        let tag = tag("GetObject", answer.e_tag)?;
        let bytes = answer.content_length.unwrap_or_default();
        let patience = patience(u64::try_from(bytes).unwrap_or_default());
        let body = timeout(patience, answer.body.collect()).await;
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
            .prefix(self.name(prefix))
            .set_start_after(after.map(|after| self.name(after)))
            .max_keys(i32::try_from(LIST_MAX).unwrap_or(i32::MAX));
        let mut more = None;
        for _ in 0..EMPTY_LISTS_MAX {
            let page = request.clone().set_continuation_token(more).send().await;
            let page = page.map_err(|error| fault("ListObjectsV2", &error))?;
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
        let answer = request.key(self.name(key)).send().await;
        match answer.map_err(|error| refusal("DeleteObject", &error)) {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.is_of_no_key() => Ok(()),
            Err(refusal) => Err(refusal.fault),
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

fn done(kept: PutObjectOutput) -> Result<PutOutcome, BucketError> {
    tag("PutObject", kept.e_tag).map(PutOutcome::Done)
}

fn tag(operation: &str, found: Option<String>) -> Result<ETag, BucketError> {
    found.map(ETag).ok_or_else(|| {
        let why =
            format!("{operation}: the answer has no ETag, without which nothing can be replaced");
        BucketError::Unknown(Cause::from(why))
    })
}
