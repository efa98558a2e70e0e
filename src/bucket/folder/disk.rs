//! The files of a bucket in a folder, and when they are durable.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{ETag, Object};

/// The folder of files that are being written. No key begins with a dot.
const PARTIAL_FOLDER: &str = ".partial";
/// The file that a writer locks.
pub(super) const LOCK_FILE: &str = ".lock";
/// A partial file older than this has no writer any more.
const PARTIAL_AGE_MAX: Duration = Duration::from_hours(24);
/// Random bytes in a mark.
const MARK_BYTES: usize = 16;
/// Bytes of a file before its body: the mark in hexadecimal, and a line feed.
pub(super) const HEADER_BYTES: usize = 2 * MARK_BYTES + 1;

/// The folder.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
}

/// A complete file that is not in its place yet. Dropped, it is deleted.
pub(super) struct PartialFile {
    path: PathBuf,
    mark: String,
}

impl PartialFile {
    pub(super) fn tag(&self) -> ETag {
        ETag(self.mark.clone())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // After a rename there is nothing to delete. What stays is deleted by a later `open`.
        let _ = fs::remove_file(&self.path);
    }
}

impl Disk {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        create_folder(&folder.join(PARTIAL_FOLDER))?;
        let disk = Self {
            // A relative path would mean another folder when the process changes its own.
            folder: fs::canonicalize(folder)?,
        };
        private().write(true).open(disk.folder.join(LOCK_FILE))?;
        disk.delete_old_partials()?;
        Ok(disk)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for the lock. It is released when the file is dropped.
    pub(super) fn lock(&self) -> io::Result<File> {
        let file = private().write(true).open(self.folder.join(LOCK_FILE))?;
        file.lock()?;
        Ok(file)
    }

    /// Writes a partial file durably, with a new mark.
    pub(super) fn write(&self, body: &[u8]) -> io::Result<PartialFile> {
        let mut random = [0; MARK_BYTES];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mark = hex::encode(random);
        let partial = PartialFile {
            path: self.folder.join(PARTIAL_FOLDER).join(&mark),
            mark,
        };
        let mut file = private().write(true).create_new(true).open(&partial.path)?;
        file.write_all(partial.mark.as_bytes())?;
        file.write_all(b"\n")?;
        file.write_all(body)?;
        // Before it gets its key: the key must never lead to a file that a crash could empty.
        file.sync_all()?;
        Ok(partial)
    }

    /// Puts a file at a key if the key is free.
    pub(super) fn link(&self, partial: &PartialFile, key: &str) -> io::Result<()> {
        let path = self.folder.join(key);
        // A link and no rename: a rename would replace an object that is there. Folders are created only when one is
        // missing, because most keys share theirs.
        match fs::hard_link(&partial.path, &path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create_folder(parent(&path))?;
                fs::hard_link(&partial.path, &path)
            }
            linked => linked,
        }
    }

    /// Puts a file at a key in place of the one there.
    pub(super) fn rename(&self, partial: &PartialFile, key: &str) -> io::Result<()> {
        fs::rename(&partial.path, self.folder.join(key))
    }

    /// Deletes a file, and returns whether there was one.
    pub(super) fn remove(&self, key: &str) -> io::Result<bool> {
        Ok(if_found(fs::remove_file(self.folder.join(key)))?.is_some())
    }

    /// Makes the directory entries of a key durable, up to the folder itself: another process may have created a folder
    /// on the way and not yet have synced it.
    pub(super) fn sync_folders(&self, key: &str) -> io::Result<()> {
        let path = self.folder.join(key);
        let above = path.ancestors().skip(1);
        for folder in above.take_while(|folder| folder.starts_with(&self.folder)) {
            sync(folder)?;
        }
        Ok(())
    }

    pub(super) fn read(&self, key: &str) -> io::Result<Option<Object>> {
        let Some(mut file) = self.open_file(key)? else {
            return Ok(None);
        };
        let tag = read_tag(&mut file)?;
        let mut body = Vec::new();
        file.read_to_end(&mut body)?;
        Ok(Some(Object {
            body: body.into(),
            tag,
        }))
    }

    pub(super) fn tag(&self, key: &str) -> io::Result<Option<ETag>> {
        let file = self.open_file(key)?;
        file.map(|mut file| read_tag(&mut file)).transpose()
    }

    fn open_file(&self, key: &str) -> io::Result<Option<File>> {
        let Some(file) = if_found(File::open(self.folder.join(key)))? else {
            return Ok(None);
        };
        // A folder can be opened like a file, and is no object.
        Ok(file.metadata()?.is_file().then_some(file))
    }

    /// Deletes partial files whose writers were killed.
    fn delete_old_partials(&self) -> io::Result<()> {
        // Ages by the file system's own clock, which a new file shows. It may differ from this machine's.
        let now = fs::metadata(&self.write(b"")?.path)?.modified()?;
        for entry in fs::read_dir(self.folder.join(PARTIAL_FOLDER))? {
            let path = entry?.path();
            let Some(found) = if_found(fs::metadata(&path))? else {
                continue;
            };
            let age = now.duration_since(found.modified()?).unwrap_or_default();
            if age > PARTIAL_AGE_MAX {
                // Another process that opens the folder may have deleted it already.
                if_found(fs::remove_file(&path))?;
            }
        }
        Ok(())
    }
}

/// Turns "not found" into `None`; a path below a file is not found either.
fn if_found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn read_tag(file: &mut File) -> io::Result<ETag> {
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header)?;
    match str::from_utf8(&header)
        .ok()
        .and_then(|header| header.strip_suffix('\n'))
    {
        Some(mark) => Ok(ETag(mark.to_owned())),
        None => Err(io::Error::new(
            ErrorKind::InvalidData,
            "a file in the folder of objects is none",
        )),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// Creates a folder that only its owner may enter, and its parents, durably.
fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    create_folder(parent(folder))?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => sync(parent(folder)),
        // Another process has just created it. If a file has the name, the next step fails and says so.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    File::open(folder)?.sync_all()
}

/// Options of files that only their owner may read: the players' secrets are in them.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
