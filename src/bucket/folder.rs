//! A bucket in a folder: for tests, and for a mounted disk that outlives the process.
//!
//! An object is a file: a random mark on its first line, then the body. The mark is the object's [`ETag`]. It is new
//! with each write and written in the same atomic step as the body; times, sizes and inodes repeat. A creation is a
//! hard link, which fails if the key is taken. A replacement and a deletion hold the folder's lock, which excludes all
//! processes of one host. On a folder that hosts share, creations still have one winner if the file system's links
//! do; replacements depend on its locks.

mod check;
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

/// How long a write waits for the folder's lock. Its holder only moves one file.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(10);

/// A bucket that is a folder.
#[derive(Clone, Debug)]
pub struct FolderBucket {
    disk: Arc<Disk>,
}

impl FolderBucket {
    /// Checks that a folder may be opened as a bucket: it is there, what should be mounted there is, and it is a bucket
    /// already, or empty. A folder that is missing is perhaps a disk that is not mounted, and one made in its place
    /// would be on the very disk that a bucket is to outlive.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] with what to do.
    pub fn check(folder: &Path) -> Result<(), BucketUrlError> {
        check::check(folder)
    }

    /// Opens a folder, creates it if it is missing, and deletes partial files that killed writers left more than a day
    /// ago.
    ///
    /// # Errors
    ///
    /// [`BucketUrlError`] when the folder cannot be created or written.
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

    /// Runs `work` on a thread that may block on the disk.
    async fn run_blocking<T, W>(&self, work: W) -> Result<T, BucketError>
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

    /// Runs `work` while holding the lock of the folder.
    async fn run_locked<T, W>(&self, work: W) -> Result<T, BucketError>
    where
        T: Send + 'static,
        W: FnOnce(&Disk) -> Result<T, BucketError> + Send + 'static,
    {
        // After the timeout the thread still waits; it drops the lock as soon as it has it.
        let lock = timeout(
            LOCK_WAIT_MAX,
            self.run_blocking(|disk| disk.lock().map_err(not_done)),
        )
        .await
        .map_err(|late| BucketError::Unavailable(Cause::from(late)))??;
        self.run_blocking(move |disk| {
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
        self.run_blocking(move |disk| {
            // Written completely under another name first: a reader never sees half an object.
            let partial = disk.write(&body).map_err(not_done)?;
            match disk.link(&partial, &key) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Ok(PutOutcome::Exists);
                }
                Err(error) => return Err(not_done(error)),
            }
            // The object is visible from the link on, but durable only with the folder's entry.
            disk.sync_folders(&key).map_err(perhaps_done)?;
            Ok(PutOutcome::Done(partial.tag()))
        })
        .await
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let (key, tag) = (checked(key)?, tag.clone());
        self.run_locked(move |disk| {
            // Under the lock, so that no other replacement comes between the comparison and the rename.
            let found = disk.tag(&key).map_err(not_done)?;
            if found != Some(tag) {
                return Ok(PutOutcome::Changed);
            }
            let partial = disk.write(&body).map_err(not_done)?;
            disk.rename(&partial, &key).map_err(not_done)?;
            disk.sync_folders(&key).map_err(perhaps_done)?;
            Ok(PutOutcome::Done(partial.tag()))
        })
        .await
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let key = checked(key)?;
        self.run_blocking(move |disk| disk.read(&key).map_err(not_done))
            .await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.run_blocking(move |disk| {
            listing::list(disk.folder(), &prefix, after.as_deref()).map_err(not_done)
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let key = checked(key)?;
        self.run_locked(move |disk| {
            if disk.remove(&key).map_err(not_done)? {
                disk.sync_folders(&key).map_err(perhaps_done)?;
            }
            Ok(())
        })
        .await
    }
}

/// Whether this may be a part of a key.
fn is_word(word: &str) -> bool {
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    !word.is_empty() && !word.starts_with('.') && word.bytes().all(is_letter)
}

/// Checks that a key names a file within the folder, and none of the folder's own.
fn checked(key: &str) -> Result<String, BucketError> {
    if key.split('/').all(is_word) {
        return Ok(key.to_owned());
    }
    Err(BucketError::Denied(Cause::from(format!(
        "{key:?} is no name of an object: it is to be words of lower-case letters, digits, - and ."
    ))))
}

/// Classifies an error before the object was in its place.
fn not_done(error: io::Error) -> BucketError {
    let refused = [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
        // The key of one object is the folder of another.
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

/// Classifies an error after that: the object is there, but may not survive a crash of the machine.
fn perhaps_done(error: io::Error) -> BucketError {
    BucketError::Unknown(Cause::from(error))
}

#[cfg(test)]
mod tests;
