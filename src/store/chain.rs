//! The hash chain of a table's journal, which shows that no record was altered afterwards.
//!
//! The hash of a record is `SHA-256(before ‖ body)`. `before` is the 32 bytes of the hash before it, for
//! the first record the table's [`root`]. `body` is the record as JSON without white space and without
//! `before` and `hash`, its fields in the order `version`, `at_ms`, `command_id`, `actor`, `command`,
//! `events`. An adapter keeps the very text that was hashed, so that a later release, which may write the
//! same record differently, still finds it whole. A commit that withholds others has a field `withholds` after `events`.
//!
//! What a record told may have been withheld since. Then its hash is still that of what it told, the chain goes on from
//! that, and what stands in its place is checked by nothing but the commit that withheld it.

use std::borrow::Cow;

use game::{Actor, Command, CommandId, Event, Seed, TableId, Version};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::withholding::MARK;
use crate::{NewCommit, Record, StoreError, Withholding};

/// The prefix of every root. Another way of chaining would take another number.
const EDITION: &[u8] = b"arcane-codex/1\n";

/// Returns what the first record of a table is chained to, so that no record fits another table.
pub fn root(table: &TableId) -> [u8; 32] {
    sha256(&[EDITION, table.as_str().as_bytes()])
}

/// Returns the commitment to a seed: the SHA-256 of its 32 bytes, in hexadecimal digits.
pub fn commit_to(seed: &Seed) -> String {
    hex::encode(sha256(&[&seed.0]))
}

/// Returns what a table shows of all that has happened at it: the SHA-256 of the 32 bytes of its seed and of the 32 bytes
/// of `head` together, in hexadecimal digits. None when `head` is no hash.
///
/// The head alone would let a seat check guesses of what others were dealt; with the seed in it, nobody who has not the
/// seed can. Once the Chronicle tells the seed, everybody can compute it for every record.
pub fn fingerprint(seed: &Seed, head: &str) -> Option<String> {
    Some(hex::encode(sha256(&[&seed.0, &bytes(head)?])))
}

/// Returns the hash of the record that `commit` becomes as `version` of a table whose last record has the hash `before`.
/// None when that is no hash.
pub fn hash_after(before: &str, version: Version, commit: &NewCommit) -> Option<String> {
    let body = RecordBody {
        version,
        at_ms: commit.at_ms,
        command_id: Cow::Borrowed(&commit.command_id),
        actor: commit.actor,
        command: Cow::Borrowed(&commit.command),
        events: Cow::Borrowed(&commit.events),
        withholds: None,
        withheld: false,
    };
    Some(hex::encode(hash(&bytes(before)?, &body.text())))
}

/// Checks the chain of a whole journal, from its first record.
///
/// # Errors
///
/// [`ChainError`] names the first version that is wrong.
pub fn verify(table: &TableId, records: &[Record]) -> Result<(), ChainError> {
    let mut walk = ChainWalk::from_root(table);
    records.iter().try_for_each(|record| walk.step(record))
}

/// The first break in the chain of a journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chain is broken at version {version}: {why}")]
pub struct ChainError {
    /// The version of the first record that does not fit.
    pub version: Version,
    /// The reason, for a sentence.
    pub why: String,
}

/// A walk along the chain, for journals too long to be held at once.
#[derive(Clone, Debug)]
pub struct ChainWalk {
    next: Version,
    before: String,
}

impl ChainWalk {
    /// Starts before the first record of `table`.
    pub fn from_root(table: &TableId) -> Self {
        Self {
            next: Version(1),
            before: hex::encode(root(table)),
        }
    }

    /// Takes the next record, if it follows and is what its hash says.
    ///
    /// # Errors
    ///
    /// [`ChainError`] when it is not.
    pub fn step(&mut self, record: &Record) -> Result<(), ChainError> {
        let version = self.next;
        let broken = |why: String| Err(ChainError { version, why });
        if record.version != version {
            return broken(format!("in its place stands version {}", record.version));
        }
        if record.before != self.before {
            return broken("it does not follow the record before it".to_owned());
        }
        let Some(before) = bytes(&record.before) else {
            return broken("the hash before it is not one".to_owned());
        };
        let is = || hex::encode(hash(&before, &RecordBody::of(record).text()));
        if !record.is_withheld && is() != record.hash {
            return broken("what it tells is not what was hashed".to_owned());
        }
        self.next = version.next();
        self.before.clone_from(&record.hash);
        Ok(())
    }
}

/// A record as adapters store it: the text that was hashed, and the two hashes.
#[derive(Clone, Debug)]
pub(crate) struct StoredRecord {
    pub(crate) version: Version,
    pub(crate) body: String,
    pub(crate) before: [u8; 32],
    pub(crate) hash: [u8; 32],
}

impl StoredRecord {
    /// Chains a commit to the record before it.
    pub(crate) fn new(
        commit: NewCommit,
        withholds: Option<&Withholding>,
        version: Version,
        before: [u8; 32],
    ) -> Self {
        let body = RecordBody {
            version,
            at_ms: commit.at_ms,
            command_id: Cow::Owned(commit.command_id),
            actor: commit.actor,
            command: Cow::Owned(commit.command),
            events: Cow::Owned(commit.events),
            withholds: withholds.map(Cow::Borrowed),
            withheld: false,
        }
        .text();
        Self {
            version,
            hash: hash(&before, &body),
            body,
            before,
        }
    }

    /// Chains a body that was written before; one that is withheld comes with its hash. Returns what adapters keep in
    /// columns as well.
    #[cfg(feature = "replica")]
    pub(crate) fn rewritten(
        body: String,
        withheld: Option<[u8; 32]>,
        before: [u8; 32],
    ) -> Result<(Self, BodyHeader), String> {
        let header: BodyHeader = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        let kept = Self {
            version: header.version,
            hash: withheld.unwrap_or_else(|| hash(&before, &body)),
            body,
            before,
        };
        if withheld.is_some() && !kept.is_withheld() {
            return Err(format!("version {} has a hash of its own", kept.version));
        }
        Ok((kept, header))
    }

    /// Whether the body is what was hashed, or says that this is withheld.
    pub(crate) fn is_intact(&self) -> bool {
        self.is_withheld() || hash(&self.before, &self.body) == self.hash
    }

    /// Whether the body stands in place of what was hashed.
    pub(crate) fn is_withheld(&self) -> bool {
        self.body.ends_with(MARK)
    }

    /// Reads what adapters keep in columns beside the body.
    pub(crate) fn header(&self, table: &TableId) -> Result<BodyHeader, StoreError> {
        let header: Result<BodyHeader, _> = serde_json::from_str(&self.body);
        header.map_err(|error| self.damaged(table, error.into()))
    }

    /// Reads the record, if it is what its hash says and this release understands it.
    pub(crate) fn record(&self, table: &TableId) -> Result<Record, StoreError> {
        if !self.is_intact() {
            let why = "what is kept is not what was hashed";
            return Err(self.damaged(table, why.into()));
        }
        self.parse(table)
    }

    /// Reads the record, if this release understands it. Whether it is intact has been checked.
    pub(crate) fn parse(&self, table: &TableId) -> Result<Record, StoreError> {
        let damaged = |source| self.damaged(table, source);
        let body: RecordBody<'_> = match serde_json::from_str(&self.body) {
            Ok(body) => body,
            // The hash has shown that this is what some release wrote, so JSON with unknown words in it is
            // no damage.
            Err(unknown) if serde_json::from_str::<IgnoredAny>(&self.body).is_ok() => {
                return Err(StoreError::NewerRelease {
                    table: table.clone(),
                    version: self.version,
                    source: unknown.into(),
                });
            }
            Err(error) => return Err(damaged(error.into())),
        };
        if body.version != self.version {
            return Err(damaged("it was written for another version".into()));
        }
        Ok(Record {
            version: body.version,
            at_ms: body.at_ms,
            command_id: body.command_id.into_owned(),
            actor: body.actor,
            command: body.command.into_owned(),
            events: body.events.into_owned(),
            before: hex::encode(self.before),
            hash: hex::encode(self.hash),
            withholds: body.withholds.map(Cow::into_owned),
            is_withheld: body.withheld,
        })
    }

    fn damaged(
        &self,
        table: &TableId,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> StoreError {
        StoreError::Damaged {
            table: table.clone(),
            version: self.version,
            source,
        }
    }
}

/// The fields of a body that adapters keep in columns, so that a record is found by them.
#[derive(Deserialize)]
pub(crate) struct BodyHeader {
    #[cfg(feature = "replica")]
    pub(crate) version: Version,
    pub(crate) at_ms: u64,
    pub(crate) command_id: CommandId,
    #[serde(default)]
    pub(crate) withholds: Option<Withholding>,
}

/// The part of a record that is hashed. The order of the fields is part of every hash ever made.
#[derive(Serialize, Deserialize)]
pub(crate) struct RecordBody<'a> {
    pub(crate) version: Version,
    pub(crate) at_ms: u64,
    pub(crate) command_id: Cow<'a, CommandId>,
    pub(crate) actor: Actor,
    pub(crate) command: Cow<'a, Command>,
    pub(crate) events: Cow<'a, [Event]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) withholds: Option<Cow<'a, Withholding>>,
    /// Stands last: adapters know what is withheld by the end of its body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) withheld: bool,
}

impl<'a> RecordBody<'a> {
    fn of(record: &'a Record) -> Self {
        Self {
            version: record.version,
            at_ms: record.at_ms,
            command_id: Cow::Borrowed(&record.command_id),
            actor: record.actor,
            command: Cow::Borrowed(&record.command),
            events: Cow::Borrowed(&record.events),
            withholds: record.withholds.as_ref().map(Cow::Borrowed),
            withheld: record.is_withheld,
        }
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("plain data with keys of text is always JSON")
    }
}

fn hash(before: &[u8; 32], body: &str) -> [u8; 32] {
    sha256(&[before, body.as_bytes()])
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    hex::decode(digits).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
