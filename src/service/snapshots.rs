//! Snapshots: a cache in the journal and one between instances, so that a long table loads quickly.

use std::sync::Arc;
use std::time::Duration;

use bus::SharedCache;
use game::{Table, TableId, Version};
use store::{Journal, StateOrigin};

use crate::background::BackgroundTasks;
use crate::chain_heads::hash_at;
use crate::error::ServiceError;

/// Commits between two snapshots of a table.
const SNAPSHOT_EVERY: u64 = 64;
/// The form in which this release keeps snapshots; one of another form is ignored.
const SNAPSHOT_FORMAT: u32 = 4;

/// A table as another instance left it in the shared cache.
pub(crate) struct Remembered {
    pub(crate) table: Table,
    /// The hash of the record the table stands at.
    pub(crate) hash: String,
}

/// Writes and reads snapshots, in the journal and in the cache that instances share.
#[derive(Clone)]
pub(crate) struct Snapshots {
    pub(crate) journal: Arc<dyn Journal>,
    /// The shared cache, and how long it keeps a table. `None` where instances share none, or it is switched off.
    pub(crate) cache: Option<(Arc<dyn SharedCache>, Duration)>,
    /// What is written in the background.
    pub(crate) tasks: BackgroundTasks,
}

impl Snapshots {
    /// Whether a table gets a snapshot at `version`.
    pub(crate) fn are_due_at(version: Version) -> bool {
        version.0.is_multiple_of(SNAPSHOT_EVERY)
    }

    /// Whether a table gets a snapshot because so many records had to be read: the one it should have is missing, was
    /// thrown away, or is of another release.
    pub(crate) fn are_due_after(records: usize) -> bool {
        u64::try_from(records).is_ok_and(|records| records >= SNAPSHOT_EVERY)
    }

    /// Keeps a snapshot in the background: nobody waits for one. `hash` is that of the record the table stands at, if it
    /// is known.
    pub(crate) fn keep_soon(&self, id: &TableId, table: &Arc<Table>, hash: Option<String>) {
        self.share(id, table, hash);
        let (snapshots, id, table) = (self.clone(), id.clone(), Arc::clone(table));
        let tasks = self.tasks.clone();
        tasks.spawn(async move { snapshots.keep(&id, &table).await });
    }

    /// Keeps a snapshot. It is a cache: failing to keep one is worth a line in the log and nothing more.
    async fn keep(&self, id: &TableId, table: &Arc<Table>) {
        let Some(state) = written(table) else { return };
        let kept = self
            .journal
            .keep_snapshot(id, SNAPSHOT_FORMAT, table.version(), state)
            .await;
        if let Err(error) = kept {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a snapshot could not be kept"
            );
        }
    }

    /// Returns the table as its newest snapshot in the journal has it; the empty table, if there is none that
    /// can be read.
    pub(crate) async fn newest(&self, id: &TableId) -> Result<Table, ServiceError> {
        let snapshot = self.journal.snapshot(id, SNAPSHOT_FORMAT).await?;
        let table = snapshot.and_then(|(version, state)| read(version, &state));
        Ok(table.unwrap_or_default())
    }

    /// Puts a table into the shared cache, in the background. `hash` is that of the record it stands at, if it
    /// is known.
    pub(crate) fn share(&self, id: &TableId, table: &Arc<Table>, hash: Option<String>) {
        let Some((cache, ttl)) = self.cache.clone() else {
            return;
        };
        let journal = Arc::clone(&self.journal);
        let (id, table) = (id.clone(), Arc::clone(table));
        self.tasks.spawn(async move {
            let hash = match hash {
                Some(hash) => Some(hash),
                None => hash_at(&*journal, &id, table.version())
                    .await
                    .unwrap_or_default(),
            };
            if let (Some(hash), Some(state)) = (hash, written(&table)) {
                let version = table.version();
                let sealed = origin(&id, version).seal(&hash, &state);
                let text = format!("{version} {sealed}");
                cache.put(&key(&id), text.as_bytes(), ttl).await;
            }
        });
    }

    /// Overwrites what the shared cache holds of a table with nothing.
    pub(crate) async fn unshare(&self, id: &TableId) {
        if let Some((cache, ttl)) = &self.cache {
            cache.put(&key(id), &[], *ttl).await;
        }
    }

    /// Returns a table from the shared cache, if it is there and nobody has changed it. Whether it is true, only the
    /// journal knows.
    pub(crate) async fn shared(&self, id: &TableId) -> Option<Remembered> {
        let (cache, _) = self.cache.as_ref()?;
        let bytes = cache.get(&key(id)).await?;
        if bytes.is_empty() {
            // It was taken back.
            return None;
        }
        let remembered = remembered(id, &bytes);
        if remembered.is_none() {
            tracing::warn!(table = %id, "what the shared cache has of a table was changed: it is read anew");
        }
        remembered
    }
}

fn remembered(id: &TableId, bytes: &[u8]) -> Option<Remembered> {
    let (version, sealed) = str::from_utf8(bytes).ok()?.split_once(' ')?;
    let version = Version(version.parse().ok()?);
    let opened = origin(id, version).open(sealed)?;
    Some(Remembered {
        table: read(version, opened.state)?,
        hash: opened.record.to_owned(),
    })
}

fn origin(table: &TableId, version: Version) -> StateOrigin<'_> {
    StateOrigin {
        table,
        format: SNAPSHOT_FORMAT,
        version,
    }
}

/// Another form is another key: releases that differ in it do not overwrite each other's.
fn key(id: &TableId) -> String {
    format!("table-{SNAPSHOT_FORMAT}:{id}")
}

fn written(table: &Table) -> Option<String> {
    let written = serde_json::to_string(table);
    if let Err(error) = &written {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "a snapshot could not be made"
        );
    }
    written.ok()
}

fn read(version: Version, state: &str) -> Option<Table> {
    let table: Table = serde_json::from_str(state).ok()?;
    // A snapshot that says another version than its own key was written by nobody we know.
    (table.version() == version && version > Version(0)).then_some(table)
}
