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
            "DATABASE_URL, DYNAMODB_TABLE, REPLICA_URL: none is set, and the disk of a process on special is gone with it: \
             attach something. To play on tables that are lost at every restart: ALLOW_EPHEMERAL_JOURNAL=true"
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

#[cfg(feature = "dynamodb")]
#[test]
fn a_table_of_dynamodb_is_durable_and_the_only_place_of_a_journal() {
    let (table, key) = (("DYNAMODB_TABLE", "codex"), ("SECRET_KEY", KEY));
    let loaded = read(&[("DETECTED", "1"), table, key]).unwrap();
    assert_eq!(loaded.config.dynamodb.table.as_deref(), Some("codex"));
    assert!(loaded.listing().contains("DYNAMODB_TABLE=codex "));
    assert_eq!(loaded.on_this_disk().warnings, [""; 0], "it needs no disk");
    for (others, expected) in [
        (&[][..], "SECRET_KEY: must be set when DYNAMODB_TABLE is"),
        (
            &[key, ("REPLICA_URL", "s3://codex")],
            "REPLICA_URL: is set beside DYNAMODB_TABLE, and only a journal in a file",
        ),
    ] {
        let ConfigError(sentences) = read(&[&[table], others].concat()).unwrap_err();
        assert!(
            sentences.len() == 1 && sentences[0].starts_with(expected),
            "{expected}: {sentences:?}"
        );
    }
    let doubts = read(&[table, key, ("DB_POOL_SIZE", "7")])
        .unwrap()
        .config
        .doubts;
    assert!(
        doubts.len() == 1 && doubts[0].starts_with("DB_POOL_SIZE has no effect: DYNAMODB_TABLE"),
        "{doubts:?}"
    );
}

#[cfg(all(feature = "dynamodb", feature = "postgres"))]
#[test]
fn a_journal_is_not_in_a_database_and_in_a_table() {
    let both = [
        ("DATABASE_URL", "postgres://codex:hush@db.example/codex"),
        ("DYNAMODB_TABLE", "codex"),
        ("SECRET_KEY", KEY),
    ];
    let ConfigError(sentences) = read(&both).unwrap_err();
    assert!(
        sentences.len() == 1
            && sentences[0].starts_with("DYNAMODB_TABLE: is set beside DATABASE_URL"),
        "{sentences:?}"
    );
}

#[cfg(feature = "dynamodb")]
#[test]
fn a_table_and_its_server_are_named_as_their_clients_take_them() {
    let expected = "the name of a table: 3 to 255 letters, digits, -, _ and .";
    for name in [
        "ab",
        "two words",
        "a/b",
        "arn:aws:dynamodb:eu-central-1:123456789012:table/a",
    ] {
        let ConfigError(sentences) =
            read(&[("DYNAMODB_TABLE", name), ("SECRET_KEY", KEY)]).unwrap_err();
        let sentence = format!("DYNAMODB_TABLE: {name:?} is not {expected} (default none)");
        assert_eq!(sentences, [sentence]);
    }
    let table = [("DYNAMODB_TABLE", "codex"), ("SECRET_KEY", KEY)];
    let at = |endpoint| read(&[&table[..], &[("DYNAMODB_ENDPOINT", endpoint)]].concat());
    for endpoint in [
        "http://127.0.0.1:8000",
        "https://dynamodb.eu-west-1.amazonaws.com/",
    ] {
        let config = at(endpoint).unwrap().config;
        let bare = endpoint.trim_end_matches('/');
        assert_eq!(config.dynamodb.endpoint.as_deref(), Some(bare));
    }
    for endpoint in [
        "127.0.0.1:8000",
        "ftp://127.0.0.1",
        "http://user:hush@127.0.0.1",
        "http://127.0.0.1/path",
        "http://127.0.0.1?x=1",
        "http://",
    ] {
        let ConfigError(sentences) = at(endpoint).unwrap_err();
        let says = "is not an address such as http://127.0.0.1:8000, without a user or a path";
        assert!(
            sentences.len() == 1 && sentences[0].contains(says),
            "{endpoint}: {sentences:?}"
        );
    }
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

#[cfg(not(any(feature = "dynamodb", feature = "postgres", feature = "redis")))]
#[test]
fn a_build_without_a_client_names_the_missing_feature() {
    for (name, feature) in [
        ("DATABASE_URL", "postgres"),
        ("DYNAMODB_TABLE", "dynamodb"),
        ("REDIS_URL", "redis"),
    ] {
        let ConfigError(sentences) = read(&[(name, "postgres://u:hush@h/d")]).unwrap_err();
        assert!(sentences[0].contains(&format!("build with `--features {feature}`")));
        assert!(!sentences[0].contains("hush"));
    }
}
