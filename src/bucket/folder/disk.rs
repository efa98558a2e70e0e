//! The files of a bucket in a folder, and when they are durable.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{ETag, Object};

/// Where a file lies until it is whole. No name of an object begins with a dot.
const PARTIAL: &str = ".partial";
const LOCK: &str = ".lock";
/// After this time nobody writes at a partial file any more.
const PARTIAL_AGE_MAX: Duration = Duration::from_hours(24);
/// Bytes of chance in a mark.
const CHANCE: usize = 16;
/// Bytes of a file before its body: the mark and the end of its line.
pub(super) const HEAD: usize = 2 * CHANCE + 1;

/// A folder with objects in it.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
}

/// A whole file that is not in its place. Its first name goes with it.
pub(super) struct Partial {
    path: PathBuf,
    mark: String,
}

impl Partial {
    pub(super) fn tag(&self) -> ETag {
        ETag(self.mark.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; whatever stays is cleared away another day.
        let _ = fs::remove_file(&self.path);
    }
}

impl Disk {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        make_folder(&folder.join(PARTIAL))?;
        let disk = Self {
            // A relative path would mean another folder when the process changes its own.
            folder: fs::canonicalize(folder)?,
        };
        private().write(true).open(disk.folder.join(LOCK))?;
        disk.clear()?;
        Ok(disk)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until nobody else holds the lock. It ends with the file.
    pub(super) fn lock(&self) -> io::Result<File> {
        let file = private().write(true).open(self.folder.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    /// Writes a file durably, under a name of no meaning.
    pub(super) fn write(&self, body: &[u8]) -> io::Result<Partial> {
        let mut chance = [0; CHANCE];
        getrandom::fill(&mut chance).map_err(io::Error::other)?;
        let mark = hex::encode(chance);
        let partial = Partial {
            path: self.folder.join(PARTIAL).join(&mark),
            mark,
        };
        let mut file = private().write(true).create_new(true).open(&partial.path)?;
        file.write_all(partial.mark.as_bytes())?;
        file.write_all(b"\n")?;
        file.write_all(body)?;
        file.sync_all()?;
        Ok(partial)
    }

    /// Gives a file its name, if the name is free.
    pub(super) fn link(&self, partial: &Partial, key: &str) -> io::Result<()> {
        let path = self.folder.join(key);
        match fs::hard_link(&partial.path, &path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make_folder(parent(&path))?;
                fs::hard_link(&partial.path, &path)
            }
            linked => linked,
        }
    }

    /// Puts a file in the place of another.
    pub(super) fn rename(&self, partial: &Partial, key: &str) -> io::Result<()> {
        fs::rename(&partial.path, self.folder.join(key))
    }

    /// Removes a file, and says whether there was one.
    pub(super) fn remove(&self, key: &str) -> io::Result<bool> {
        Ok(if_there(fs::remove_file(self.folder.join(key)))?.is_some())
    }

    /// Makes durable which files have names, up to the folder itself: whoever else made a folder on the way
    /// may not have come to that yet.
    pub(super) fn settle(&self, key: &str) -> io::Result<()> {
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
        let Some(file) = if_there(File::open(self.folder.join(key)))? else {
            return Ok(None);
        };
        // A folder can be opened, too; it is no object.
        Ok(file.metadata()?.is_file().then_some(file))
    }

    /// Removes the partial files of writers that are no more.
    fn clear(&self) -> io::Result<()> {
        // The file system's own clock tells ages best: a new file is as old as nothing.
        let now = fs::metadata(&self.write(b"")?.path)?.modified()?;
        for entry in fs::read_dir(self.folder.join(PARTIAL))? {
            let path = entry?.path();
            let Some(found) = if_there(fs::metadata(&path))? else {
                continue;
            };
            let age = now.duration_since(found.modified()?).unwrap_or_default();
            if age > PARTIAL_AGE_MAX {
                // Another that opens the folder may have been quicker.
                if_there(fs::remove_file(&path))?;
            }
        }
        Ok(())
    }
}

/// Turns what is not there into nothing; below a file there is nothing either.
fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn read_tag(file: &mut File) -> io::Result<ETag> {
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    match str::from_utf8(&head)
        .ok()
        .and_then(|head| head.strip_suffix('\n'))
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

/// Makes a folder that only its owner may enter, and those it lies in, durably.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    make_folder(parent(folder))?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => sync(parent(folder)),
        // Another process has just made it; or a file has the name, which shows soon enough.
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

/// Files that only their owner may read: whispers are in them.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
