//! A bucket in a folder: for tests, and for a disk that outlives the process's own.
//!
//! An object is a file: a random mark on its first line, then the body. The mark is the object's [`ETag`]:
//! it is new with each write and part of what is put in place at once, where times, sizes and inodes come
//! again. A creation is a hard link, which fails if the name is taken; a replacement and a deletion hold the
//! folder's lock, which excludes all processes of one host. On a folder that hosts share, creations still
//! have one winner where the file system's links do; replacements rest on its locks.

mod disk;
mod listing;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use self::disk::Disk;
use crate::{Bucket, BucketError, BucketUrlError, Cause, ETag, ListEntry, Object, PutOutcome};

/// How long a write waits for the folder's lock: its holder moves one file.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// A bucket that is a folder.
#[derive(Clone, Debug)]
pub struct FolderBucket {
    disk: Arc<Disk>,
}

impl FolderBucket {
    /// Opens a folder, makes it if it is missing, and clears away what writers that were killed left in it a
    /// day ago.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the folder cannot be made or written.
    pub fn open(folder: &Path) -> Result<Self, BucketUrlError> {
        let disk = Disk::open(folder).map_err(|error| {
            BucketUrlError(format!(
                "{} cannot hold objects: let this user write it, or name another folder ({error})",
                folder.display()
            ))
        })?;
        Ok(Self {
            disk: Arc::new(disk),
        })
    }

    /// Does work that may wait for the disk.
    async fn work<T, W>(&self, work: W) -> Result<T, BucketError>
    where
        T: Send + 'static,
        W: FnOnce(&Disk) -> Result<T, BucketError> + Send + 'static,
    {
        let disk = Arc::clone(&self.disk);
        let worked = spawn_blocking(move || work(&disk));
        worked
            .await
            .unwrap_or_else(|ended| Err(BucketError::Unknown(Cause::from(ended))))
    }

    /// Does work that nobody may do at the same time.
    async fn work_alone<T, W>(&self, work: W) -> Result<T, BucketError>
    where
        T: Send + 'static,
        W: FnOnce(&Disk) -> Result<T, BucketError> + Send + 'static,
    {
        // One that waits in vain goes on waiting in its thread, and lets go of what it gets.
        let lock = timeout(LOCK_WAIT, self.work(|disk| disk.lock().map_err(undone)))
            .await
            .map_err(|late| BucketError::Unavailable(Cause::from(late)))??;
        self.work(move |disk| {
            let worked = work(disk);
            drop(lock);
            worked
        })
        .await
    }
}

#[async_trait]
impl Bucket for FolderBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let key = checked(key)?;
        self.work(move |disk| {
            let partial = disk.write(&body).map_err(undone)?;
            match disk.link(&partial, &key) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Ok(PutOutcome::Exists);
                }
                Err(error) => return Err(undone(error)),
            }
            disk.settle(&key).map_err(unsettled)?;
            Ok(PutOutcome::Done(partial.tag()))
        })
        .await
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let (key, tag) = (checked(key)?, tag.clone());
        self.work_alone(move |disk| {
            let found = disk.tag(&key).map_err(undone)?;
            if found != Some(tag) {
                return Ok(PutOutcome::Changed);
            }
            let partial = disk.write(&body).map_err(undone)?;
            disk.rename(&partial, &key).map_err(undone)?;
            disk.settle(&key).map_err(unsettled)?;
            Ok(PutOutcome::Done(partial.tag()))
        })
        .await
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let key = checked(key)?;
        self.work(move |disk| disk.read(&key).map_err(undone)).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.work(move |disk| {
            listing::list(disk.folder(), &prefix, after.as_deref()).map_err(undone)
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let key = checked(key)?;
        self.work_alone(move |disk| {
            if disk.remove(&key).map_err(undone)? {
                disk.settle(&key).map_err(unsettled)?;
            }
            Ok(())
        })
        .await
    }
}

/// A name that leads to a place within the folder, and not to what the folder keeps for itself.
fn checked(key: &str) -> Result<String, BucketError> {
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let is_word =
        |word: &str| !word.is_empty() && !word.starts_with('.') && word.bytes().all(is_letter);
    if key.split('/').all(is_word) {
        return Ok(key.to_owned());
    }
    Err(BucketError::Denied(Cause::from(format!(
        "{key:?} is no name of an object: it is to be words of lower-case letters, digits, - and ."
    ))))
}

/// Sorts a failure before anything was put in its place.
fn undone(error: io::Error) -> BucketError {
    let refused = [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
        // The name of one object is the folder of another.
        io::ErrorKind::NotADirectory,
        io::ErrorKind::IsADirectory,
        // The file system has no links.
        io::ErrorKind::Unsupported,
    ];
    if refused.contains(&error.kind()) {
        return BucketError::Denied(Cause::from(error));
    }
    BucketError::Unavailable(Cause::from(error))
}

/// Sorts a failure after it: what stands there may not outlive the machine's fall.
fn unsettled(error: io::Error) -> BucketError {
    BucketError::Unknown(Cause::from(error))
}

#[cfg(test)]
mod tests;
