//! Whether a bucket keeps its conditions: asked before anything rests on them.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use crate::{Bucket, BucketError, Cause, PutOutcome};

/// Between two writes of one name.
const WRITE_PAUSE: Duration = Duration::from_millis(1_100);

/// Where the objects lie that are made and deleted to find out.
pub const PROBE_PREFIX: &str = "probe/";

/// What a bucket does with conditional writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeReport {
    /// A second creation is refused: what a single writer rests on.
    pub creates_once: bool,
    /// A replacement of what has changed is refused.
    pub replaces_what_was_read: bool,
}

/// Finds out both.
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

/// Creates an object twice, and tells whether the second creation was refused.
///
/// # Errors
///
/// Any [`BucketError`] on the way.
pub async fn creates_once(bucket: &dyn Bucket) -> Result<bool, BucketError> {
    let key = fresh_key()?;
    let first = bucket.create(&key, Bytes::from_static(b"first")).await?;
    let again = bucket.create(&key, Bytes::from_static(b"second")).await;
    forget(bucket, &key).await;
    Ok(matches!(first, PutOutcome::Done(_)) && again? == PutOutcome::Exists)
}

/// Replaces an object on its tag, and once more on that tag, which is stale then.
async fn replaces_what_was_read(bucket: &dyn Bucket) -> Result<bool, BucketError> {
    let key = fresh_key()?;
    let found = replace_twice(bucket, &key).await;
    forget(bucket, &key).await;
    found
}

async fn replace_twice(bucket: &dyn Bucket, key: &str) -> Result<bool, BucketError> {
    let PutOutcome::Done(tag) = bucket.create(key, Bytes::from_static(b"first")).await? else {
        return Ok(false);
    };
    // Some stores take one write of a name in a second.
    sleep(WRITE_PAUSE).await;
    let kept = bucket
        .replace(key, Bytes::from_static(b"second"), &tag)
        .await?;
    let stale = bucket
        .replace(key, Bytes::from_static(b"third"), &tag)
        .await?;
    Ok(matches!(kept, PutOutcome::Done(_)) && stale == PutOutcome::Changed)
}

/// A name nobody else takes.
fn fresh_key() -> Result<String, BucketError> {
    let mut chance = [0; 16];
    getrandom::fill(&mut chance).map_err(|error| BucketError::Unavailable(Cause::from(error)))?;
    Ok(format!("{PROBE_PREFIX}{}", hex::encode(chance)))
}

async fn forget(bucket: &dyn Bucket, key: &str) {
    // What is left behind after a fault is a few bytes that mean nothing.
    let _ = bucket.delete(key).await;
}
