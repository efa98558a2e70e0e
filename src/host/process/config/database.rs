//! Settings of the `PostgreSQL` database that may hold the journal.

use super::setting::{Setting, SettingGroup};
use super::{MaskedUrl, parse};
use crate::{Platform, TlsVerification};

/// Settings of the database that may hold the journal.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// The database, in place of the `SQLite` file.
    pub url: Option<MaskedUrl>,
    /// Which certificates are accepted.
    pub tls: TlsVerification,
    /// Whether a transaction pooler stands in front of it, so that a session lasts one transaction.
    pub pooled: bool,
}

impl DatabaseConfig {
    /// Returns the defaults of a platform.
    pub(super) fn defaults(platform: &Platform) -> Self {
        Self {
            url: None,
            tls: platform.tls_verification,
            pooled: false,
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "PostgreSQL",
    summary: "A database that holds the journal in place of the SQLite file, so that several machines share it.",
    settings: &[
        Setting {
            name: "DATABASE_URL",
            meaning: "The PostgreSQL database that holds the journal in place of DB_PATH",
            form: "postgres://user:password@host/name",
            essential: true,
            parse: |config, text| url(text).map(|url| config.database.url = Some(url)),
            format: |config| {
                let url = config.database.url.as_ref();
                url.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::MASKED_URL
        },
        Setting {
            name: "DATABASE_TLS",
            meaning: "Which certificates are accepted where DATABASE_URL demands TLS: verify accepts a trusted one with \
                      the right host name, any accepts every one and does not protect against an impostor",
            form: "verify or any",
            parse: |config, text| {
                parse::tls_verification(text).map(|tls| config.database.tls = tls)
            },
            format: |config| config.database.tls.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DATABASE_POOLED",
            meaning: "Whether a transaction pooler such as PgBouncer stands in front of the database",
            form: "true or false",
            parse: |config, text| {
                parse::boolean(text).map(|pooled| config.database.pooled = pooled)
            },
            format: |config| config.database.pooled.to_string(),
            ..Setting::PUBLIC
        },
    ],
    ..SettingGroup::CONSISTENT
};

#[cfg(feature = "postgres")]
fn url(text: &str) -> Result<MaskedUrl, String> {
    store::postgres::PgUrl::parse(text)
        .map(|url| MaskedUrl::new(text, url))
        .map_err(|error| format!("the URL of a database: {error}"))
}

#[cfg(not(feature = "postgres"))]
fn url(_text: &str) -> Result<MaskedUrl, String> {
    Err("for this build, which has no PostgreSQL: build with `--features postgres`".to_owned())
}
