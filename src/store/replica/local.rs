//! The database a log is replayed into.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use bucket::Bucket;
use bytes::Bytes;
use retry::error_chain;
use zstd::stream::write::Decoder;

use super::ReplicaError;
use super::follow::ReplayTarget;
use super::log_object::Segment;
use super::snapshots::{self, Manifest, PartSink};
use crate::LogHash;
use crate::ProgressListener;
use crate::StoreError;
use crate::sqlite::Database;
use crate::sqlite::files::{beside, discard, make_private};

/// How long anybody else may keep the database from being written.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// A database that may be replayed into.
#[derive(Debug)]
pub(super) struct LocalDatabase {
    database: Database,
    position: u64,
    /// Whether what was taken withholds what was there.
    withholds: bool,
}

impl LocalDatabase {
    /// Opens it, making it as needed.
    pub(super) fn open(path: &Path) -> Result<Self, ReplicaError> {
        let database = Database::open_journal(path, BUSY)?;
        let position = database.position()?;
        Ok(Self {
            database,
            position,
            withholds: false,
        })
    }

    /// Whether it holds records and was last written with a replica at this place.
    pub(super) fn has_replica_at(&self, place: &str) -> Result<bool, ReplicaError> {
        let last = self.database.replica_place()?;
        Ok(self.position > 0 && last.as_deref() == Some(place))
    }

    /// Remembers the place of the replica that it is written with from now on.
    pub(super) fn remember_replica_at(&self, place: &str) -> Result<(), ReplicaError> {
        Ok(self.database.remember_replica_place(place)?)
    }

    /// Returns the database when all is taken, and what is withheld is taken out of its files.
    pub(super) fn into_database(self) -> Result<Database, ReplicaError> {
        if self.withholds {
            self.database.clean()?;
        }
        Ok(self.database)
    }
}

#[async_trait]
impl ReplayTarget for LocalDatabase {
    fn position(&self) -> u64 {
        self.position
    }

    fn hash_at(&mut self, position: u64) -> Result<LogHash, ReplicaError> {
        Ok(self.database.hash_at(position)?)
    }

    fn take(&mut self, segment: &Segment) -> Result<(), ReplicaError> {
        self.database
            .take(segment)?
            .map_err(ReplicaError::Damaged)?;
        self.position = segment.last();
        self.withholds |= segment.withholds();
        Ok(())
    }

    async fn become_snapshot(
        &mut self,
        bucket: &dyn Bucket,
        manifest: &Manifest,
        progress: &ProgressListener,
    ) -> Result<(), ReplicaError> {
        let path = beside(self.database.path(), ".restoring");
        restore(bucket, manifest, &path, progress).await?;
        let known = self.position;
        let continued = Database::open(&path, BUSY)?;
        if continued.hash_at(known)? != self.database.hash_at(known)? {
            discard(&path);
            return Err(ReplicaError::Disagree { position: known });
        }
        let path = continued.into_one_file()?;
        self.database.become_file(&path)?;
        self.position = manifest.position;
        Ok(())
    }
}

/// Tells whether the journal in a file, if there is one, holds records and was last written with a replica at a place.
///
/// # Errors
///
/// Those of the file.
pub fn was_replicated_to(database: &Path, place: &str) -> Result<bool, StoreError> {
    if !database.is_file() {
        return Ok(false);
    }
    let database = Database::open_to_read(database, BUSY)?;
    let last = database.replica_place()?;
    Ok(database.position()? > 0 && last.as_deref() == Some(place))
}

/// Makes a database of a snapshot at a path where nothing is worth keeping, and checks every chain in it.
pub(super) async fn restore(
    bucket: &dyn Bucket,
    manifest: &Manifest,
    path: &Path,
    progress: &ProgressListener,
) -> Result<(), ReplicaError> {
    discard(path);
    let mut unpacking = UnpackSink::into(path).map_err(ReplicaError::disk)?;
    snapshots::fetch(bucket, manifest, &mut unpacking, progress).await?;
    unpacking.finish().map_err(ReplicaError::disk)?;
    let (path, manifest) = (path.to_owned(), manifest.clone());
    tokio::task::spawn_blocking(move || check(&path, &manifest))
        .await
        .map_err(ReplicaError::disk)?
}

fn check(path: &Path, manifest: &Manifest) -> Result<(), ReplicaError> {
    let damaged = |why: String| {
        ReplicaError::Damaged(format!("snapshot {} cannot be used: {why}", manifest.name))
    };
    let database = Database::open(path, BUSY).map_err(|error| damaged(error.to_string()))?;
    database.recount()?;
    let summary = database
        .verify()
        .map_err(|error| damaged(error_chain(&error)))?;
    if (summary.records, summary.hash) == (manifest.position, manifest.hash) {
        return Ok(());
    }
    Err(damaged(format!(
        "it holds {} records and tells another story than its manifest",
        summary.records
    )))
}

/// A compressed database that is written out.
struct UnpackSink {
    decoder: Decoder<'static, File>,
}

impl UnpackSink {
    fn into(path: &Path) -> io::Result<Self> {
        let file = make_private(path)?;
        Ok(Self {
            decoder: Decoder::new(file)?,
        })
    }

    fn finish(mut self) -> io::Result<()> {
        self.decoder.flush()?;
        self.decoder.into_inner().sync_all()
    }
}

impl PartSink for UnpackSink {
    fn put(&mut self, part: &Bytes) -> io::Result<()> {
        self.decoder.write_all(part)
    }
}

/// A compressed copy of a database as parts of a snapshot. It is deleted when this is dropped.
pub(super) struct PackedCopy {
    path: PathBuf,
    file: File,
}

impl PackedCopy {
    /// Copies a database as it is at this moment into a file beside it, and compresses that. Returns what the
    /// copy holds.
    pub(super) fn of(path: &Path) -> Result<(Self, u64, LogHash), ReplicaError> {
        let plain = beside(path, ".copying");
        discard(&plain);
        // Made first, and privately: what SQLite makes itself, others may read.
        make_private(&plain).map_err(ReplicaError::disk)?;
        Database::open_beside(path, BUSY)?.copy_into(&plain)?;
        let packed = beside(path, ".packing");
        let made = Self::pack(&plain, &packed);
        discard(&plain);
        if made.is_err() {
            discard(&packed);
        }
        made
    }

    fn pack(plain: &Path, packed: &Path) -> Result<(Self, u64, LogHash), ReplicaError> {
        let copy = Database::open_to_read(plain, BUSY)?;
        let position = copy.position()?;
        let hash = copy.hash_at(position)?;
        drop(copy);
        let pack = || -> io::Result<File> {
            let target = make_private(packed)?;
            zstd::stream::copy_encode(File::open(plain)?, &target, 0)?;
            File::open(packed)
        };
        let file = pack().map_err(ReplicaError::disk)?;
        let path = packed.to_owned();
        Ok((Self { path, file }, position, hash))
    }
}

impl snapshots::PartSource for PackedCopy {
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut part = Vec::new();
        let limit = snapshots::PART_BYTES as u64;
        io::Read::read_to_end(&mut io::Read::take(&mut self.file, limit), &mut part)?;
        Ok((!part.is_empty()).then(|| part.into()))
    }
}

impl Drop for PackedCopy {
    fn drop(&mut self) {
        discard(&self.path);
    }
}
