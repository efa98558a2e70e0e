//! The keys that sign the players' cookies: the one in use, and the one before it.
//!
//! A key that the server has made lies beside the journal. It is believed as the key before `SECRET_KEY` as long as
//! nothing else is said, so that whoever sets `SECRET_KEY` after an evening without one keeps every seat.

use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use store::Journal;

use crate::Config;
use crate::process::key_file::{self, StoredKey};
use crate::process::secret::Secret;

/// Digits of a fingerprint: enough to tell keys apart, too few to find one.
const FINGERPRINT_DIGITS: usize = 8;

/// The keys that this process believes.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    /// The key that signs.
    pub(crate) current: Secret,
    /// The key whose signatures are still accepted.
    pub(crate) previous: Option<Secret>,
    /// Whether the key that signs was made just now.
    is_new: bool,
}

/// What the key file beside the journal is, where `SECRET_KEY` is set.
#[derive(Debug)]
pub(crate) enum KeptKey {
    /// There is no such file.
    Absent,
    /// It holds `SECRET_KEY` itself.
    Same,
    /// It holds the key before `SECRET_KEY`.
    Previous(Secret),
    /// It holds another key, and `SECRET_KEY_PREVIOUS` is believed in its place.
    Superseded(
        #[cfg_attr(
            not(feature = "sqlite"),
            expect(dead_code, reason = "the operator's subcommands show it")
        )]
        Secret,
    ),
    /// It cannot be read, for this reason.
    Unreadable(String),
}

impl SigningKeys {
    /// Returns the keys of the configuration, and makes the one beside the journal if there is none at all. Logs what
    /// is believed because of a file that is there.
    pub(crate) fn load(config: &Config) -> anyhow::Result<Self> {
        let path = config.journal.key_path();
        let previous = config.secrets.previous_key.clone();
        let Some(current) = config.secrets.key.clone() else {
            let StoredKey { key, generated } = load_or_create(&path)?;
            return Ok(Self {
                current: key,
                previous,
                is_new: generated,
            });
        };
        let kept = KeptKey::find(config);
        if let Some(sentence) = kept.sentence(&path) {
            tracing::warn!("{sentence}");
        }
        let previous = match kept {
            KeptKey::Previous(key) => Some(key),
            KeptKey::Absent | KeptKey::Same | KeptKey::Superseded(_) | KeptKey::Unreadable(_) => {
                previous
            }
        };
        Ok(Self {
            current,
            previous,
            is_new: false,
        })
    }

    /// Warns if the key is new and the journal is not: whoever sat at its tables had a cookie of another key.
    pub(crate) async fn warn_of_lost_seats(&self, journal: &dyn Journal) {
        if !self.is_new {
            return;
        }
        // Who cannot count has another error to tell, and tells it elsewhere.
        let tables = journal.count_live().await.unwrap_or_default();
        if tables > 0 {
            tracing::warn!(
                tables,
                "a new secret key was made beside a journal with open tables: seats of before are lost unless SECRET_KEY \
                 is set to the key that was in use"
            );
        }
    }
}

fn load_or_create(path: &Path) -> anyhow::Result<StoredKey> {
    let stored = key_file::load_or_create(path)
        .with_context(|| format!("DB_PATH: cannot keep a secret key in {}", path.display()))?;
    let action = if stored.generated {
        "generated a secret key, which is"
    } else {
        "read the secret key"
    };
    tracing::info!(path = %path.display(), "SECRET_KEY is not set; {action} kept beside the journal");
    Ok(stored)
}

impl KeptKey {
    /// Looks at the key file beside the journal of a configuration in which `SECRET_KEY` is set.
    pub(crate) fn find(config: &Config) -> Self {
        let key = match key_file::load(&config.journal.key_path()) {
            Ok(Some(key)) => key,
            Ok(None) => return Self::Absent,
            Err(error) => return Self::Unreadable(error.to_string()),
        };
        if config.secrets.key.as_ref() == Some(&key) {
            Self::Same
        } else if config.secrets.previous_key.is_some() {
            Self::Superseded(key)
        } else {
            Self::Previous(key)
        }
    }

    /// Returns what an operator should know of it, at each start and from `doctor`.
    pub(crate) fn sentence(&self, path: &Path) -> Option<String> {
        let path = path.display();
        match self {
            Self::Previous(_) => Some(format!(
                "SECRET_KEY is set, and {path}, the key made before that, is believed as the previous one: seats from \
                 that time are kept. When everybody has been back, end that with `key retire`"
            )),
            Self::Unreadable(why) => Some(format!(
                "SECRET_KEY is set, and {path}, a key made before that, cannot be read ({why}): its seats are not \
                 accepted. Let this user read it, or end that with `key retire`"
            )),
            Self::Absent | Self::Same | Self::Superseded(_) => None,
        }
    }
}

/// Returns a few digits that differ from key to key and tell nothing of it.
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "the operator's subcommands show it")
)]
pub(crate) fn fingerprint(key: &Secret) -> String {
    let digest = Sha256::new()
        .chain_update(b"fingerprint of a key of the Arcane Codex\0")
        .chain_update(key.reveal().as_bytes())
        .finalize();
    let mut digits = hex::encode(digest);
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}
