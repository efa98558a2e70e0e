//! A disk and a bucket, and a bucket that can be told to fail.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bucket::memory::MemoryBucket;
use bucket::{Bucket, BucketError, ETag, ListEntry, Object, PutOutcome};
use bytes::Bytes;
use store::Ack;
use store::ProgressListener;
use store::replica::{MaintenanceSchedule, ReplicaError, ReplicaJournal, Settings, WriterIdentity};
use store::sqlite;
use tempfile::TempDir;

/// What a test waits for at most that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A disk and a bucket.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) bucket: Arc<Moody>,
    pub(crate) ack: Ack,
    pub(crate) schedule: MaintenanceSchedule,
    clock: Arc<AtomicU64>,
}

/// A bucket that can be told to fail.
#[derive(Debug, Default)]
pub(crate) struct Moody {
    inner: MemoryBucket,
    /// Nothing is carried out.
    pub(crate) is_down: AtomicBool,
    /// Creations are carried out and their answers lost.
    pub(crate) loses_answers: AtomicBool,
    /// An object is created again and again.
    pub(crate) ignores_conditions: AtomicBool,
    /// Creations that were asked for.
    pub(crate) creations: AtomicU64,
}

impl Place {
    pub(crate) fn new(ack: Ack) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            bucket: Arc::default(),
            ack,
            schedule: MaintenanceSchedule {
                snapshot: Duration::from_hours(24),
                retention: Duration::from_hours(720),
            },
            clock: Arc::new(AtomicU64::new(1_790_000_000_000)),
        }
    }

    /// Another disk at the same bucket.
    pub(crate) fn beside(&self) -> Self {
        let mut beside = Self::new(self.ack);
        beside.bucket = Arc::clone(&self.bucket);
        beside.schedule = self.schedule;
        beside.clock = Arc::clone(&self.clock);
        beside
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("codex.db")
    }

    /// What the disk forgets when its machine goes.
    pub(crate) fn wipe(&self) {
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            // A journal that is being closed takes files of its own away meanwhile.
            match std::fs::remove_file(file.unwrap().path()) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.unwrap(),
            }
        }
    }

    /// Lets the owners' clocks go on.
    pub(crate) fn pass(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap();
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) async fn open(&self) -> Arc<ReplicaJournal> {
        Arc::new(self.try_open().await.unwrap())
    }

    pub(crate) async fn try_open(&self) -> Result<ReplicaJournal, ReplicaError> {
        ReplicaJournal::open(self.settings(), &ProgressListener::none()).await
    }

    pub(crate) fn sqlite(&self) -> sqlite::Settings {
        sqlite::Settings {
            path: self.path(),
            readers: 4,
            timeout: Duration::from_secs(30),
        }
    }

    fn settings(&self) -> Settings {
        let clock = Arc::clone(&self.clock);
        let nonces = Mutex::new(0_u64);
        let name = self.path().display().to_string();
        let salt = name.bytes().fold(
            self.bucket.creations.load(Ordering::Relaxed),
            |salt, byte| salt.wrapping_mul(31).wrapping_add(byte.into()),
        );
        Settings {
            sqlite: self.sqlite(),
            bucket: Arc::clone(&self.bucket) as Arc<dyn Bucket>,
            place: "memory".to_owned(),
            owner: WriterIdentity::new(
                name,
                move || clock.load(Ordering::Relaxed),
                move |bytes| {
                    let mut nonces = nonces.lock().unwrap();
                    *nonces += 1;
                    let number = salt ^ (*nonces << 40);
                    bytes.copy_from_slice(&number.to_be_bytes()[..bytes.len()]);
                },
            ),
            ack: self.ack,
            interval: Duration::from_millis(20),
            schedule: self.schedule,
        }
    }
}

impl Moody {
    /// Creates an object behind everybody's back.
    pub(crate) async fn plant(&self, key: &str, body: &'static [u8]) {
        self.inner.delete(key).await.unwrap();
        let created = self.inner.create(key, Bytes::from_static(body)).await;
        assert!(matches!(created, Ok(PutOutcome::Done(_))));
    }

    /// The names of all objects under a prefix.
    pub(crate) async fn names(&self, prefix: &str) -> Vec<String> {
        let listed = bucket::list_all(&self.inner, prefix).await.unwrap();
        listed.into_iter().map(|object| object.key).collect()
    }

    fn admit(&self) -> Result<(), BucketError> {
        if self.is_down.load(Ordering::Relaxed) {
            return Err(BucketError::Unavailable("it is down".into()));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Bucket for Moody {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        self.creations.fetch_add(1, Ordering::Relaxed);
        self.admit()?;
        if self.ignores_conditions.load(Ordering::Relaxed) {
            self.inner.delete(key).await?;
        }
        let put = self.inner.create(key, body).await?;
        if put != PutOutcome::Exists && self.loses_answers.load(Ordering::Relaxed) {
            return Err(BucketError::Unknown("the answer is lost".into()));
        }
        Ok(put)
    }

    async fn replace(&self, key: &str, body: Bytes, tag: &ETag) -> Result<PutOutcome, BucketError> {
        self.admit()?;
        self.inner.replace(key, body, tag).await
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        self.admit()?;
        self.inner.get(key).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        self.admit()?;
        self.inner.list(prefix, after).await
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.admit()?;
        self.inner.delete(key).await
    }
}
