//! A bucket in memory, for tests. It keeps the contract but for one part: nothing is durable.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{Bucket, BucketError, ETag, LIST_MAX, ListEntry, Object, PutOutcome};

/// A bucket whose objects end with the process.
#[derive(Debug, Default)]
pub struct MemoryBucket {
    stored: Mutex<StoredObjects>,
}

#[derive(Debug, Default)]
struct StoredObjects {
    objects: BTreeMap<String, StoredObject>,
    writes: u64,
}

#[derive(Debug)]
struct StoredObject {
    body: Bytes,
    /// The number of the write that stored it, of which the tag is made.
    write: u64,
}

impl StoredObject {
    fn tag(&self) -> ETag {
        ETag(self.write.to_string())
    }
}

impl StoredObjects {
    fn put(&mut self, key: &str, body: Bytes) -> PutOutcome {
        self.writes += 1;
        let object = StoredObject {
            body,
            write: self.writes,
        };
        let done = PutOutcome::Done(object.tag());
        self.objects.insert(key.to_owned(), object);
        done
    }
}

#[async_trait]
impl Bucket for MemoryBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let mut stored = self.lock();
        if stored.objects.contains_key(key) {
            return Ok(PutOutcome::Exists);
        }
        Ok(stored.put(key, body))
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        let mut stored = self.lock();
        let same = stored
            .objects
            .get(key)
            .is_some_and(|object| object.tag() == *tag);
        if !same {
            return Ok(PutOutcome::Changed);
        }
        Ok(stored.put(key, body))
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let stored = self.lock();
        Ok(stored.objects.get(key).map(|object| Object {
            body: object.body.clone(),
            tag: object.tag(),
        }))
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let stored = self.lock();
        let found = stored
            .objects
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(key, _)| after.is_none_or(|after| key.as_str() > after))
            .take(LIST_MAX);
        Ok(found
            .map(|(key, object)| ListEntry {
                key: key.clone(),
                bytes: object.body.len() as u64,
            })
            .collect())
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.lock().objects.remove(key);
        Ok(())
    }
}

impl MemoryBucket {
    fn lock(&self) -> MutexGuard<'_, StoredObjects> {
        // Every change is one call on a map, so it is whole also after a panic of its holder.
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
