//! Settings of the cache of tables that instances share.

use std::time::Duration;

use super::parse;
use super::setting::{Setting, SettingGroup};

/// Settings of the cache of tables that instances share, if [`BusConfig`](super::BusConfig) names one.
#[derive(Clone, Debug)]
pub struct CacheConfig {
    /// Whether tables are cached.
    pub enabled: bool,
    /// How long a table stays in the cache.
    pub ttl: Duration,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            ttl: Duration::from_mins(5),
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Cache",
    summary: "The cache of tables in Redis, which saves an instance from replaying a table that another has loaded.",
    settings: &[
        Setting {
            name: "CACHE_ENABLED",
            meaning: "Whether tables are cached in Redis for the other instances",
            form: "true or false",
            parse: |config, text| {
                parse::boolean(text).map(|enabled| config.cache.enabled = enabled)
            },
            format: |config| config.cache.enabled.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "CACHE_DEFAULT_TTL",
            meaning: "How long a table stays in the cache",
            form: "seconds, 1 to 86400",
            parse: |config, text| parse::seconds(text, 1, 86_400).map(|ttl| config.cache.ttl = ttl),
            format: |config| config.cache.ttl.as_secs().to_string(),
            ..Setting::PUBLIC
        },
    ],
    ..SettingGroup::CONSISTENT
};
