//! Reading the configuration: every variable, every default, every error.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "configuration/wrong_values.rs"]
mod wrong_values;

use std::fs;
use std::net::IpAddr;
use std::time::Duration;

use host::{Config, ConfigError, Environment, LoadedConfig, LogFormat, Platform, TlsVerification};
use store::Ack;
use web::CorsOrigins;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const OLD_KEY: &str = "fedcba9876543210fedcba9876543210";

#[test]
fn an_empty_environment_gives_the_documented_defaults() {
    let config = read(&[]).unwrap().config;
    assert_eq!(config.server.host, "0.0.0.0".parse::<IpAddr>().unwrap());
    assert_eq!(config.server.port, 5000);
    assert_eq!(config.journal.path.to_str(), Some("arcane_codex.db"));
    assert_eq!(config.journal.pool_size, 20);
    assert_eq!(config.journal.timeout, Duration::from_secs(30));
    assert_eq!(config.secrets.key, None);
    assert_eq!(config.logging.level(), "info");
    assert_eq!(config.logging.format, LogFormat::Auto);
    assert!(!config.logging.debug);
    assert_eq!(config.limits.tables_max, 100);
    assert_eq!(config.limits.away_after, Duration::from_mins(10));
    assert_eq!(config.server.trusted_proxy_hops, 0);
    assert_eq!(config.server.cors_origins, CorsOrigins::default());
    assert_eq!(config.server.drain, Duration::from_secs(10));
    assert_eq!(config.server.public_url, None);
    assert_eq!(config.limits.streams_max, 10_000);
    assert_eq!(config.limits.stream_age_max, None);
    assert_eq!(config.server.metrics_port, None);
    assert_eq!(config.secrets.previous_key, None);
    assert!(config.rate_limits.enabled);
    assert_eq!(config.rate_limits.seat_per_minute, 60);
    assert_eq!(config.database.url, None);
    assert_eq!(config.database.tls, TlsVerification::Verify);
    assert!(!config.database.pooled);
    assert_eq!(config.dynamodb.table, None);
    assert_eq!(config.dynamodb.endpoint, None);
    assert_eq!(config.bus.redis_url, None);
    assert_eq!(config.bus.redis_tls, TlsVerification::Verify);
    assert_eq!(config.bus.redis_ca_file, None);
    assert_eq!(config.bus.prefix, "codex");
    assert!(config.cache.enabled);
    assert_eq!(config.cache.ttl, Duration::from_mins(5));
    assert_eq!(config.replica.url, None);
    assert_eq!(config.replica.ack, Ack::Strict);
    assert_eq!(config.replica.upload_interval, Duration::from_millis(500));
    assert_eq!(config.replica.snapshot_interval, Duration::from_hours(24));
    assert_eq!(config.replica.retention, Duration::from_hours(30 * 24));
}

#[test]
fn every_variable_is_read() {
    let config = read(&[
        ("HOST", "::1"),
        ("PORT", "0"),
        ("DB_PATH", "/var/lib/codex/codex.db"),
        ("DB_POOL_SIZE", "50"),
        ("DB_TIMEOUT", "5"),
        ("SECRET_KEY", KEY),
        ("LOG_LEVEL", "WARNING"),
        ("LOG_FORMAT", "json"),
        ("DEBUG", "True"),
        ("MAX_CONCURRENT_GAMES", "7"),
        ("RECONNECT_TIMEOUT_MINUTES", "3"),
        ("TRUSTED_PROXY_HOPS", "2"),
        ("CORS_ORIGINS", "https://a.example, https://B.example:8443/"),
        ("DRAIN_SECONDS", "28"),
        ("PUBLIC_URL", "https://Codex.example:443/"),
        ("SOCKET_URL", "wss://Live.example:443/prod"),
        ("MAX_STREAMS", "50"),
        ("REPLICA_URL", "s3://codex/games?region=eu-west-1"),
        ("REPLICA_ACK", "Async"),
        ("REPLICA_INTERVAL_MS", "100"),
        ("REPLICA_SNAPSHOT_MINUTES", "90"),
        ("REPLICA_RETENTION_DAYS", "7"),
    ]);
    let config = config.unwrap().config;
    assert_eq!(config.server.host, "::1".parse::<IpAddr>().unwrap());
    assert_eq!(config.server.port, 0);
    assert_eq!(
        config.journal.path.to_str(),
        Some("/var/lib/codex/codex.db")
    );
    assert_eq!(
        config.journal.key_path().to_str(),
        Some("/var/lib/codex/codex.db.key")
    );
    assert_eq!(config.journal.pool_size, 50);
    assert_eq!(config.journal.timeout, Duration::from_secs(5));
    assert_eq!(config.secrets.key.unwrap().reveal(), KEY);
    assert_eq!(config.logging.level(), "warn");
    assert_eq!(config.logging.format, LogFormat::Json);
    assert!(config.logging.debug);
    assert_eq!(config.limits.tables_max, 7);
    assert_eq!(config.limits.away_after, Duration::from_mins(3));
    assert_eq!(config.server.trusted_proxy_hops, 2);
    assert_eq!(
        config.server.cors_origins.to_string(),
        "https://a.example,https://b.example:8443"
    );
    assert_eq!(config.server.drain, Duration::from_secs(28));
    let public_url = config.server.public_url.unwrap();
    assert_eq!(public_url.to_string(), "https://codex.example");
    let socket_url = config.server.socket_url.unwrap();
    assert_eq!(socket_url.to_string(), "wss://live.example/prod");
    assert_eq!(config.limits.streams_max, 50);
    assert_eq!(
        config.replica.url.unwrap().to_string(),
        "s3://codex/games?region=eu-west-1"
    );
    assert_eq!(config.replica.ack, Ack::Async);
    assert_eq!(config.replica.upload_interval, Duration::from_millis(100));
    assert_eq!(config.replica.snapshot_interval, Duration::from_mins(90));
    assert_eq!(config.replica.retention, Duration::from_hours(7 * 24));
}

#[test]
fn what_instances_share_is_read() {
    let config = read(&[
        ("METRICS_PORT", "9090"),
        ("SECRET_KEY_PREVIOUS", OLD_KEY),
        ("RATE_LIMIT_ENABLED", "no"),
        ("MAX_REQUESTS_PER_MINUTE", "600"),
        ("MAX_STREAM_MINUTES", "55"),
        ("ALLOW_EPHEMERAL_JOURNAL", "yes"),
        ("DATABASE_TLS", "Any"),
        ("DATABASE_POOLED", "1"),
        ("REDIS_TLS", "any"),
        ("REDIS_CA_FILE", "/etc/redis/ca.pem"),
        ("REDIS_PREFIX", "codex-2"),
        ("CACHE_ENABLED", "0"),
        ("CACHE_DEFAULT_TTL", "60"),
    ]);
    let config = config.unwrap().config;
    assert_eq!(config.server.metrics_port, Some(9090));
    assert_eq!(config.secrets.previous_key.unwrap().reveal(), OLD_KEY);
    assert!(!config.rate_limits.enabled);
    assert_eq!(config.rate_limits.seat_per_minute, 600);
    assert_eq!(config.limits.stream_age_max, Some(Duration::from_mins(55)));
    assert!(config.journal.ephemeral_allowed);
    assert_eq!(config.database.tls, TlsVerification::AnyCertificate);
    assert!(config.database.pooled);
    assert_eq!(config.bus.redis_tls, TlsVerification::AnyCertificate);
    assert_eq!(config.bus.redis_ca_file, Some("/etc/redis/ca.pem".into()));
    assert_eq!(config.bus.prefix, "codex-2");
    assert!(!config.cache.enabled);
    assert_eq!(config.cache.ttl, Duration::from_mins(1));
}

#[test]
fn all_wrong_values_are_reported_at_once() {
    let sentences = wrong(&[
        ("PORT", "x"),
        ("DEBUG", "x"),
        ("DB_PATH", "fine.db"),
        ("MAX_STREAMS", "x"),
    ]);
    let names: Vec<_> = sentences
        .iter()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(names, ["PORT", "MAX_STREAMS", "DEBUG"]);
}

#[test]
fn an_empty_value_counts_as_not_set() {
    assert_eq!(
        read(&[("PORT", ""), ("SECRET_KEY", " ")])
            .unwrap()
            .config
            .server
            .port,
        5000
    );
}

#[test]
fn debug_raises_the_default_log_level_and_no_other() {
    assert_eq!(
        read(&[("DEBUG", "1")]).unwrap().config.logging.level(),
        "debug"
    );
    assert_eq!(
        read(&[("DEBUG", "1"), ("LOG_LEVEL", "ERROR")])
            .unwrap()
            .config
            .logging
            .level(),
        "error"
    );
    assert_eq!(
        read(&[("LOG_LEVEL", "info,web=debug")])
            .unwrap()
            .config
            .logging
            .level(),
        "info,web=debug"
    );
}

#[test]
fn the_secret_key_may_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, format!("{KEY}\n")).unwrap();
    let path = path.to_str().unwrap();
    let loaded = read(&[("SECRET_KEY_FILE", path)]).unwrap();
    assert!(loaded.listing().contains(&format!("# file {path}\n")));
    assert_eq!(loaded.config.secrets.key.unwrap().reveal(), KEY);
}

#[test]
fn a_replica_needs_a_key_that_outlives_the_disk() {
    let told = wrong(&[("REPLICA_URL", "file:///replica")]);
    assert!(
        told.len() == 1 && told[0].starts_with("SECRET_KEY: must be set when REPLICA_URL is"),
        "{told:?}"
    );
    assert!(read(&[("REPLICA_URL", "file:///replica"), ("SECRET_KEY", KEY)]).is_ok());
}

#[test]
fn the_listing_has_every_value_and_its_source_and_no_secret() {
    let loaded = read(&[("PORT", "8080"), ("SECRET_KEY", KEY)]).unwrap();
    let listing = loaded.listing();
    let lines: Vec<(&str, &str)> = listing
        .lines()
        .filter_map(|line| line.split_once('#'))
        .map(|(a, b)| (a.trim(), b.trim()))
        .collect();
    assert_eq!(lines.len(), 54);
    assert!(lines.contains(&("PORT=8080", "environment")), "{listing}");
    assert!(lines.contains(&("DB_POOL_SIZE=20", "default")), "{listing}");
    assert!(
        lines.contains(&("SECRET_KEY=***", "environment")),
        "{listing}"
    );
    assert!(!listing.contains(KEY) && !format!("{loaded:?}").contains(KEY));
}

#[test]
fn a_misspelt_variable_is_warned_of() {
    let loaded = read(&[("DB_POOLSIZE", "5"), ("SECRET_KEYS", "x"), ("PATH", "/bin")]).unwrap();
    assert_eq!(
        loaded.warnings,
        [
            "DB_POOLSIZE is not a known variable; did you mean DB_POOL_SIZE?",
            "SECRET_KEYS is not a known variable; did you mean SECRET_KEY?",
        ]
    );
}

fn read(variables: &[(&str, &str)]) -> Result<LoadedConfig, ConfigError> {
    let environment: Environment = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.into()))
        .collect();
    Config::read(&Platform::PLAIN, &environment)
}

fn wrong(variables: &[(&str, &str)]) -> Vec<String> {
    read(variables).unwrap_err().0
}
