//! Finding out whether an object store keeps the conditions of writes, before anything rests on them.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use crate::{Bucket, BucketError, Cause, PutOutcome};

/// The delay between two writes of one key.
const WRITE_DELAY: Duration = Duration::from_millis(1_100);

/// What the keys of the objects begin with that a probe creates and deletes.
pub const PROBE_PREFIX: &str = "probe/";

/// What an object store does with conditional writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeReport {
    /// A second creation of a key is refused. A single writer rests on this.
    pub creates_once: bool,
    /// A replacement of an object that has changed is refused.
    pub replaces_what_was_read: bool,
}

/// Tries both conditions.
///
/// # Errors
///
/// Any [`BucketError`] on the way.
pub async fn probe(bucket: &dyn Bucket) -> Result<ProbeReport, BucketError> {
    Ok(ProbeReport {
        creates_once: creates_once(bucket).await?,
        replaces_what_was_read: replaces_what_was_read(bucket).await?,
    })
}

/// Creates an object twice, and returns whether the second creation was refused.
///
/// # Errors
///
/// Any [`BucketError`] on the way.
pub async fn creates_once(bucket: &dyn Bucket) -> Result<bool, BucketError> {
    let key = random_key()?;
    let first = bucket.create(&key, Bytes::from_static(b"first")).await?;
    // The object is deleted before an error returns.
    let again = bucket.create(&key, Bytes::from_static(b"second")).await;
    clean_up(bucket, &key).await;
    Ok(matches!(first, PutOutcome::Done(_)) && again? == PutOutcome::Exists)
}

/// Replaces an object by its tag twice, and returns whether the second replacement was refused: the tag is stale.
async fn replaces_what_was_read(bucket: &dyn Bucket) -> Result<bool, BucketError> {
    let key = random_key()?;
    let found = replace_twice(bucket, &key).await;
    clean_up(bucket, &key).await;
    found
}

async fn replace_twice(bucket: &dyn Bucket, key: &str) -> Result<bool, BucketError> {
    let PutOutcome::Done(tag) = bucket.create(key, Bytes::from_static(b"first")).await? else {
        return Ok(false);
    };
    // Some services take one write of a key a second.
    sleep(WRITE_DELAY).await;
    let kept = bucket
        .replace(key, Bytes::from_static(b"second"), &tag)
        .await?;
    let stale = bucket
        .replace(key, Bytes::from_static(b"third"), &tag)
        .await?;
    Ok(matches!(kept, PutOutcome::Done(_)) && stale == PutOutcome::Changed)
}

/// Returns a key that nobody else takes.
fn random_key() -> Result<String, BucketError> {
    let mut chance = [0; 16];
    getrandom::fill(&mut chance).map_err(|error| BucketError::Unavailable(Cause::from(error)))?;
    Ok(format!("{PROBE_PREFIX}{}", hex::encode(chance)))
}

async fn clean_up(bucket: &dyn Bucket, key: &str) {
    // After an error a few bytes stay behind that mean nothing.
    let _ = bucket.delete(key).await;
}
