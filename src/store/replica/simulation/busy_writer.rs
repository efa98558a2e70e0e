//! An owner that never pauses, and somebody who takes over from it.

use async_trait::async_trait;
use bucket::memory::MemoryBucket;
use bucket::{Bucket, BucketError, ETag, ListEntry, Object, PutOutcome};
use bytes::Bytes;
use tokio::sync::Mutex;

use super::super::ledger::LedgerEntry;
use super::super::writer_epoch::{SegmentDraft, WriterEpoch, take_over};
use super::super::{ReplicaError, WriterIdentity, gc};
use super::disk::{Disk, Numbers, SimRecord, hash_of, lines};
use super::random::SimRandom;
use crate::ProgressListener;

/// Segments the owner writes between two looks at the ledger.
const LOOKS: usize = 40;
/// Segments it writes at most: by far more than there are requests until it looks.
const SEGMENTS_MAX: usize = 1_000;

#[test]
fn an_owner_that_never_pauses_makes_way_for_who_takes_over() {
    super::runtime().block_on(async {
        let store = MemoryBucket::default();
        let (old, told) = (owner(1), Disk::default());
        let mut disk = Numbers::on(&told);
        let progress = ProgressListener::none();
        let taken = take_over(&store, &old, &mut disk, &progress).await;
        let (writer_epoch, entry) = taken.unwrap();
        let writer = BusyWriter {
            owner: old,
            writer_epoch,
            entry,
            disk: Disk::clone(&told),
        };
        let bucket = BusyBucket {
            store,
            writer: Mutex::new(Some(writer)),
        };

        let found = Disk::default();
        let mut local = Numbers::on(&found);
        let taken = take_over(&bucket, &owner(2), &mut local, &progress).await;
        let (writer_epoch, _) = taken.expect("the owner ends");
        let (told, found) = (told.lock().unwrap().clone(), found.lock().unwrap().clone());
        assert!(told.len() >= LOOKS, "it did not hurry: {}", told.len());
        assert_eq!(hash_of(&found), hash_of(&told));
        assert_eq!(writer_epoch.next, told.len() as u64 + 1);
    });
}

fn owner(seed: u64) -> WriterIdentity {
    let random = SimRandom::new(seed);
    WriterIdentity::new(
        format!("process {seed}"),
        || 0,
        move |bytes| random.fill(bytes),
    )
}

/// A store in which the owner writes once more before every request of somebody else.
#[derive(Debug)]
struct BusyBucket {
    store: MemoryBucket,
    writer: Mutex<Option<BusyWriter>>,
}

#[derive(Debug)]
struct BusyWriter {
    owner: WriterIdentity,
    writer_epoch: WriterEpoch,
    entry: LedgerEntry,
    disk: Disk,
}

impl BusyBucket {
    async fn hurry(&self) {
        let mut writer = self.writer.lock().await;
        let Some(hurrying) = &mut *writer else {
            return;
        };
        match hurrying.write(&self.store).await {
            Ok(()) => {}
            Err(ReplicaError::Fenced { .. }) => *writer = None,
            Err(other) => panic!("{other}"),
        }
    }
}

impl BusyWriter {
    async fn write(&mut self, store: &MemoryBucket) -> Result<(), ReplicaError> {
        let mut told = self.disk.lock().unwrap().clone();
        assert!(told.len() < SEGMENTS_MAX, "nobody asks it to end");
        if told.len() % LOOKS == LOOKS - 1 {
            gc::check(store, &self.entry).await?;
        }
        let record = SimRecord::of(u32::try_from(told.len()).unwrap());
        told.push(record);
        let draft = SegmentDraft {
            count: 1,
            lines: lines(&[record]),
            after: hash_of(&told),
        };
        self.writer_epoch
            .write(store, &self.owner, draft, |_| ())
            .await?;
        *self.disk.lock().unwrap() = told;
        Ok(())
    }
}

#[async_trait]
impl Bucket for BusyBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        self.hurry().await;
        self.store.create(key, body).await
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        self.hurry().await;
        self.store.replace(key, body, tag).await
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        self.hurry().await;
        self.store.get(key).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        self.hurry().await;
        self.store.list(prefix, after).await
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.hurry().await;
        self.store.delete(key).await
    }
}
