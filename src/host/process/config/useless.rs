//! Settings that others leave without effect: what an operator has set and expects to do something.

use store::Ack;

use super::{Config, Setting};
use crate::RequestSource;

/// A setting, and when it has no effect.
struct UselessSetting {
    name: &'static str,
    applies: fn(&Config) -> bool,
    /// Why, after "has no effect: ".
    why: &'static str,
}

const NO_REDIS: &str = "REDIS_URL is not set";
const NO_REPLICA: &str = "REPLICA_URL is not set";
const NO_DATABASE: &str = "DATABASE_URL is not set";
const NO_DYNAMODB: &str = "DYNAMODB_TABLE is not set";
const NO_TLS: &str = "REDIS_URL does not ask for TLS, as rediss:// does";
const NO_RATE_LIMITS: &str = "RATE_LIMIT_ENABLED is false";

const ROWS: [UselessSetting; 28] = [
    row(
        "SECRET_KEY_PREVIOUS",
        |config| config.secrets.key.is_some() && config.secrets.key == config.secrets.previous_key,
        "it is SECRET_KEY, too; set it to the key before that one, or unset it",
    ),
    row(
        "ADMIN_PORT",
        |config| config.operator.token.is_none(),
        "ADMIN_TOKEN is not set",
    ),
    row("REDIS_TLS", without_redis, NO_REDIS),
    row("REDIS_CA_FILE", without_redis, NO_REDIS),
    row(
        "REDIS_PREFIX",
        |config| without_redis(config) && without_database(config),
        NO_REDIS,
    ),
    row("CACHE_ENABLED", without_redis, NO_REDIS),
    row("CACHE_DEFAULT_TTL", without_redis, NO_REDIS),
    row("REDIS_TLS", redis_in_clear, NO_TLS),
    row("REDIS_CA_FILE", redis_in_clear, NO_TLS),
    row(
        "CACHE_DEFAULT_TTL",
        |config| !without_redis(config) && !config.cache.enabled,
        "CACHE_ENABLED is false",
    ),
    row("DATABASE_TLS", without_database, NO_DATABASE),
    row("DATABASE_POOLED", without_database, NO_DATABASE),
    row("DYNAMODB_ENDPOINT", without_dynamodb, NO_DYNAMODB),
    row(
        "DB_POOL_SIZE",
        |config| !without_dynamodb(config),
        "DYNAMODB_TABLE is set, and its client opens the connections it needs",
    ),
    row("REPLICA_ACK", without_replica, NO_REPLICA),
    row("REPLICA_INTERVAL_MS", without_replica, NO_REPLICA),
    row("REPLICA_SNAPSHOT_MINUTES", without_replica, NO_REPLICA),
    row("REPLICA_RETENTION_DAYS", without_replica, NO_REPLICA),
    row(
        "REPLICA_INTERVAL_MS",
        |config| !without_replica(config) && config.replica.ack == Ack::Strict,
        "REPLICA_ACK is strict, and each command waits for its upload",
    ),
    row(
        "ALLOW_EPHEMERAL_JOURNAL",
        |config| !without_replica(config) || config.has_journal_server(),
        "the journal is kept beyond this disk",
    ),
    row(
        "MAX_REQUESTS_PER_MINUTE",
        without_rate_limits,
        NO_RATE_LIMITS,
    ),
    row(
        "MAX_UNSEATED_REQUESTS_PER_MINUTE",
        without_rate_limits,
        NO_RATE_LIMITS,
    ),
    row(
        "MAX_ADDRESS_REQUESTS_PER_MINUTE",
        without_rate_limits,
        NO_RATE_LIMITS,
    ),
    row("MAX_PROBES_PER_MINUTE", without_rate_limits, NO_RATE_LIMITS),
    row(
        "MAX_OPENINGS_PER_10_MINUTES",
        without_rate_limits,
        NO_RATE_LIMITS,
    ),
    row(
        "MAX_JOININGS_PER_5_MINUTES",
        without_rate_limits,
        NO_RATE_LIMITS,
    ),
    row(
        "SOCKET_URL",
        |config| config.platform.profile.requests == RequestSource::Port,
        "this process listens on PORT, and its pages have event streams",
    ),
    row(
        "DEBUG",
        // Who sets both to the same has what was meant.
        |config| {
            config
                .logging
                .directives
                .as_deref()
                .is_some_and(|set| set != "debug")
        },
        "LOG_LEVEL is set",
    ),
];

const fn row(
    name: &'static str,
    applies: fn(&Config) -> bool,
    why: &'static str,
) -> UselessSetting {
    UselessSetting { name, applies, why }
}

fn without_rate_limits(config: &Config) -> bool {
    !config.rate_limits.enabled
}

fn without_redis(config: &Config) -> bool {
    config.bus.redis_url.is_none()
}

fn without_database(config: &Config) -> bool {
    config.database.url.is_none()
}

fn without_dynamodb(config: &Config) -> bool {
    config.dynamodb.table.is_none()
}

fn without_replica(config: &Config) -> bool {
    config.replica.url.is_none()
}

fn redis_in_clear(config: &Config) -> bool {
    let url = config.bus.redis_url.as_ref();
    url.is_some_and(|url| !url.to_string().starts_with("rediss"))
}

/// Returns a sentence for each setting of `given` that has no effect. One that says the default may stand in any file of
/// settings.
pub(super) fn sentences<'a>(
    given: impl Iterator<Item = &'a Setting>,
    config: &Config,
    defaults: &Config,
) -> Vec<String> {
    given
        .filter(|setting| (setting.format)(config) != (setting.format)(defaults))
        .flat_map(|setting| ROWS.iter().filter(|row| row.name == setting.name))
        .filter(|row| (row.applies)(config))
        .map(|row| format!("{} has no effect: {}", row.name, row.why))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::settings;
    use super::*;

    #[test]
    fn every_row_is_of_a_setting() {
        for row in &ROWS {
            assert!(
                settings().any(|setting| setting.name == row.name),
                "{}",
                row.name
            );
        }
    }
}
