//! Settings of the `DynamoDB` table that may hold the journal.

use super::Config;
use super::setting::{Setting, SettingGroup};

/// Two places for one journal: which of them is older cannot be known.
const TWO_JOURNALS: &str = "DYNAMODB_TABLE: is set beside DATABASE_URL, and the journal is in one place; keep one of \
    the two (`copy` moves a journal)";

/// Characters of a table's name, at least and at most. Amazon's own limits.
const NAME_MIN: usize = 3;
const NAME_MAX: usize = 255;

/// Settings of the `DynamoDB` table that may hold the journal.
#[derive(Clone, Debug, Default)]
pub struct DynamoDbConfig {
    /// The table, in place of the `SQLite` file.
    pub table: Option<String>,
    /// The endpoint of a compatible server, in place of that of the region.
    pub endpoint: Option<String>,
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "DynamoDB",
    summary: "A table of Amazon DynamoDB that holds the journal in place of the SQLite file, so that instances share it \
              without a database server. Credentials and region come from where Amazon's own tools take them.",
    settings: &[
        Setting {
            name: "DYNAMODB_TABLE",
            meaning: "The DynamoDB table that holds the journal in place of DB_PATH; `arcane-codex store create` makes it",
            form: "a name of 3 to 255 letters, digits, -, _ and .",
            essential: true,
            parse: |config, text| {
                // Set in any case, so that what it needs beside it is told at once, too.
                config.dynamodb.table = Some(text.to_owned());
                spoken_by_this_build()?;
                name(text)
            },
            format: |config| config.dynamodb.table.clone().unwrap_or_default(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DYNAMODB_ENDPOINT",
            meaning: "The address of a server that speaks DynamoDB's protocol; if unset, Amazon's in the region of \
                      AWS_REGION or of the profile",
            form: "http:// or https://, a host and perhaps a port",
            parse: |config, text| {
                endpoint(text).map(|endpoint| config.dynamodb.endpoint = Some(endpoint))
            },
            format: |config| config.dynamodb.endpoint.clone().unwrap_or_default(),
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

fn contradictions(config: &Config) -> Vec<String> {
    let both = config.dynamodb.table.is_some() && config.database.url.is_some();
    both.then(|| TWO_JOURNALS.to_owned()).into_iter().collect()
}

fn spoken_by_this_build() -> Result<(), String> {
    if cfg!(feature = "dynamodb") {
        return Ok(());
    }
    Err("for this build, which has no DynamoDB: build with `--features dynamodb`".to_owned())
}

fn name(text: &str) -> Result<(), String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if (NAME_MIN..=NAME_MAX).contains(&text.len()) && text.chars().all(plain) {
        return Ok(());
    }
    Err(format!(
        "the name of a table: {NAME_MIN} to {NAME_MAX} letters, digits, -, _ and ."
    ))
}

/// Parses the address of a server: a scheme and a host, and nothing behind them but a port.
fn endpoint(text: &str) -> Result<String, String> {
    let expected =
        || "an address such as http://127.0.0.1:8000, without a user or a path".to_owned();
    let address = text.trim_end_matches('/');
    let uri: http::Uri = address.parse().map_err(|_| expected())?;
    let speaks = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare = uri.path() == "/" && uri.query().is_none();
    let host = uri
        .authority()
        .filter(|authority| !authority.as_str().contains('@') && !authority.host().is_empty());
    if speaks && bare && host.is_some() {
        Ok(address.to_owned())
    } else {
        Err(expected())
    }
}
