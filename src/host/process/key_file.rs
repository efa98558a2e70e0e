//! The file of a generated secret key, beside the journal.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::process::secret::Secret;

/// Random bytes of a key.
const KEY_BYTES: usize = 32;

/// Attempts to read a key that another process is writing, and the pause between two.
const READ_ATTEMPTS_MAX: u32 = 100;
const READ_PAUSE: Duration = Duration::from_millis(10);

/// A key, and whether this process generated it.
#[derive(Debug)]
pub(crate) struct StoredKey {
    pub(crate) key: Secret,
    pub(crate) generated: bool,
}

/// Reads the key in the file at `path`, or generates one and writes the file, readable by its owner alone.
///
/// # Errors
///
/// When the file can neither be read nor created, or holds no key.
pub(crate) fn load_or_create(path: &Path) -> io::Result<StoredKey> {
    // Of processes that start at the same time, the file system lets one create the file; the others read it.
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(mut file) => {
            let written = generate().and_then(|key| {
                file.write_all(format!("{}\n", key.reveal()).as_bytes())?;
                file.sync_all()?;
                Ok(StoredKey {
                    key,
                    generated: true,
                })
            });
            // A file with half a key would stop every later start.
            written.inspect_err(|_| drop(fs::remove_file(path)))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(StoredKey {
            key: read_when_complete(path)?,
            generated: false,
        }),
        Err(error) => Err(error),
    }
}

/// Reads the key in the file at `path`, if there is one.
///
/// # Errors
///
/// When the file cannot be read, or holds no key.
pub(crate) fn load(path: &Path) -> io::Result<Option<Secret>> {
    match read_when_complete(path) {
        Ok(key) => Ok(Some(key)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn generate() -> io::Result<Secret> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(Secret::new(hex::encode(bytes)))
}

/// Reads the key, and waits while the process that creates the file is still writing it.
fn read_when_complete(path: &Path) -> io::Result<Secret> {
    for _ in 0..READ_ATTEMPTS_MAX {
        // The line break is written last, so a file without one is incomplete.
        let text = fs::read_to_string(path)?;
        if let Some(key) = text.strip_suffix('\n')
            && key.len() >= KEY_BYTES
        {
            return Ok(Secret::new(key));
        }
        thread::sleep(READ_PAUSE);
    }
    Err(io::Error::new(
        ErrorKind::InvalidData,
        "the file holds no key; delete it, and the next start generates one",
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_generated_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        let first = load_or_create(&path).unwrap();
        let second = load_or_create(&path).unwrap();
        assert!(first.generated && !second.generated);
        assert_eq!(first.key.reveal(), second.key.reveal());
        assert_eq!(first.key.reveal().len(), 2 * KEY_BYTES);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn processes_that_start_at_once_agree_on_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        let keys: Vec<StoredKey> = thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| load_or_create(&path).unwrap()))
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap())
                .collect()
        });
        assert_eq!(keys.iter().filter(|key| key.generated).count(), 1);
        assert!(
            keys.iter()
                .all(|one| one.key.reveal() == keys[0].key.reveal())
        );
    }

    #[test]
    fn a_file_without_a_key_is_an_error_with_advice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        fs::write(&path, "").unwrap();
        assert!(
            load_or_create(&path)
                .unwrap_err()
                .to_string()
                .contains("delete it")
        );
    }

    #[test]
    fn what_is_only_looked_for_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        assert_eq!(load(&path).unwrap(), None);
        assert!(!path.exists());
        let made = load_or_create(&path).unwrap();
        assert_eq!(load(&path).unwrap(), Some(made.key));
    }

    #[test]
    fn a_file_that_cannot_be_created_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing").join("codex.db.key");
        assert_eq!(
            load_or_create(&missing).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}
