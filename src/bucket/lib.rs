//! Named objects kept somewhere else, and written on conditions.
//!
//! [`Bucket`] is the port. Whoever creates an object that is absent, or replaces the very object it has
//! read, is told apart from a rival by the bucket itself: this is all that a single writer can rest on
//! when nobody shares its disk. What happened is always said: [`PutOutcome`] is an answer, a [`BucketError`] says whether
//! the request may have been carried out. Adapters: [`memory`], [`folder`], and behind the features of their
//! names `s3` and `gcs`. [`BucketUrl`] is the address of any of them, [`BucketUrl::open`] opens it, and [`probe()`]
//! finds out whether it keeps its conditions.

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
pub use url::{BucketUrl, BucketUrlError};

/// Named objects. Keys are `/`-separated words of lower-case letters, digits, `-` and `.`. No word begins with
/// a dot, and no key is another's folder.
#[async_trait]
pub trait Bucket: Send + Sync + fmt::Debug + 'static {
    /// Creates an object, if there is none of this name: of any number that try at once, one is told
    /// [`PutOutcome::Done`].
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError>;

    /// Replaces an object, if it is still the one that `tag` was given for. One that is gone is
    /// [`PutOutcome::Changed`], too.
    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError>;

    /// Returns an object, or nothing if there is none.
    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError>;

    /// Lists the objects whose names begin with `prefix` and come after `after`, at most [`LIST_MAX`]. An empty
    /// list is the end; a shorter one need not be.
    ///
    /// The order is that of the names' bytes. Where one word begins another at the same place (`a/b`, `a-b`), a
    /// server may order by words; all pages together still have each name once.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError>;

    /// Deletes an object. One that is not there is deleted already.
    async fn delete(&self, key: &str) -> Result<(), BucketError>;
}

/// Objects one [`Bucket::list`] returns at most.
pub const LIST_MAX: usize = 1_000;

/// What a bucket answered to a conditional write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is kept, durably, and from now on known by this tag.
    Done(ETag),
    /// There is an object of this name. It may be one's own, if an answer was lost on the way.
    Exists,
    /// The object is another one now, or gone.
    Changed,
}

/// What tells one object of a name from the next of the same name. Objects of the same bytes may have the same
/// tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(pub String);

/// An object that was read.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it holds.
    pub body: Bytes,
    /// What it is known by.
    pub tag: ETag,
}

/// An object as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// Its name.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why there is no answer, by what is known of the request.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// It was not carried out, and may be later.
    #[error("the object store cannot be reached")]
    Unavailable(#[source] Cause),
    /// It may have been carried out, or may yet be: no answer came.
    #[error("the object store has not said whether it carried out a request")]
    Unknown(#[source] Cause),
    /// It was not carried out, and will not be before somebody allows it: the credentials, the rights or the
    /// bucket's name are wrong.
    #[error("the object store refuses")]
    Denied(#[source] Cause),
}

/// What an adapter knows of a fault.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Lists all objects whose names begin with `prefix`, page after page.
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
