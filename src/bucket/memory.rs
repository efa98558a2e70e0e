//! A bucket in memory: for tests and trials. It keeps the contract except one part: nothing is durable.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Bucket, BucketError, ETag, LIST_MAX, ListEntry, Object, PutOutcome};

/// A bucket that ends with its process.
#[derive(Debug, Default)]
pub struct MemoryBucket {
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    objects: BTreeMap<String, Kept>,
    writes: u64,
}

#[derive(Debug)]
struct Kept {
    body: Bytes,
    /// The number of the write that put it here.
    write: u64,
}

impl Kept {
    fn tag(&self) -> ETag {
        ETag(self.write.to_string())
    }
}

impl Shelf {
    fn put(&mut self, key: &str, body: Bytes) -> PutOutcome {
        self.writes += 1;
        let kept = Kept {
            body,
            write: self.writes,
        };
        let done = PutOutcome::Done(kept.tag());
        self.objects.insert(key.to_owned(), kept);
        done
    }
}

#[async_trait]
impl Bucket for MemoryBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let mut locked = self.shelf();
        if locked.objects.contains_key(key) {
            return Ok(PutOutcome::Exists);
        }
        Ok(locked.put(key, body))
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let mut locked = self.shelf();
        let same = locked
            .objects
            .get(key)
            .is_some_and(|kept| kept.tag() == *tag);
        if !same {
            return Ok(PutOutcome::Changed);
        }
        Ok(locked.put(key, body))
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let locked = self.shelf();
        Ok(locked.objects.get(key).map(|kept| Object {
            body: kept.body.clone(),
            tag: kept.tag(),
        }))
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let locked = self.shelf();
        let found = locked
            .objects
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(key, _)| after.is_none_or(|after| key.as_str() > after))
            .take(LIST_MAX);
        Ok(found
            .map(|(key, kept)| ListEntry {
                key: key.clone(),
                bytes: kept.body.len() as u64,
            })
            .collect())
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.shelf().objects.remove(key);
        Ok(())
    }
}

impl MemoryBucket {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Every change is one call on a map, whole also after a panic.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
