//! Settings of the keys that sign players' cookies.

use super::Config;
use super::setting::{Setting, SettingGroup};
use crate::process::secret::Secret;

/// Characters of a key at least.
const KEY_MIN: usize = 32;

/// Different characters of a key at least. 32 random hexadecimal digits have fewer once in millions.
const KEY_VARIETY_MIN: usize = 6;

/// The command that makes a key.
const MAKE: &str = "`openssl rand -hex 32`";

/// Parts of the keys in examples, letters only.
const PLACEHOLDERS: [&str; 7] = [
    "changeme",
    "changethis",
    "changein",
    "yoursecret",
    "secretkeyhere",
    "placeholder",
    "replaceme",
];

/// A generated key is kept on the disk that a replica is there to outlive.
const KEY_NEEDED_BY_REPLICA: &str = "SECRET_KEY: must be set when REPLICA_URL is: a key kept beside the journal is \
    lost with the disk, and every player's seat with it (openssl rand -hex 32)";

/// Instances that share a journal need the same key.
const KEY_NEEDED_BY_ALL: &str =
    "every instance must know the players that another has seated (openssl rand -hex 32)";

/// Settings of the keys that sign players' cookies.
#[derive(Clone, Debug, Default)]
pub struct SecretsConfig {
    /// The key in use. Without it, one is generated at the first start and kept beside the journal.
    pub key: Option<Secret>,
    /// The key before it, whose signatures are still accepted.
    pub previous_key: Option<Secret>,
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Secrets",
    summary: "The keys that sign the players' cookies.",
    settings: &[
        Setting {
            name: "SECRET_KEY",
            meaning: "The key that signs the players' cookies and makes their recovery phrases; generate one with: \
                      openssl rand -hex 32. A key that was kept beside the journal before is then believed as \
                      SECRET_KEY_PREVIOUS, until `arcane-codex key retire`",
            form: "at least 32 random characters",
            unset: "one is made and kept beside the journal",
            essential: true,
            parse: |config, text| key(text).map(|key| config.secrets.key = Some(key)),
            format: |config| masked(config.secrets.key.as_ref()),
            ..Setting::SECRET
        },
        Setting {
            name: "SECRET_KEY_PREVIOUS",
            meaning: "The key in use before SECRET_KEY, for a change of keys: cookies signed with it are accepted and \
                      signed again, and its recovery phrases work until it is removed",
            form: "at least 32 random characters",
            parse: |config, text| key(text).map(|key| config.secrets.previous_key = Some(key)),
            format: |config| masked(config.secrets.previous_key.as_ref()),
            ..Setting::SECRET
        },
    ],
    contradictions,
};

fn contradictions(config: &Config) -> Vec<String> {
    let mut sentences = Vec::new();
    if config.secrets.key.is_none() {
        if config.replica.url.is_some() {
            sentences.push(KEY_NEEDED_BY_REPLICA.to_owned());
        }
        for (name, is_set) in [
            ("DATABASE_URL", config.database.url.is_some()),
            ("DYNAMODB_TABLE", config.dynamodb.table.is_some()),
        ] {
            if is_set {
                sentences.push(format!(
                    "SECRET_KEY: must be set when {name} is: {KEY_NEEDED_BY_ALL}"
                ));
            }
        }
    }
    sentences
}

fn masked(secret: Option<&Secret>) -> String {
    secret.map(ToString::to_string).unwrap_or_default()
}

/// Whether a secret is one of those that stand in examples.
pub(super) fn is_placeholder(text: &str) -> bool {
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    PLACEHOLDERS.iter().any(|word| letters.contains(word))
}

fn key(text: &str) -> Result<Secret, String> {
    if text.chars().count() < KEY_MIN {
        return Err(format!(
            "a key of at least {KEY_MIN} characters, as {MAKE} makes one"
        ));
    }
    let mut variety: Vec<char> = text.chars().collect();
    variety.sort_unstable();
    variety.dedup();
    if variety.len() < KEY_VARIETY_MIN || is_placeholder(text) {
        return Err(format!(
            "a random key but a placeholder that everybody can guess; {MAKE} makes one"
        ));
    }
    Ok(Secret::new(text))
}
