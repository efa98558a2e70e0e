//! The compressed form of a database: packed with zstd, unpacked from zstd or from what `gzip` made.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Write as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rustix::fs::statvfs;

use super::disk;
use crate::sqlite::errors::unusable;
use crate::sqlite::files::make_private;
use crate::{ProgressListener, ProgressStep, StoreError, megabytes};

/// Bytes packed or unpacked at a time.
const PART_BYTES: usize = 1024 * 1024;
/// The first bytes of every SQLite file, of zstd's and of gzip's.
const SQLITE: &[u8] = b"SQLite format 3\0";
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
const GZIP: &[u8] = &[0x1F, 0x8B];
/// The bytes at the beginning of a database in which it says how large it is.
const HEADER_BYTES: usize = 100;
/// How often a database may be packed: a backup of ours, and whoever archives it once more.
const LAYERS_MAX: usize = 2;
/// Bytes of a disk that unpacking leaves free: a tenth, but no more than this. Others write on it, too.
const SPARED_BYTES_MAX: u64 = 64_000_000;

/// Compresses a database.
pub(super) fn compress(plain: &Path, into: &Path, progress: &ProgressListener) -> io::Result<()> {
    let mut from = File::open(plain)?;
    let bytes = from.metadata()?.len();
    progress.report(&ProgressStep::Found {
        objects: bytes.div_ceil(PART_BYTES as u64),
        bytes,
    });
    let mut to = zstd::stream::Encoder::new(make_private(into)?, 0)?;
    to.include_checksum(true)?;
    let mut part = vec![0; PART_BYTES];
    loop {
        let read = from.read(&mut part)?;
        if read == 0 {
            return to.finish()?.sync_all();
        }
        to.write_all(&part[..read])?;
        progress.report(&ProgressStep::Copied { bytes: read as u64 });
    }
}

/// Unpacks a database into a file that is not there yet, never to the last byte of its disk.
pub(super) fn decompress(
    packed: &Path,
    into: &Path,
    progress: &ProgressListener,
) -> Result<(), StoreError> {
    let broken = |why: &str| unusable(packed, &format!("is no whole backup: {why}"));
    let judge = |error: io::Error| {
        // The system's own errors have numbers; what remains is a decoder's opinion of the bytes.
        if error.raw_os_error().is_some() {
            disk(error)
        } else {
            broken(&error.to_string())
        }
    };
    let file = File::open(packed).map_err(disk)?;
    let packed_bytes = file.metadata().map_err(disk)?.len();
    progress.report(&ProgressStep::Found {
        objects: 1,
        bytes: packed_bytes,
    });
    let mut from = unpacked(file).map_err(judge)?;
    let mut header = Vec::new();
    let header_bytes = HEADER_BYTES as u64;
    from.by_ref()
        .take(header_bytes)
        .read_to_end(&mut header)
        .map_err(judge)?;
    if !header.starts_with(SQLITE) {
        return Err(broken("it holds no database"));
    }
    let room = room_beside(into).map_err(disk)?;
    refuse_beyond(declared_bytes(&header).unwrap_or_default(), room)?;
    let mut to = make_private(into).map_err(disk)?;
    to.write_all(&header).map_err(disk)?;
    let mut written = header.len() as u64;
    let mut part = vec![0; PART_BYTES];
    loop {
        let read = from.read(&mut part).map_err(judge)?;
        if read == 0 {
            progress.report(&ProgressStep::Copied {
                bytes: packed_bytes,
            });
            return to.sync_all().map_err(disk);
        }
        written += read as u64;
        // Few bytes may unpack to any number of them, and a full disk would stop the journals on it.
        refuse_beyond(written, room)?;
        to.write_all(&part[..read]).map_err(disk)?;
    }
}

/// Takes off what a file is packed in, as its first bytes say.
fn unpacked(file: File) -> io::Result<Box<dyn Read>> {
    let (mut first, mut from) = peeked(Box::new(file))?;
    for _ in 0..LAYERS_MAX {
        let inner: Box<dyn Read> = if first.starts_with(ZSTD) {
            Box::new(zstd::stream::Decoder::new(from)?)
        } else if first.starts_with(GZIP) {
            Box::new(MultiGzDecoder::new(from))
        } else {
            break;
        };
        (first, from) = peeked(inner)?;
    }
    Ok(from)
}

/// Reads the first bytes, and gives back what is to be read with them.
fn peeked(mut from: Box<dyn Read>) -> io::Result<(Vec<u8>, Box<dyn Read>)> {
    let mut first = Vec::new();
    let limit = SQLITE.len() as u64;
    from.by_ref().take(limit).read_to_end(&mut first)?;
    let whole = Cursor::new(first.clone()).chain(from);
    Ok((first, Box::new(whole)))
}

/// Returns how large a database says it is. One that a very old SQLite wrote last does not say so.
fn declared_bytes(header: &[u8]) -> Option<u64> {
    let word = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let page = u16::from_be_bytes(header.get(16..18)?.try_into().ok()?);
    // The largest page does not fit two bytes.
    let page = if page == 1 { 65_536 } else { u64::from(page) };
    let (changes, valid_for) = (word(24)?, word(92)?);
    (changes == valid_for).then_some(page * u64::from(word(28)?))
}

/// Returns how many bytes may be written beside a file.
fn room_beside(file: &Path) -> io::Result<u64> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let found = statvfs(folder.unwrap_or(Path::new(".")))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    Ok(free - (free / 10).min(SPARED_BYTES_MAX))
}

fn refuse_beyond(bytes: u64, room: u64) -> Result<(), StoreError> {
    if bytes <= room {
        return Ok(());
    }
    let (needed, room) = (megabytes(bytes), megabytes(room));
    Err(disk(io::Error::new(
        ErrorKind::StorageFull,
        format!("No space left: it unpacks to {needed} or more, and the disk has room for {room}"),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_says_how_large_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        let database = rusqlite::Connection::open(&path).unwrap();
        let rows = "CREATE TABLE t AS WITH RECURSIVE n(i) AS
            (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i, hex(i) FROM n";
        database.execute_batch(rows).unwrap();
        drop(database);
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(declared_bytes(&bytes), Some(bytes.len() as u64));
        assert_eq!(declared_bytes(&bytes[..80]), None);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_both_sizes() {
        refuse_beyond(10, 10).unwrap();
        let told = refuse_beyond(2_000_000, 1_500_000).unwrap_err();
        let told = retry::error_chain(&told);
        assert!(
            told.contains(
                "No space left: it unpacks to 2.0 MB or more, and the disk has room for 1.5 MB"
            ),
            "{told}"
        );
    }
}
