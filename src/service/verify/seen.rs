//! The hashes that a table showed while it was played, and those of them that somebody noted.

use std::fmt;
use std::str::FromStr;

use game::{Table, Version};
use store::{Record, chain};

use super::{Verification, VerifyError};

/// Digits of a noted hash at least: so many that no other begins like it by chance.
const DIGITS_MIN: usize = 16;
/// Digits of a whole hash.
const DIGITS: usize = 64;

/// A hash as somebody noted it from the page of a table: its beginning, or all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenHash(String);

impl FromStr for SeenHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let is_hash = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_hash && (DIGITS_MIN..=DIGITS).contains(&digits.len()) {
            return Ok(Self(digits.to_ascii_lowercase()));
        }
        Err(format!(
            "a hash that a table showed has {DIGITS} digits from 0 to f, of which the first {DIGITS_MIN} are enough"
        ))
    }
}

/// A noted hash, and where in the Chronicle it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAt {
    /// The whole hash.
    pub hash: String,
    /// What it is.
    pub seen_as: SeenAs,
}

/// What a hash is that a table showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenAs {
    /// The hash of a seed, shown from the first moment of its quest.
    Seal,
    /// The fingerprint of all that had happened until this version.
    Fingerprint(Version),
    /// The head of the chain, shown at the end.
    Head,
}

impl fmt::Display for ShownAt {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, seen_as } = self;
        match seen_as {
            SeenAs::Seal => write!(to, "{hash} is the seal of its dice."),
            SeenAs::Fingerprint(version) => {
                write!(to, "{hash} was its fingerprint after commit {version}.")
            }
            SeenAs::Head => write!(to, "{hash} is its head."),
        }
    }
}

/// All hashes that the table of a Chronicle showed.
#[derive(Debug, Default)]
pub(super) struct ShownHashes(Vec<ShownAt>);

impl ShownHashes {
    /// Notes what the table showed after a record; `table` has taken it in.
    pub(super) fn note_record(&mut self, table: &Table, record: &Record) {
        let seed = table.seed();
        if let Some(hash) = seed.and_then(|seed| chain::fingerprint(&seed, &record.hash)) {
            let seen_as = SeenAs::Fingerprint(record.version);
            self.0.push(ShownAt { hash, seen_as });
        }
    }

    /// Notes what it showed beside.
    pub(super) fn note_end(&mut self, report: &Verification) {
        let seals = report.seals.iter().map(|seal| (seal, SeenAs::Seal));
        for (hash, seen_as) in seals.chain([(&report.head, SeenAs::Head)]) {
            let hash = hash.clone();
            self.0.push(ShownAt { hash, seen_as });
        }
    }

    /// Finds a hash that somebody noted.
    pub(super) fn find(&self, seen: &SeenHash) -> Result<ShownAt, VerifyError> {
        let SeenHash(digits) = seen;
        let found = self.0.iter().find(|shown| shown.hash.starts_with(digits));
        found.cloned().ok_or_else(|| VerifyError::NeverShown {
            hash: digits.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_people_note_it() {
        let whole = "5f1d".repeat(16);
        for noted in [
            whole.clone(),
            whole.to_uppercase(),
            whole[..DIGITS_MIN].to_owned(),
            format!(" {} {}\n", &whole[..32], &whole[32..]),
        ] {
            let SeenHash(digits) = noted.parse().unwrap();
            assert!(whole.starts_with(&digits), "{noted:?}");
        }
        for other in ["", "5f1d", &format!("{whole}0"), &"g".repeat(64)] {
            assert!(other.parse::<SeenHash>().is_err(), "{other:?}");
        }
    }
}
