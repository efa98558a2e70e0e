//! Object stores: named objects, written on conditions.
//!
//! [`Bucket`] is the port. It creates an object only if the name is free, and replaces one only if it is still the one
//! that was read. The object store decides who was first: a single writer rests on that alone where no disk is shared.
//! The outcome is always said: [`PutOutcome`] is an answer, and a [`BucketError`] says whether the request may have
//! been carried out.
//!
//! Adapters: [`memory`], [`folder`], and behind the features of their names `s3` and `gcs`. A [`BucketUrl`] names any
//! of them, [`BucketUrl::open`] opens it, and [`probe()`] finds out whether it keeps its conditions. The module
//! `conformance` holds the contract as tests that every adapter runs.

mod open;
mod probe;
mod url;

pub mod folder;
#[cfg(feature = "gcs")]
pub mod gcs;
pub mod memory;
#[cfg(feature = "s3")]
pub mod s3;

#[cfg(feature = "conformance")]
pub mod conformance;

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

pub use probe::{PROBE_PREFIX, ProbeReport, creates_once, probe};
pub use url::{BucketUrl, BucketUrlError, S3Credentials};

/// An object store. Keys are `/`-separated words of lower-case letters, digits, `-` and `.`. No word begins with a
/// dot, and no key is another's folder.
///
/// No method retries: the caller knows which requests may be repeated, and reads what became of the others.
#[async_trait]
pub trait Bucket: Send + Sync + fmt::Debug + 'static {
    /// Creates an object if the key is free. Of any number of callers that try at once, one receives
    /// [`PutOutcome::Done`].
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError>;

    /// Replaces an object if it still has the tag `tag`. An object that is gone is [`PutOutcome::Changed`], too.
    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError>;

    /// Returns an object, or `None` if the key is free.
    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError>;

    /// Lists the objects whose keys begin with `prefix` and come after `after`, at most [`LIST_MAX`]. An empty list is
    /// the end; a shorter one need not be.
    ///
    /// The order is that of the keys' bytes. Where one word begins another at the same place (`a/b`, `a-b`), a server
    /// may order by words; all pages together still have each key once.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError>;

    /// Deletes an object. A key that is free is no error.
    async fn delete(&self, key: &str) -> Result<(), BucketError>;
}

/// Objects one [`Bucket::list`] returns at most.
pub const LIST_MAX: usize = 1_000;

/// The answer to a conditional write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// The object is stored durably and has this tag.
    Done(ETag),
    /// The key is taken. The object may be the caller's own, if an earlier answer was lost.
    Exists,
    /// The object has another tag now, or is gone.
    Changed,
}

/// Tells one version of an object from the next, like the `ETag` of HTTP. Versions with the same bytes may have the
/// same tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(pub String);

/// An object that was read.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its content.
    pub body: Bytes,
    /// Its tag.
    pub tag: ETag,
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// Its key.
    pub key: String,
    /// Its size.
    pub bytes: u64,
}

/// Why a request failed, by what is known about its effect.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// It was not carried out. Retrying may succeed.
    #[error("the object store cannot be reached")]
    Unavailable(#[source] Cause),
    /// It may have been carried out, or may yet be: the answer is missing or says neither.
    #[error("the object store has not said whether it carried out a request")]
    Unknown(#[source] Cause),
    /// It was not carried out, and retrying will not help before an operator acts: the credentials, the permissions or
    /// the bucket's name are wrong.
    #[error("the object store refuses")]
    Denied(#[source] Cause),
}

/// The cause of a [`BucketError`], as the adapter knows it.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Lists all objects whose keys begin with `prefix`, page after page.
///
/// # Errors
///
/// Any [`BucketError`] of a page.
pub async fn list_all(bucket: &dyn Bucket, prefix: &str) -> Result<Vec<ListEntry>, BucketError> {
    let mut all: Vec<ListEntry> = Vec::new();
    loop {
        let after = all.last().map(|last| last.key.clone());
        let page = bucket.list(prefix, after.as_deref()).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
