//! Snapshots: copies of the whole database in the bucket, with which a restore begins.
//!
//! A snapshot is a folder of parts and, written last, a manifest: without it there is no snapshot. What it
//! holds are bytes to this module; the manifest says up to which position of the log, and with which hash.

use std::io;

use bucket::{Bucket, PutOutcome, list_all};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ledger::LedgerEntry;
use super::{ReplicaError, WriterIdentity, keys};
use crate::LogHash;
use crate::{ProgressListener, ProgressStep};

/// The number of this way of writing.
const FORMAT: u32 = 1;
/// Bytes of a part: small enough to be sent again, large enough to be few.
pub(super) const PART_BYTES: usize = 8 * 1024 * 1024;

/// The manifest of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    /// Its folder.
    pub(super) name: String,
    /// The last position it holds.
    pub(super) position: u64,
    /// The hash of the log up to there.
    pub(super) hash: LogHash,
    /// When it was made, in milliseconds since the Unix epoch, by its maker's clock.
    pub(super) made_ms: u64,
    /// The name of the process that made it.
    owner: String,
    /// The number of parts.
    pub(super) parts: usize,
    /// Bytes of all parts.
    pub(super) bytes: u64,
    /// The SHA-256 of all parts in a row, in hexadecimal digits.
    sha256: String,
}

/// The source of a snapshot's parts, one after the other.
pub(super) trait PartSource: Send {
    /// Returns the next part of at most [`PART_BYTES`]; nothing after the last.
    fn next(&mut self) -> io::Result<Option<Bytes>>;
}

/// The sink of a snapshot's parts.
pub(super) trait PartSink: Send {
    /// Takes the next part.
    fn put(&mut self, part: &Bytes) -> io::Result<()>;
}

/// Writes a snapshot of the journal up to a position that is in the log already.
pub(super) async fn write(
    bucket: &dyn Bucket,
    owner: &WriterIdentity,
    position: u64,
    hash: LogHash,
    source: &mut dyn PartSource,
) -> Result<Manifest, ReplicaError> {
    let name = keys::snapshot(position, &owner.nonce());
    let mut digest = Sha256::new();
    let (mut parts, mut bytes) = (0, 0);
    while let Some(part) = source.next().map_err(ReplicaError::disk)? {
        digest.update(&part);
        bytes += part.len() as u64;
        create(bucket, &keys::part(&name, parts), part).await?;
        parts += 1;
    }
    let manifest = Manifest {
        format: FORMAT,
        position,
        hash,
        made_ms: owner.now_ms(),
        owner: owner.name.clone(),
        parts,
        bytes,
        sha256: hex::encode(digest.finalize()),
        name,
    };
    let body = serde_json::to_vec(&manifest).expect("plain data is always JSON");
    create(bucket, &keys::manifest(&manifest.name), body.into()).await?;
    Ok(manifest)
}

/// Creates an object under a name with a random part: if it exists, an earlier try of this call created it.
async fn create(bucket: &dyn Bucket, key: &str, body: Bytes) -> Result<(), ReplicaError> {
    match bucket.create(key, body).await? {
        PutOutcome::Done(_) | PutOutcome::Exists | PutOutcome::Changed => Ok(()),
    }
}

/// Fetches a snapshot, part by part, and checks that it is whole.
pub(super) async fn fetch(
    bucket: &dyn Bucket,
    manifest: &Manifest,
    sink: &mut dyn PartSink,
    progress: &ProgressListener,
) -> Result<(), ReplicaError> {
    let mut digest = Sha256::new();
    for part in 0..manifest.parts {
        let key = keys::part(&manifest.name, part);
        let found = bucket.get(&key).await?;
        let found = found.ok_or(ReplicaError::Missing(key))?;
        digest.update(&found.body);
        sink.put(&found.body)
            .map_err(|error| unfit(&manifest.name, error))?;
        progress.report(&ProgressStep::Copied {
            bytes: found.body.len() as u64,
        });
    }
    if hex::encode(digest.finalize()) == manifest.sha256 {
        return Ok(());
    }
    let why = format!("snapshot {} is not what it was", manifest.name);
    Err(ReplicaError::Damaged(why))
}

/// What the system reports is the disk's fault; what only the unpacking reports is the snapshot's.
fn unfit(snapshot: &str, error: io::Error) -> ReplicaError {
    if error.raw_os_error().is_some() {
        return ReplicaError::disk(error);
    }
    ReplicaError::Damaged(format!("snapshot {snapshot} cannot be unpacked: {error}"))
}

/// Names the complete snapshots one may begin with, the newest first. The floor's own is among them, whatever a
/// list shows.
pub(super) async fn usable(
    bucket: &dyn Bucket,
    entry: &LedgerEntry,
) -> Result<Vec<String>, ReplicaError> {
    let listed = list_all(bucket, keys::SNAPSHOTS).await?;
    let complete = listed
        .iter()
        .filter_map(|object| keys::snapshot_of(&object.key));
    let mut names: Vec<&str> = complete
        .filter(|(_, position, word)| *word == "manifest" && *position >= entry.floor_position())
        .map(|(name, _, _)| name)
        .collect();
    names.extend(entry.floor.as_ref().map(|floor| &*floor.snapshot));
    // Names begin with their positions.
    names.sort_unstable();
    names.dedup();
    Ok(names.into_iter().rev().map(ToOwned::to_owned).collect())
}

/// Reads the manifest of the newest snapshot one may begin with.
pub(super) async fn newest(
    bucket: &dyn Bucket,
    entry: &LedgerEntry,
) -> Result<Option<Manifest>, ReplicaError> {
    match usable(bucket, entry).await?.first() {
        Some(name) => manifest(bucket, name).await,
        None => Ok(None),
    }
}

/// Reads a manifest. Nothing if it is gone or of a newer release.
pub(super) async fn manifest(
    bucket: &dyn Bucket,
    name: &str,
) -> Result<Option<Manifest>, ReplicaError> {
    let found = bucket.get(&keys::manifest(name)).await?;
    let manifest = found.and_then(|object| serde_json::from_slice::<Manifest>(&object.body).ok());
    Ok(manifest.filter(|manifest| manifest.format == FORMAT && manifest.name == name))
}
