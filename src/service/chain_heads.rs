//! The heads of the chains: the hash of the record that each table stands at.
//!
//! A head stands for all that happened at a table, so players who note what follows from it can tell later whether the
//! Chronicle they are given is theirs. The head itself stays secret until then: whoever knew two heads and guessed what lies
//! between them could check the guess.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use game::{Table, TableId, Version};
use lru::LruCache;
use store::{Journal, NewCommit, StoreError, chain};

/// Heads remembered at most; one is some hundred bytes.
const HEADS_MAX: NonZeroUsize = NonZeroUsize::new(1_000).expect("a thousand is not zero");

/// What a table shows of all that has happened at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainProof {
    /// The hash of the seed and the head together, in hexadecimal digits; see [`chain::fingerprint`]. None where the
    /// journal does not say.
    pub fingerprint: Option<String>,
    /// The head, once all is told.
    pub head: Option<String>,
}

/// Remembers the heads of the tables used last, and asks the journal for others.
pub(crate) struct ChainHeads {
    journal: Arc<dyn Journal>,
    known: Mutex<LruCache<TableId, (Version, String)>>,
}

impl ChainHeads {
    pub(crate) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            known: Mutex::new(LruCache::new(HEADS_MAX)),
        }
    }

    /// Notes the hash of the record at `version`, as the journal has it.
    pub(crate) fn note(&self, id: &TableId, version: Version, hash: String) {
        let mut known = self.lock();
        let is_newer = known.peek(id).is_none_or(|(known, _)| *known <= version);
        if is_newer {
            known.put(id.clone(), (version, hash));
        }
    }

    /// Returns the head that a commit leads to which is appended at `expected`, where the one before is known: whoever
    /// appends need not read it back.
    pub(crate) fn after(
        &self,
        id: &TableId,
        expected: Version,
        commit: &NewCommit,
    ) -> Option<String> {
        let before = if expected == Version(0) {
            hex::encode(chain::root(id))
        } else {
            self.known_at(id, expected)?
        };
        chain::hash_after(&before, expected.next(), commit)
    }

    /// Returns what `table` shows of its chain to a viewer that saw something of the commit that led to `version`, and
    /// nothing of those since.
    pub(crate) async fn proof(&self, id: &TableId, table: &Table, version: Version) -> ChainProof {
        let head = match self.at(id, version).await {
            Ok(head) => head,
            Err(error) => {
                // The table can be shown without.
                let error: &dyn std::error::Error = &error;
                tracing::debug!(table = %id, error, "the head of the chain could not be read");
                None
            }
        };
        let seed_and_head = table.seed().zip(head.as_deref());
        ChainProof {
            fingerprint: seed_and_head.and_then(|(seed, head)| chain::fingerprint(&seed, head)),
            head: head.filter(|_| table.phase() == game::Phase::Chronicle),
        }
    }

    async fn at(&self, id: &TableId, version: Version) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.known_at(id, version) {
            return Ok(Some(known));
        }
        let hash = hash_at(&*self.journal, id, version).await?;
        if let Some(hash) = &hash {
            self.note(id, version, hash.clone());
        }
        Ok(hash)
    }

    fn known_at(&self, id: &TableId, version: Version) -> Option<String> {
        let mut known = self.lock();
        let (_, hash) = known.get(id).filter(|(known, _)| *known == version)?;
        Some(hash.clone())
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<TableId, (Version, String)>> {
        // Every state of the map is a sound one, also after a panic.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the hash of a table's record, if the journal has it.
pub(crate) async fn hash_at(
    journal: &dyn Journal,
    id: &TableId,
    version: Version,
) -> Result<Option<String>, StoreError> {
    let before = Version(version.0.saturating_sub(1));
    let records = journal.read(id, before).await?;
    let reached = records.into_iter().next();
    Ok(reached
        .filter(|record| record.version == version)
        .map(|record| record.hash))
}
