//! The seal of a remembered state: which record of which table it stands at, and that nobody has changed it since.
//!
//! A state is made of records and can be made again, so a seal is no proof against who can write the store: it finds a
//! changed bit, a state of another table or release, and one of a story that was never told here.

use game::{TableId, Version};
use sha2::{Digest as _, Sha256};

/// The prefix of what is hashed. Another way of sealing would take another number.
const EDITION: &str = "arcane-codex/state/1";
/// Digits of a hash.
const DIGITS: usize = 64;

/// What a state was made of.
#[derive(Clone, Copy, Debug)]
pub struct StateOrigin<'a> {
    /// The table.
    pub table: &'a TableId,
    /// The form in which the state is written.
    pub format: u32,
    /// The version the table stands at.
    pub version: Version,
}

/// A state whose own hash is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedState<'a> {
    /// The hash of the record it stands at, in hexadecimal digits. It must be that of the journal.
    pub record: &'a str,
    /// The state.
    pub state: &'a str,
}

impl StateOrigin<'_> {
    /// Seals a state that stands at the record with this hash, in hexadecimal digits.
    pub fn seal(&self, record: &str, state: &str) -> String {
        let own = self.hash(record, state);
        format!("{record} {own}\n{state}")
    }

    /// Opens a sealed state; none if it was changed, or is of another origin.
    pub fn open<'a>(&self, sealed: &'a str) -> Option<OpenedState<'a>> {
        let (record, own, state) = parts(sealed)?;
        (self.hash(record, state) == own).then_some(OpenedState { record, state })
    }

    /// What is hashed before the record's hash.
    pub(crate) fn heading(&self) -> String {
        let Self {
            table,
            format,
            version,
        } = self;
        format!("{EDITION}\n{table} {format} {version} ")
    }

    fn hash(&self, record: &str, state: &str) -> String {
        let digest = Sha256::new()
            .chain_update(self.heading())
            .chain_update(record)
            .chain_update("\n")
            .chain_update(state);
        hex::encode(digest.finalize())
    }
}

/// Whether a text looks sealed. The release before seals nothing, and its states are left to it.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "dynamodb"))]
pub(crate) fn is_sealed(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(sealed: &str) -> Option<(&str, &str, &str)> {
    let (header, state) = sealed.split_once('\n')?;
    let (record, own) = header.split_once(' ')?;
    let is_hash =
        |text: &str| text.len() == DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hash(record) && is_hash(own)).then_some((record, own, state))
}

/// A snapshot as a store keeps it, and the hash of the record it should stand at.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "dynamodb"))]
#[derive(Debug)]
pub(crate) struct KeptSnapshot {
    pub(crate) version: Version,
    pub(crate) sealed: String,
    /// None if the journal has no such record.
    pub(crate) record: Option<[u8; 32]>,
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "dynamodb"))]
impl KeptSnapshot {
    /// Logs that this snapshot is not believed.
    pub(crate) fn warn(&self, table: &TableId) {
        // One of the release before is no fault: it is made anew.
        if is_sealed(&self.sealed) {
            tracing::warn!(
                table = %table,
                version = self.version.0,
                "a snapshot was changed, or is of another journal: it is thrown away and made anew"
            );
        }
    }

    /// Returns the state, if it is of the journal that keeps it.
    pub(crate) fn state(&self, table: &TableId, format: u32) -> Option<&str> {
        let origin = StateOrigin {
            table,
            format,
            version: self.version,
        };
        let opened = origin.open(&self.sealed)?;
        (opened.record == hex::encode(self.record?)).then_some(opened.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_opened_as_it_was_sealed_and_never_as_another() {
        let (table, other) = (
            TableId::from_random([1; TableId::LEN]),
            TableId::from_random([2; TableId::LEN]),
        );
        let origin = StateOrigin {
            table: &table,
            format: 3,
            version: Version(64),
        };
        let record = "ab".repeat(32);
        let state = "{\"name\":\"Ἄννα\"}\nand more";
        let sealed = origin.seal(&record, state);
        let opened = OpenedState {
            record: &record,
            state,
        };
        assert_eq!(origin.open(&sealed), Some(opened));

        let others = [
            StateOrigin {
                table: &other,
                ..origin
            },
            StateOrigin {
                format: 4,
                ..origin
            },
            StateOrigin {
                version: Version(65),
                ..origin
            },
        ];
        for other in others {
            assert_eq!(other.open(&sealed), None, "{other:?}");
        }
        for (at, character) in sealed.char_indices() {
            let mut changed = sealed.clone();
            changed.replace_range(at..at + character.len_utf8(), "#");
            assert_eq!(origin.open(&changed), None, "{changed}");
        }
        assert_eq!(origin.open(""), None);
        assert_eq!(origin.open(state), None);
    }
}
