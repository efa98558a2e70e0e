//! A made-up disk: a journal of numbers.

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

/// The numbers, in their order.
pub(super) type Disk = Arc<Mutex<Vec<u32>>>;

/// A journal of them.
pub(super) struct Numbers(pub(super) Disk);

pub(super) fn hash_of(numbers: &[u32]) -> LogHash {
    numbers.iter().fold(LogHash::of_nothing(), |hash, number| {
        hash.then(&Sha256::digest(number.to_be_bytes()).into())
    })
}

pub(super) fn lines(numbers: &[u32]) -> String {
    let lines: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn numbers(text: &str) -> Vec<u32> {
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[async_trait]
impl ReplayTarget for Numbers {
    fn position(&self) -> u64 {
        self.0.lock().unwrap().len() as u64
    }

    fn hash_at(&mut self, position: u64) -> Result<LogHash, ReplicaError> {
        let disk = self.0.lock().unwrap();
        Ok(hash_of(&disk[..usize::try_from(position).unwrap()]))
    }

    fn take(&mut self, segment: &Segment) -> Result<(), ReplicaError> {
        let (_, lines) = segment.after(self.position());
        let mut disk = self.0.lock().unwrap();
        disk.extend(lines.map(|line| line.parse::<u32>().unwrap()));
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
        let found = numbers(&parts.0);
        if hash_of(&found) != manifest.hash {
            return Err(ReplicaError::Damaged("it leads elsewhere".to_owned()));
        }
        let mut disk = self.0.lock().unwrap();
        if !found.starts_with(&disk) {
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
