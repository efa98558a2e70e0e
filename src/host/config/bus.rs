//! How instances hear each other.

use super::{Setting, Shown, parse, shown};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "REDIS_URL",
        what: "Where instances meet: redis://:password@host:6379/0, rediss:// with TLS, redis+sentinel://host,host/master, redis+cluster://host,host",
        shown: Shown::IfRight,
        take: |config, text| parse::redis(text).map(|found| config.redis = Some(found)),
        show: |config| shown(config.redis.as_ref()),
    },
    Setting {
        name: "REDIS_TLS",
        what: "Whose certificate is believed where REDIS_URL demands TLS: verify, a trusted one with the right name; any, anybody's",
        shown: Shown::Always,
        take: |config, text| {
            parse::tls_verification(text).map(|verification| config.redis_tls = verification)
        },
        show: |config| config.redis_tls.to_string(),
    },
    Setting {
        name: "REDIS_CA_FILE",
        what: "A file of the authorities whose certificates are trusted in Redis, as PEM; without it those of this machine",
        shown: Shown::Always,
        take: |config, text| {
            config.redis_authorities = Some(text.into());
            Ok(())
        },
        show: |config| {
            let path = config.redis_authorities.as_ref();
            path.map(|path| path.display().to_string())
                .unwrap_or_default()
        },
    },
    Setting {
        name: "REDIS_PREFIX",
        what: "What the instances that belong together are called in Redis or PostgreSQL",
        shown: Shown::Always,
        take: |config, text| parse::word(text).map(|prefix| config.prefix = prefix),
        show: |config| config.prefix.clone(),
    },
    Setting {
        name: "CACHE_ENABLED",
        what: "Whether tables are remembered in Redis for the other instances",
        shown: Shown::Always,
        take: |config, text| parse::truth(text).map(|enabled| config.cache_enabled = enabled),
        show: |config| config.cache_enabled.to_string(),
    },
    Setting {
        name: "CACHE_DEFAULT_TTL",
        what: "Seconds they are remembered",
        shown: Shown::Always,
        take: |config, text| {
            parse::seconds(text, 1, 86_400).map(|seconds| config.cache_ttl = seconds)
        },
        show: |config| config.cache_ttl.as_secs().to_string(),
    },
];
