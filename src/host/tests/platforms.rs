//! How the profile of a platform changes the configuration.

use host::{Config, ConfigError, Environment, LoadedConfig, Platform, TlsVerification};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A platform that differs from a plain server in everything.
const PLATFORM: Platform = Platform {
    name: "special",
    detected_by: &["DETECTED"],
    port: 7_000,
    proxies: 1,
    tls_verification: TlsVerification::AnyCertificate,
    ephemeral_advice: Some("attach something"),
    instance: &["NAME", "OTHER_NAME"],
    ..Platform::PLAIN
};

fn read(variables: &[(&str, &str)]) -> Result<LoadedConfig, ConfigError> {
    Config::read(&PLATFORM, &environment(variables))
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter();
    variables
        .map(|(name, value)| ((*name).to_owned(), value.into()))
        .collect()
}

#[test]
fn a_platform_is_trusted_only_where_it_is_detected() {
    let here = read(&[("DETECTED", "1"), ("ALLOW_EPHEMERAL_JOURNAL", "true")]);
    let here = here.unwrap().config;
    assert_eq!(here.server.trusted_proxy_hops, 1);
    assert_eq!(
        (here.bus.redis_tls, here.database.tls),
        (
            TlsVerification::AnyCertificate,
            TlsVerification::AnyCertificate
        )
    );
    let elsewhere = read(&[]).unwrap().config;
    assert_eq!(elsewhere.server.trusted_proxy_hops, 0);
    assert_eq!(
        (elsewhere.bus.redis_tls, elsewhere.database.tls),
        (TlsVerification::Verify, TlsVerification::Verify)
    );
}

#[test]
fn a_place_that_only_variables_name_gives_its_facts_and_no_trust() {
    let known = [Platform::PLAIN, PLATFORM];
    let here = environment(&[("DETECTED", "1"), ("ALLOW_EPHEMERAL_JOURNAL", "true")]);
    let found = Platform::PLAIN.found_among(&known, &here);
    let loaded = Config::read(&found, &here).unwrap();
    assert_eq!(loaded.config.platform.profile.name, "special");
    assert_eq!(loaded.config.server.port, 7_000);
    assert_eq!(loaded.config.server.trusted_proxy_hops, 0);
    assert_eq!(loaded.config.bus.redis_tls, TlsVerification::Verify);
    let [sentence] = &loaded.warnings[..] else {
        panic!("{:?}", loaded.warnings);
    };
    for words in [
        "DETECTED is set",
        "TRUSTED_PROXY_HOPS=1",
        "PLATFORM=special",
    ] {
        assert!(sentence.contains(words), "{sentence}");
    }
    let set = [
        ("DETECTED", "1"),
        ("TRUSTED_PROXY_HOPS", "0"),
        ("ALLOW_EPHEMERAL_JOURNAL", "true"),
    ];
    let loaded = Config::read(&found, &environment(&set)).unwrap();
    assert_eq!(loaded.warnings, [""; 0], "what was set is not asked for");

    // Its own entry point is another matter, and elsewhere nothing is found.
    assert_eq!(PLATFORM.found_among(&known, &here).withheld, None);
    let elsewhere = Platform::PLAIN.found_among(&known, &environment(&[]));
    assert_eq!((elsewhere.name, elsewhere.withheld), ("server", None));
}

#[cfg(feature = "redis")]
#[test]
fn certificates_that_nobody_verified_are_asked_for_where_they_are_met() {
    let known = [PLATFORM];
    let redis = ("REDIS_URL", "rediss://redis.example:6380");
    let hops = ("TRUSTED_PROXY_HOPS", "1");
    let ephemeral = ("ALLOW_EPHEMERAL_JOURNAL", "true");
    let here = environment(&[("DETECTED", "1"), redis, hops, ephemeral]);
    let found = Platform::PLAIN.found_among(&known, &here);
    let warnings = Config::read(&found, &here).unwrap().warnings;
    assert!(
        warnings[0].contains("rely on REDIS_TLS=any:"),
        "{warnings:?}"
    );
    let here = environment(&[
        ("DETECTED", "1"),
        redis,
        hops,
        ephemeral,
        ("REDIS_TLS", "verify"),
    ]);
    assert_eq!(Config::read(&found, &here).unwrap().warnings, [""; 0]);
}

#[test]
fn an_instance_has_the_name_that_its_platform_gives_it() {
    let named = |variables: &[(&str, &str)]| read(variables).unwrap().config.platform.instance;
    assert_eq!(named(&[]), None);
    assert_eq!(named(&[("OTHER_NAME", "b")]).as_deref(), Some("b"));
    let both = [("OTHER_NAME", "b"), ("NAME", "a")];
    assert_eq!(named(&both).as_deref(), Some("a"));
}

#[test]
fn a_journal_that_only_an_ephemeral_disk_would_hold_is_refused() {
    let ConfigError(sentences) = read(&[("DETECTED", "1")]).unwrap_err();
    assert_eq!(
        sentences,
        [
            "DATABASE_URL, REPLICA_URL: neither is set, and the disk of a process on special is gone with it: attach \
             something. To play on tables that are lost at every restart: ALLOW_EPHEMERAL_JOURNAL=true"
        ]
    );
    for durable in ["file:///mnt/codex", "s3://codex"] {
        read(&[
            ("DETECTED", "1"),
            ("REPLICA_URL", durable),
            ("SECRET_KEY", KEY),
        ])
        .unwrap();
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_database_is_durable_and_has_no_replica() {
    let database = ("DATABASE_URL", "postgres://codex:hush@db.example/codex");
    let loaded = read(&[("DETECTED", "1"), database, ("SECRET_KEY", KEY)]).unwrap();
    assert!(!loaded.listing().contains("hush"));
    let ConfigError(keyless) = read(&[database]).unwrap_err();
    assert!(keyless[0].starts_with("SECRET_KEY: must be set when DATABASE_URL is"));
    let replica = ("REPLICA_URL", "s3://codex");
    let ConfigError(both) = read(&[database, replica, ("SECRET_KEY", KEY)]).unwrap_err();
    assert!(both[0].starts_with("REPLICA_URL: is set beside DATABASE_URL"));
    let ConfigError(unreadable) = read(&[("DATABASE_URL", "mysql://u:hush@h/d")]).unwrap_err();
    assert!(
        unreadable[0].starts_with("DATABASE_URL: the value given is not the URL of a database")
    );
    assert!(!unreadable[0].contains("hush"));
}

#[cfg(feature = "redis")]
#[test]
fn the_password_of_a_redis_is_never_printed() {
    let loaded = read(&[("REDIS_URL", "rediss://:hush@redis.example:6380/1")]).unwrap();
    assert!(loaded.listing().contains("REDIS_URL=rediss://"));
    assert!(!loaded.listing().contains("hush"));
    let ConfigError(wrong) =
        read(&[("REDIS_URL", "redis://:hush@redis.example:port")]).unwrap_err();
    assert!(wrong[0].starts_with("REDIS_URL: the value given is not the URL of a Redis"));
    assert!(!wrong[0].contains("hush"));
}

#[cfg(not(any(feature = "postgres", feature = "redis")))]
#[test]
fn a_build_without_a_client_names_the_missing_feature() {
    for (name, feature) in [("DATABASE_URL", "postgres"), ("REDIS_URL", "redis")] {
        let ConfigError(sentences) = read(&[(name, "postgres://u:hush@h/d")]).unwrap_err();
        assert!(sentences[0].contains(&format!("build with `--features {feature}`")));
        assert!(!sentences[0].contains("hush"));
    }
}
