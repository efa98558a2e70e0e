//! Whether a bucket keeps its conditions: asked before anything rests on them.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;

use crate::{Bucket, Cause, Fault, Put};

/// Between two writes of one name.
const WRITE_PAUSE: Duration = Duration::from_millis(1_100);

/// Where the objects lie that are made and deleted to find out.
pub const PROBE_PREFIX: &str = "probe/";

/// What a bucket does with conditional writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A second creation is refused: what a single writer rests on.
    pub creates_once: bool,
    /// A replacement of what has changed is refused.
    pub replaces_what_was_read: bool,
}

/// Finds out both.
///
/// # Errors
///
/// Any [`Fault`] on the way.
pub async fn probe(bucket: &dyn Bucket) -> Result<Finding, Fault> {
    Ok(Finding {
        creates_once: creates_once(bucket).await?,
        replaces_what_was_read: replaces_what_was_read(bucket).await?,
    })
}

/// Creates an object twice, and tells whether the second creation was refused.
///
/// # Errors
///
/// Any [`Fault`] on the way.
pub async fn creates_once(bucket: &dyn Bucket) -> Result<bool, Fault> {
    let key = fresh_key()?;
    let first = bucket.create(&key, Bytes::from_static(b"first")).await?;
    let again = bucket.create(&key, Bytes::from_static(b"second")).await;
    forget(bucket, &key).await;
    Ok(matches!(first, Put::Done(_)) && again? == Put::Exists)
}

/// Replaces an object on its tag, and once more on that tag, which is stale then.
async fn replaces_what_was_read(bucket: &dyn Bucket) -> Result<bool, Fault> {
    let key = fresh_key()?;
    let found = replace_twice(bucket, &key).await;
    forget(bucket, &key).await;
    found
}

async fn replace_twice(bucket: &dyn Bucket, key: &str) -> Result<bool, Fault> {
    let Put::Done(tag) = bucket.create(key, Bytes::from_static(b"first")).await? else {
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
    Ok(matches!(kept, Put::Done(_)) && stale == Put::Changed)
}

/// A name nobody else takes.
fn fresh_key() -> Result<String, Fault> {
    let mut chance = [0; 16];
    getrandom::fill(&mut chance).map_err(|error| Fault::Unavailable(Cause::from(error)))?;
    Ok(format!("{PROBE_PREFIX}{}", hex::encode(chance)))
}

async fn forget(bucket: &dyn Bucket, key: &str) {
    // What is left behind after a fault is a few bytes that mean nothing.
    let _ = bucket.delete(key).await;
}
