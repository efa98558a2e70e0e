//! A made-up disk: a journal of numbers, of which some take back what others tell.

use std::io;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bucket::Bucket;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::super::ReplicaError;
use super::super::follow::ReplayTarget;
use super::super::log_object::Segment;
use super::super::snapshots::{self, Manifest, PartSink, PartSource};
use crate::LogHash;
use crate::ProgressListener;

/// Commands there are in a schedule. Clients repeat those that were not acknowledged.
pub(super) const COMMANDS: u32 = 24;

/// A command of a number below [`COMMANDS`]; one beyond takes back what the command tells that it is beyond by as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SimRecord {
    hash: [u8; 32],
    /// None if that is withheld.
    told: Option<u32>,
}

impl SimRecord {
    pub(super) fn of(number: u32) -> Self {
        Self {
            hash: Sha256::digest(number.to_be_bytes()).into(),
            told: Some(number),
        }
    }

    /// Whether it is the record of a command, whatever it still tells.
    pub(super) fn is_of(&self, number: u32) -> bool {
        self.hash == Self::of(number).hash
    }

    pub(super) fn is_withheld(&self) -> bool {
        self.told.is_none()
    }

    fn line(&self) -> String {
        match self.told {
            Some(number) => number.to_string(),
            None => format!("#{}", hex::encode(self.hash)),
        }
    }

    fn read(line: &str) -> Self {
        match line.strip_prefix('#') {
            Some(hash) => Self {
                hash: hex::decode(hash).unwrap().try_into().unwrap(),
                told: None,
            },
            None => Self::of(line.parse().unwrap()),
        }
    }
}

/// The records, in their order.
pub(super) type Disk = Arc<Mutex<Vec<SimRecord>>>;

/// A journal of them.
pub(super) struct Numbers {
    pub(super) disk: Disk,
    /// Whether what the log takes back is taken back here, too.
    pub(super) withholds: bool,
}

impl Numbers {
    pub(super) fn on(disk: &Disk) -> Self {
        Self {
            disk: Arc::clone(disk),
            withholds: true,
        }
    }
}

/// Appends a record, and withholds what it takes back.
pub(super) fn append(story: &mut Vec<SimRecord>, record: SimRecord) {
    let taken_back = record.told.and_then(|number| number.checked_sub(COMMANDS));
    if let Some(command) = taken_back {
        for before in story.iter_mut().filter(|before| before.is_of(command)) {
            before.told = None;
        }
    }
    story.push(record);
}

pub(super) fn hash_of(records: &[SimRecord]) -> LogHash {
    let hashes = records.iter().map(|record| record.hash);
    hashes.fold(LogHash::of_nothing(), |hash, record| hash.then(&record))
}

pub(super) fn lines(records: &[SimRecord]) -> String {
    let lines: Vec<String> = records.iter().map(SimRecord::line).collect();
    lines.join("\n") + "\n"
}

#[async_trait]
impl ReplayTarget for Numbers {
    fn position(&self) -> u64 {
        self.disk.lock().unwrap().len() as u64
    }

    fn hash_at(&mut self, position: u64) -> Result<LogHash, ReplicaError> {
        let disk = self.disk.lock().unwrap();
        Ok(hash_of(&disk[..usize::try_from(position).unwrap()]))
    }

    fn take(&mut self, segment: &Segment) -> Result<(), ReplicaError> {
        let (_, lines) = segment.after(self.position());
        let mut disk = self.disk.lock().unwrap();
        for record in lines.map(SimRecord::read) {
            if self.withholds {
                append(&mut disk, record);
            } else {
                disk.push(record);
            }
        }
        assert_eq!(hash_of(&disk), segment.hash(), "the log leads elsewhere");
        Ok(())
    }

    async fn become_snapshot(
        &mut self,
        bucket: &dyn Bucket,
        manifest: &Manifest,
        progress: &ProgressListener,
    ) -> Result<(), ReplicaError> {
        let mut parts = ReadParts::default();
        snapshots::fetch(bucket, manifest, &mut parts, progress).await?;
        let found: Vec<SimRecord> = parts.0.lines().map(SimRecord::read).collect();
        if hash_of(&found) != manifest.hash {
            return Err(ReplicaError::Damaged("it leads elsewhere".to_owned()));
        }
        let mut disk = self.disk.lock().unwrap();
        if found.len() < disk.len() || hash_of(&found[..disk.len()]) != hash_of(&disk) {
            return Err(ReplicaError::Disagree { position: 1 });
        }
        *disk = found;
        Ok(())
    }
}

/// A snapshot that is read.
#[derive(Default)]
pub(super) struct ReadParts(String);

impl PartSink for ReadParts {
    fn put(&mut self, part: &Bytes) -> io::Result<()> {
        self.0.push_str(std::str::from_utf8(part).unwrap());
        Ok(())
    }
}

/// A snapshot that is written.
pub(super) struct WrittenParts(pub(super) Option<String>);

impl PartSource for WrittenParts {
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        Ok(self.0.take().map(Bytes::from))
    }
}
