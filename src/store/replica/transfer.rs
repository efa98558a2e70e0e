//! A whole journal out of a bucket, while another process may write the replica, and into an empty one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bucket::{Bucket, PROBE_PREFIX};

use super::opening::Settings;
use super::restore::restore;
use super::{ReplicaError, ReplicaJournal};
use crate::sqlite::SqliteFile;
use crate::sqlite::files::discard;
use crate::{
    JournalExport, JournalImport, JournalSummary, ProgressListener, RecordStream, StoreError,
};

/// A replica as the source of an export. It is restored into a scratch file, which is deleted afterwards.
#[derive(Clone)]
pub struct ReplicaSource {
    bucket: Arc<dyn Bucket>,
    scratch: PathBuf,
}

impl ReplicaSource {
    /// Names the replica's bucket, and a scratch file that may be made and deleted.
    pub fn new(bucket: Arc<dyn Bucket>, scratch: impl Into<PathBuf>) -> Self {
        Self {
            bucket,
            scratch: scratch.into(),
        }
    }
}

impl fmt::Debug for ReplicaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplicaSource")
            .field("scratch", &self.scratch)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl JournalExport for ReplicaSource {
    fn export(&self) -> RecordStream {
        RecordStream::through_file(self.clone(), self.scratch.clone())
    }

    async fn verify(&self, progress: &ProgressListener) -> Result<JournalSummary, StoreError> {
        let verified = self.export_into(&self.scratch, progress).await;
        discard(&self.scratch);
        verified
    }

    async fn export_into(
        &self,
        file: &Path,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        Ok(restore(&*self.bucket, file, progress).await?)
    }
}

/// An empty bucket as the target of an import.
///
/// An import writes the records into a scratch file, and opens the replica with that file as its local journal, as a
/// server does at a start. The replica then uploads what it lacks, which is everything. The scratch file is deleted
/// afterwards.
#[derive(Clone, Debug)]
pub struct ReplicaTarget {
    settings: Settings,
}

impl ReplicaTarget {
    /// Names the place and the writer. The path of the local journal is that of the scratch file.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    async fn check_empty(&self) -> Result<(), StoreError> {
        let listed = self.settings.bucket.list("", None).await;
        let listed = listed.map_err(ReplicaError::Bucket)?;
        if listed.iter().all(|it| it.key.starts_with(PROBE_PREFIX)) {
            return Ok(());
        }
        let place = &self.settings.place;
        Err(StoreError::Unusable(format!(
            "{place} holds something already, and nothing is written over: name another"
        )))
    }

    async fn fill(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let local = SqliteFile::new(&self.settings.sqlite.path);
        let summary = local.import(records, progress).await?;
        let journal = ReplicaJournal::open(self.settings.clone(), progress).await?;
        journal.close().await?;
        Ok(summary)
    }
}

#[async_trait]
impl JournalImport for ReplicaTarget {
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        self.check_empty().await?;
        let filled = self.fill(records, progress).await;
        discard(&self.settings.sqlite.path);
        filled
    }
}

#[async_trait]
impl JournalExport for ReplicaJournal {
    fn export(&self) -> RecordStream {
        self.inner.export()
    }

    async fn export_into(
        &self,
        file: &Path,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        self.inner.export_into(file, progress).await
    }
}

/// Keeps the replica's error as the cause, so that a caller can downcast to it: it says more than a store's.
impl From<ReplicaError> for StoreError {
    fn from(error: ReplicaError) -> Self {
        let ReplicaError::Local(cause) = error else {
            return Self::Unavailable(error.into());
        };
        match cause.downcast::<Self>() {
            Ok(error) => *error,
            Err(cause) => Self::Unavailable(ReplicaError::Local(cause).into()),
        }
    }
}
