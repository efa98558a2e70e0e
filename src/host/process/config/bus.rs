//! Settings of what connects several instances: Redis, or the database of the journal.

use std::path::PathBuf;

use super::setting::{Setting, SettingGroup};
use super::{MaskedUrl, parse};
use crate::{Platform, TlsVerification};

/// Characters of a prefix at most.
const PREFIX_MAX: usize = 40;

/// Settings of the connection between instances.
#[derive(Clone, Debug)]
pub struct BusConfig {
    /// The Redis that the instances share.
    pub redis_url: Option<MaskedUrl>,
    /// Which certificates of Redis are accepted.
    pub redis_tls: TlsVerification,
    /// A PEM file of the certificate authorities trusted for Redis, in place of the operating system's.
    pub redis_ca_file: Option<PathBuf>,
    /// The name shared by the instances that belong together.
    pub prefix: String,
}

impl BusConfig {
    /// Returns the defaults of a platform.
    pub(super) fn defaults(platform: &Platform) -> Self {
        Self {
            redis_url: None,
            redis_tls: platform.tls_verification,
            redis_ca_file: None,
            prefix: "codex".to_owned(),
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Redis",
    summary: "What several instances share: announcements, presence, rate limits and cached tables.",
    settings: &[
        Setting {
            name: "REDIS_URL",
            meaning: "The Redis that several instances share; without it, instances with the same DATABASE_URL announce \
                      changes through PostgreSQL, and those with the same DYNAMODB_TABLE learn of them by heartbeat",
            form: "redis://:password@host:6379/0, rediss:// with TLS, redis+sentinel://host,host/master or \
                   redis+cluster://host,host",
            essential: true,
            parse: |config, text| url(text).map(|url| config.bus.redis_url = Some(url)),
            format: |config| {
                let url = config.bus.redis_url.as_ref();
                url.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::MASKED_URL
        },
        Setting {
            name: "REDIS_TLS",
            meaning: "Which certificates are accepted where REDIS_URL demands TLS: verify accepts a trusted one with \
                      the right host name, any accepts every one and does not protect against an impostor",
            form: "verify or any",
            parse: |config, text| {
                parse::tls_verification(text).map(|tls| config.bus.redis_tls = tls)
            },
            format: |config| config.bus.redis_tls.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "REDIS_CA_FILE",
            meaning: "A PEM file of the certificate authorities trusted for Redis; if unset, those of the operating \
                      system",
            form: "a path",
            parse: |config, text| {
                config.bus.redis_ca_file = Some(text.into());
                Ok(())
            },
            format: |config| {
                let path = config.bus.redis_ca_file.as_ref();
                path.map(|path| path.display().to_string())
                    .unwrap_or_default()
            },
            ..Setting::PUBLIC
        },
        Setting {
            name: "REDIS_PREFIX",
            meaning: "The name shared by the instances that belong together, in Redis keys and PostgreSQL channels",
            form: "at most 40 letters, digits, - and _",
            parse: |config, text| prefix(text).map(|prefix| config.bus.prefix = prefix),
            format: |config| config.bus.prefix.clone(),
            ..Setting::PUBLIC
        },
    ],
    ..SettingGroup::CONSISTENT
};

/// Parses a name that becomes part of keys and channel names.
fn prefix(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if text.len() <= PREFIX_MAX && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "a name of at most {PREFIX_MAX} letters, digits, - and _ (others have a meaning in names of channels)"
        ))
    }
}

#[cfg(feature = "redis")]
fn url(text: &str) -> Result<MaskedUrl, String> {
    text.parse::<bus::redis::RedisUrl>()
        .map(|address| MaskedUrl::new(text, address))
        .map_err(|error| format!("the URL of a Redis: {error}"))
}

#[cfg(not(feature = "redis"))]
fn url(_text: &str) -> Result<MaskedUrl, String> {
    Err("for this build, which has no Redis: build with `--features redis`".to_owned())
}
