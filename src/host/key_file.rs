//! A secret key of our own making, kept beside the journal.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::secret::Secret;

/// Bytes of chance in a key.
const KEY_BYTES: usize = 32;

/// How often, and how long between, one process looks for the key another one is writing.
const LOOKS_MAX: u32 = 100;
const LOOK_PAUSE: Duration = Duration::from_millis(10);

/// A key, and whether this process made it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) key: Secret,
    pub(crate) made: bool,
}

/// Reads the key kept in `path`, or makes one. Of two processes at once, one makes it and both have it.
pub(crate) fn keep(path: &Path) -> io::Result<Kept> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(mut file) => {
            let written = make().and_then(|key| {
                file.write_all(format!("{}\n", key.reveal()).as_bytes())?;
                file.sync_all()?;
                Ok(Kept { key, made: true })
            });
            // Half a key would stop every later start.
            written.inspect_err(|_| drop(fs::remove_file(path)))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Kept {
            key: await_key(path)?,
            made: false,
        }),
        Err(error) => Err(error),
    }
}

fn make() -> io::Result<Secret> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(Secret::new(hex::encode(bytes)))
}

/// Reads a whole key; its maker may still be writing it.
fn await_key(path: &Path) -> io::Result<Secret> {
    for _ in 0..LOOKS_MAX {
        // Only the line's end says that it is whole.
        let text = fs::read_to_string(path)?;
        if let Some(key) = text.strip_suffix('\n')
            && key.len() >= KEY_BYTES
        {
            return Ok(Secret::new(key));
        }
        thread::sleep(LOOK_PAUSE);
    }
    Err(io::Error::new(
        ErrorKind::InvalidData,
        "it holds no key; delete it to have a new one made",
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        let made = keep(&path).unwrap();
        let found = keep(&path).unwrap();
        assert!(made.made && !found.made);
        assert_eq!(made.key.reveal(), found.key.reveal());
        assert_eq!(made.key.reveal().len(), 2 * KEY_BYTES);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn processes_that_start_at_once_agree_on_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        let kept: Vec<Kept> = thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| keep(&path).unwrap()))
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap())
                .collect()
        });
        assert_eq!(kept.iter().filter(|kept| kept.made).count(), 1);
        assert!(
            kept.iter()
                .all(|one| one.key.reveal() == kept[0].key.reveal())
        );
    }

    #[test]
    fn a_file_that_holds_no_key_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codex.db.key");
        fs::write(&path, "").unwrap();
        assert!(keep(&path).unwrap_err().to_string().contains("delete it"));
    }

    #[test]
    fn a_key_that_can_be_kept_nowhere_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing").join("codex.db.key");
        assert_eq!(keep(&missing).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
