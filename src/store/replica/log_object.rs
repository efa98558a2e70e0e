//! The objects of the log: a segment of records, or the seal that ends an epoch.
//!
//! An object is JSON lines, compressed with zstd unless it is so small that this gains nothing. The first
//! line says which of the two it is; in a segment each further line is one record.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::ReplicaError;
use crate::LogHash;
use crate::withholding::WITHHOLDS;

/// The number of this way of writing.
const FORMAT: u32 = 1;
/// Records a segment holds at most.
pub(super) const SEGMENT_RECORDS_MAX: u64 = 1_000;
/// Bytes below which compressing gains nothing.
const PLAIN_MAX: usize = 256;
/// How hard zstd tries: harder costs more time than the network gives back.
const LEVEL: i32 = 3;
/// Bytes a log object may unfold to at most.
const OBJECT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The first bytes of every compressed object.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// An object of the log.
#[derive(Clone, Debug)]
pub(super) enum LogObject {
    Segment(Segment),
    Seal(Seal),
}

/// Records that follow each other.
#[derive(Clone, Debug)]
pub struct Segment {
    pub(super) head: SegmentHeader,
    /// The records, a line each.
    pub(super) lines: String,
}

/// The header of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SegmentHeader {
    /// The position of the first record.
    pub(super) first: u64,
    /// The number of records that follow.
    pub(super) count: u64,
    /// A random value that distinguishes this object from any other under the same key.
    pub(super) nonce: String,
    /// The hash of the log before it.
    pub(super) before: LogHash,
    /// The hash of the log with it.
    pub(super) after: LogHash,
}

/// The end of an epoch: nothing can follow where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seal {
    /// A random value that distinguishes this object from any other under the same key.
    pub(super) nonce: String,
    /// The name of the process that wrote it.
    pub(super) owner: String,
    /// When, in milliseconds since the Unix epoch, by the writer's clock.
    pub(super) at_ms: u64,
    /// The hash of the log before it.
    pub(super) hash: LogHash,
}

#[derive(Serialize, Deserialize)]
struct ObjectHeader {
    format: u32,
    #[serde(flatten)]
    what: ObjectKind,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ObjectKind {
    Segment(SegmentHeader),
    Seal(Seal),
}

impl Segment {
    /// The position of the last record.
    pub fn last(&self) -> u64 {
        self.head.first + self.head.count - 1
    }

    /// The position of the first record.
    pub fn first(&self) -> u64 {
        self.head.first
    }

    /// The records after `position`, a line each, with the position of the first of them.
    pub fn after(&self, position: u64) -> (u64, impl Iterator<Item = &str>) {
        let known = (position + 1).saturating_sub(self.head.first);
        let skipped = usize::try_from(known).unwrap_or(usize::MAX);
        (self.head.first + known, self.lines.lines().skip(skipped))
    }

    /// Whether one of its records withholds what records before it tell.
    pub(crate) fn withholds(&self) -> bool {
        self.lines.contains(WITHHOLDS)
    }

    /// The hash of the log with it.
    pub fn hash(&self) -> LogHash {
        self.head.after
    }
}

impl LogObject {
    pub(super) fn nonce(&self) -> &str {
        match self {
            Self::Segment(segment) => &segment.head.nonce,
            Self::Seal(seal) => &seal.nonce,
        }
    }

    /// Writes the object.
    pub(super) fn encode(&self) -> Bytes {
        let (what, lines) = match self {
            Self::Segment(segment) => (ObjectKind::Segment(segment.head.clone()), &*segment.lines),
            Self::Seal(seal) => (ObjectKind::Seal(seal.clone()), ""),
        };
        let first = ObjectHeader {
            format: FORMAT,
            what,
        };
        let mut text = serde_json::to_string(&first).expect("plain data is always JSON");
        text.push('\n');
        text.push_str(lines);
        pack(text.into_bytes())
    }

    /// Reads an object. `key` is named when it cannot be read.
    pub(super) fn decode(key: &str, body: &[u8]) -> Result<Self, ReplicaError> {
        let damaged = |why: String| ReplicaError::Damaged(format!("{key} cannot be read: {why}"));
        let text = unpack(body).map_err(&damaged)?;
        let (first, lines) = text
            .split_once('\n')
            .ok_or_else(|| damaged("it breaks off".to_owned()))?;
        let first: ObjectHeader =
            serde_json::from_str(first).map_err(|error| damaged(error.to_string()))?;
        if first.format != FORMAT {
            let why = format!("format {} is newer than this release", first.format);
            return Err(damaged(why));
        }
        Ok(match first.what {
            ObjectKind::Seal(seal) => Self::Seal(seal),
            ObjectKind::Segment(head) => {
                let count = lines.lines().count() as u64;
                if head.count == 0 || head.count != count {
                    return Err(damaged(format!("{count} records are not {}", head.count)));
                }
                let lines = lines.to_owned();
                Self::Segment(Segment { head, lines })
            }
        })
    }
}

/// Compresses a text that is long enough.
fn pack(text: Vec<u8>) -> Bytes {
    if text.len() <= PLAIN_MAX {
        return text.into();
    }
    zstd::bulk::compress(&text, LEVEL).map_or_else(|_| text.into(), Bytes::from)
}

fn unpack(body: &[u8]) -> Result<String, String> {
    let text = if body.starts_with(&ZSTD_MAGIC) {
        let size = zstd::bulk::Decompressor::upper_bound(body).unwrap_or(OBJECT_BYTES_MAX);
        zstd::bulk::decompress(body, size.min(OBJECT_BYTES_MAX))
            .map_err(|error| error.to_string())?
    } else {
        body.to_vec()
    };
    String::from_utf8(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(lines: &str) -> LogObject {
        LogObject::Segment(Segment {
            head: SegmentHeader {
                first: 5,
                count: lines.lines().count() as u64,
                nonce: "n".to_owned(),
                before: LogHash::of_nothing(),
                after: LogHash::of_nothing().then(&[1; 32]),
            },
            lines: lines.to_owned(),
        })
    }

    #[test]
    fn short_and_long_pages_are_read_as_they_were_written() {
        let long = "{\"a\":1}\n".repeat(1_000);
        for lines in ["{}\n", &long] {
            let LogObject::Segment(read) =
                LogObject::decode("k", &segment(lines).encode()).unwrap()
            else {
                panic!("it is a segment");
            };
            assert_eq!(read.lines, lines);
            assert_eq!(read.first(), 5);
        }
        assert!(segment(&long).encode().len() < long.len() / 10);
    }

    #[test]
    fn a_segment_gives_what_comes_after_a_position() {
        let LogObject::Segment(read) = segment("a\nb\nc\n") else {
            panic!("it is a segment");
        };
        let after = |position| {
            let (first, lines) = read.after(position);
            (first, lines.collect::<Vec<_>>().concat())
        };
        assert_eq!(after(4), (5, "abc".to_owned()));
        assert_eq!(after(5), (6, "bc".to_owned()));
        assert_eq!(after(0), (5, "abc".to_owned()));
        assert_eq!((read.first(), read.last()), (5, 7));
    }

    #[test]
    fn what_breaks_off_or_is_newer_is_damage_and_names_the_object() {
        let whole = segment(&"{\"a\":1}\n".repeat(100)).encode();
        let newer =
            b"{\"format\":2,\"seal\":{\"nonce\":\"\",\"owner\":\"\",\"at_ms\":0,\"hash\":\"\"}}\n";
        for body in [&whole[..whole.len() - 1], b"", b"hello\n", newer] {
            let error = LogObject::decode("log/1/2", body).unwrap_err();
            assert!(error.to_string().contains("log/1/2"), "{error}");
        }
    }
}
