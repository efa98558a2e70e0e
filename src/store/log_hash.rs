//! The hash of a whole journal, over the records of all its tables in the journal's own order.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The hash of a journal up to some record: `SHA-256(hash up to the record before ‖ hash of the record)`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LogHash(pub [u8; 32]);

impl LogHash {
    /// Returns the hash of a journal without records.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest(b"arcane-codex/log/1\n").into())
    }

    /// Returns the hash after one more record.
    #[must_use]
    pub fn then(self, record: &[u8; 32]) -> Self {
        let mut digest = Sha256::new();
        digest.update(self.0);
        digest.update(record);
        Self(digest.finalize().into())
    }
}

impl fmt::Debug for LogHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0[..4]))
    }
}

impl From<LogHash> for String {
    fn from(hash: LogHash) -> Self {
        hex::encode(hash.0)
    }
}

impl TryFrom<String> for LogHash {
    type Error = &'static str;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        let bytes = hex::decode(digits).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("not the digits of a hash")
    }
}
