//! The store of backups: a folder of files, or a bucket of objects.
//!
//! Anything whose name is not a [`backup_name`] is ignored.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use bucket::{Bucket, BucketError, BucketUrl, PutOutcome, list_all};
use retry::Backoff;
use store::backup;
use tokio::time::sleep;

use super::CommandContext;
use super::backup_name;
use super::report::CommandError;
use super::timestamp::Timestamp;

/// Bytes of an object at most: it is sent in one piece, and this is what every store takes.
const OBJECT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// How often a request is sent to a bucket that does not answer, and the pauses between.
const ATTEMPTS_MAX: u32 = 4;
const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A folder or a bucket that holds backups.
#[derive(Debug)]
pub(super) enum BackupStore {
    Folder(PathBuf),
    Bucket {
        place: BucketUrl,
        bucket: Arc<dyn Bucket>,
    },
}

/// A backup in a [`BackupStore`]; backups sort by their time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoredBackup {
    pub(super) made: Timestamp,
    pub(super) name: String,
}

impl BackupStore {
    /// Opens the bucket of a URL, or the folder at a path, which is created if it is missing.
    pub(super) async fn open(given: &str, context: &CommandContext) -> Result<Self, CommandError> {
        if !given.contains("://") {
            return Self::in_folder(Path::new(given));
        }
        match given.parse::<BucketUrl>().map_err(CommandError::misused)? {
            BucketUrl::Folder(path) => Self::in_folder(&path),
            place @ (BucketUrl::S3 { .. } | BucketUrl::Gcs { .. }) => {
                let bucket = context.opener.bucket(&place).await?;
                Ok(Self::Bucket { place, bucket })
            }
        }
    }

    fn in_folder(path: &Path) -> Result<Self, CommandError> {
        // A backup on the disk of what it backs up would pass for one elsewhere.
        if let Some(point) = mounts::missing_mount(path) {
            return Err(CommandError::absent(anyhow!(
                "{} lies on {}, which /etc/fstab names and where nothing is mounted: mount it, or name another folder",
                path.display(),
                point.display()
            )));
        }
        let mut builder = DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        if !path.is_dir() {
            builder.create(path).map_err(|error| {
                CommandError::absent(anyhow!(
                    "{} cannot be made: make the folder it lies in, or name another ({error})",
                    path.display()
                ))
            })?;
        }
        Ok(Self::Folder(path.to_owned()))
    }

    /// Lists the backups, the oldest first.
    pub(super) async fn list(&self) -> Result<Vec<StoredBackup>, CommandError> {
        let names: Vec<String> = match self {
            Self::Folder(path) => fs::read_dir(path)
                .map_err(|error| {
                    CommandError::absent(error)
                        .while_doing(format!("cannot read {}", path.display()))
                })?
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect(),
            Self::Bucket { bucket, .. } => {
                let listed = list_all(&**bucket, backup_name::PREFIX).await?;
                listed.into_iter().map(|object| object.key).collect()
            }
        };
        let stored = names.into_iter().filter_map(|name| {
            let made = backup_name::timestamp(&name)?;
            Some(StoredBackup { made, name })
        });
        let mut stored: Vec<StoredBackup> = stored.collect();
        stored.sort();
        Ok(stored)
    }

    /// Stores a compressed backup under the name for its time, and returns the name.
    pub(super) async fn put(&self, packed: &Path, made: Timestamp) -> Result<String, CommandError> {
        let name = self.name(made);
        match self {
            Self::Folder(path) => {
                backup::settle(packed, &path.join(&name)).map_err(CommandError::unplaced)?;
            }
            Self::Bucket { bucket, .. } => send(&**bucket, packed, &name).await?,
        }
        Ok(name)
    }

    /// Downloads a backup from the bucket into a file.
    pub(super) async fn fetch(&self, name: &str, into: &Path) -> Result<(), CommandError> {
        let Self::Bucket { bucket, .. } = self else {
            return Err(CommandError::absent(anyhow!(
                "a file is read where it lies"
            )));
        };
        let found = retried(|| bucket.get(name)).await?;
        let Some(found) = found else {
            return Err(CommandError::absent(anyhow!(
                "{} is not there",
                self.path_of(name)
            )));
        };
        fs::write(into, &found.body).map_err(CommandError::absent)
    }

    /// Deletes a backup.
    pub(super) async fn delete(&self, name: &str) -> Result<(), CommandError> {
        match self {
            Self::Folder(path) => fs::remove_file(path.join(name)).map_err(CommandError::absent),
            Self::Bucket { bucket, .. } => Ok(bucket.delete(name).await?),
        }
    }

    /// Returns the path or URL of a backup, as an operator writes it on a command line.
    pub(super) fn path_of(&self, name: &str) -> String {
        match self {
            Self::Folder(path) => path.join(name).display().to_string(),
            Self::Bucket { place, .. } => {
                // The name ends the prefix; the URL's query follows it.
                place.within(name).to_string()
            }
        }
    }

    /// Whether a backup is a file that can be read where it lies.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Bucket { .. } => None,
        }
    }

    fn name(&self, made: Timestamp) -> String {
        match self {
            Self::Folder(_) => backup_name::file(made),
            Self::Bucket { .. } => backup_name::object(made),
        }
    }
}

async fn send(bucket: &dyn Bucket, packed: &Path, name: &str) -> Result<(), CommandError> {
    let bytes = fs::metadata(packed).map_err(CommandError::absent)?.len();
    if bytes > OBJECT_BYTES_MAX {
        return Err(CommandError::misused(anyhow!(
            "a backup of {bytes} bytes is more than one object holds: back up to a folder, or keep a replica"
        )));
    }
    let body = bytes::Bytes::from(fs::read(packed).map_err(CommandError::absent)?);
    let put = retried(|| bucket.create(name, body.clone())).await?;
    if matches!(put, PutOutcome::Done(_)) {
        return Ok(());
    }
    // It may be this very one, whose answer was lost.
    let there = retried(|| bucket.get(name)).await?;
    if there.is_some_and(|there| there.body == body) {
        return Ok(());
    }
    Err(CommandError::misused(anyhow!(
        "{name} is there already: try again in a second"
    )))
}

/// A request to a bucket.
type Request<'a, T> = Pin<Box<dyn Future<Output = Result<T, BucketError>> + Send + 'a>>;

/// Sends a request again while the bucket does not answer.
async fn retried<'a, T>(
    mut request: impl FnMut() -> Request<'a, T> + Send,
) -> Result<T, CommandError> {
    let mut backoff = Backoff::new(PAUSE_MIN, PAUSE_MAX);
    for _ in 1..ATTEMPTS_MAX {
        match request().await {
            Err(BucketError::Unavailable(_) | BucketError::Unknown(_)) => {}
            answered => return Ok(answered?),
        }
        sleep(backoff.next_delay()).await;
    }
    Ok(request().await?)
}
