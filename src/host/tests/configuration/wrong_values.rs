//! Values that are wrong, in themselves or beside others: each with its sentence.

use std::fs;

use super::{KEY, OLD_KEY, read, wrong};

#[test]
fn each_wrong_word_gets_its_sentence() {
    let level = "a level (error, warn, info, debug, trace, off) or filter directives such as info,web=debug";
    let host = "an IP address such as 0.0.0.0, 127.0.0.1 or ::";
    let library =
        "tokio_postgres is not logged in detail, because its details contain what it transports";
    for (name, value, expected, default) in [
        ("HOST", "here", host, "0.0.0.0"),
        ("LOG_LEVEL", "verbose", level, "info"),
        ("LOG_LEVEL", "info,web=loud", level, "info"),
        (
            "LOG_LEVEL",
            "info,tokio_postgres::query=debug",
            &format!("{level}; {library}"),
            "info",
        ),
        ("LOG_FORMAT", "xml", "auto, text or json", "auto"),
        ("DEBUG", "maybe", "true or false", "false"),
        ("REPLICA_ACK", "eventually", "strict or async", "strict"),
    ] {
        let sentence = format!("{name}: {value:?} is not {expected} (default {default})");
        assert_eq!(wrong(&[(name, value)]), [sentence]);
    }
}

#[test]
fn each_wrong_number_gets_its_unit_and_its_range() {
    for (name, value, unit, range, default) in [
        ("PORT", "65536", "", "0 to 65535", "5000"),
        ("DB_POOL_SIZE", "many", "of connections ", "1 to 200", "20"),
        ("DB_POOL_SIZE", "0", "of connections ", "1 to 200", "20"),
        ("DB_TIMEOUT", "-1", "of seconds ", "1 to 600", "30"),
        ("DB_TIMEOUT", "30s", "of seconds ", "1 to 600", "30"),
        ("DRAIN_SECONDS", "2", "of seconds ", "3 to 3600", "10"),
        (
            "MAX_CONCURRENT_GAMES",
            "1.5",
            "of tables ",
            "1 to 1000000",
            "100",
        ),
        ("MAX_STREAMS", "0", "of streams ", "1 to 1000000", "10000"),
        ("TRUSTED_PROXY_HOPS", "11", "of proxies ", "0 to 10", "0"),
        (
            "RECONNECT_TIMEOUT_MINUTES",
            "0",
            "of minutes ",
            "1 to 10080",
            "10",
        ),
        (
            "REPLICA_INTERVAL_MS",
            "5",
            "of milliseconds ",
            "10 to 60000",
            "500",
        ),
        (
            "LOG_SLOW_MS",
            "1s",
            "of milliseconds ",
            "0 to 600000",
            "1000",
        ),
    ] {
        let sentence = format!(
            "{name}: {value:?} is not a whole number {unit}from {range} (default {default})"
        );
        assert_eq!(wrong(&[(name, value)]), [sentence]);
    }
}

#[test]
fn a_token_for_scrapers_is_no_short_word_and_is_not_told() {
    let long = "a".repeat(201);
    for value in ["short", "a token with spaces in it", &long] {
        let [sentence] = &wrong(&[("METRICS_TOKEN", value)])[..] else {
            panic!("one sentence is expected");
        };
        assert!(sentence.starts_with("METRICS_TOKEN: "), "{sentence}");
        assert!(sentence.contains("16 to 200"), "{sentence}");
        assert!(!sentence.contains(value), "{sentence}");
    }
}

#[test]
fn each_wrong_address_gets_its_reason() {
    let address = "an address such as https://codex.example.org";
    for (value, reason) in [
        ("ftp://a.example", "it begins with http:// or https://"),
        ("a.example", "it begins with http:// or https://"),
        (
            "https://a.example/game",
            "a path is not possible, because the Codex is served at the root of its host",
        ),
        (
            "https://a.example:99999",
            "its port is a number from 1 to 65535",
        ),
        (
            "https://*.a.example",
            "each host is named, and * stands for none",
        ),
    ] {
        let expected = format!("{address}: {reason}");
        let alone = format!("PUBLIC_URL: {value:?} is not {expected} (default none)");
        assert_eq!(wrong(&[("PUBLIC_URL", value)]), [alone]);
        let list = format!("https://b.example, {value}");
        let listed = format!(
            "CORS_ORIGINS: {list:?} is not a list of origins, or *: {value:?} is not {expected} (default none)"
        );
        assert_eq!(wrong(&[("CORS_ORIGINS", &list)]), [listed]);
    }
    for value in [
        "https://a.example",
        "wss://a.example/?stage=prod",
        "a.example",
    ] {
        let sentences = wrong(&[("SOCKET_URL", value)]);
        let says = format!("SOCKET_URL: {value:?} is not an address such as wss://");
        assert!(
            sentences.len() == 1 && sentences[0].starts_with(&says),
            "{sentences:?}"
        );
    }
    let star = wrong(&[("CORS_ORIGINS", "https://a.example, *")]);
    let says = "is not a list of origins: * stands alone, for every origin (default none)";
    assert!(star.len() == 1 && star[0].ends_with(says), "{star:?}");
}

#[test]
fn an_error_about_a_url_does_not_repeat_it() {
    // The part that is wrong may be the password.
    let told = wrong(&[("REPLICA_URL", "s3://me:pass@codex"), ("SECRET_KEY", KEY)]);
    let [told] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(
        told.starts_with("REPLICA_URL: the value given is not the URL of a replica: ")
            && told.contains("s3://bucket/prefix")
            && !told.contains("pass"),
        "{told}"
    );
}

#[test]
fn an_error_about_a_key_does_not_repeat_it() {
    let placeholder =
        "a random key but a placeholder that everybody can guess; `openssl rand -hex 32` makes one";
    for (value, expected) in [
        (
            "short",
            "a key of at least 32 characters, as `openssl rand -hex 32` makes one",
        ),
        ("changeme-changeme-changeme-changeme", placeholder),
        ("your-secret-key-here-change-in-production", placeholder),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", placeholder),
    ] {
        let default = "one is made and kept beside the journal";
        let sentence = format!("SECRET_KEY: the value given is not {expected} (default {default})");
        assert_eq!(wrong(&[("SECRET_KEY", value)]), [sentence]);
    }
}

#[test]
fn a_secret_file_that_is_missing_or_empty_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let path = path.to_str().unwrap();
    let missing = wrong(&[("SECRET_KEY_FILE", path)]);
    assert!(
        missing[0].starts_with(&format!("SECRET_KEY_FILE: cannot read {path:?}: ")),
        "{missing:?}"
    );
    fs::write(path, "\n").unwrap();
    assert_eq!(
        wrong(&[("SECRET_KEY_FILE", path)]),
        [format!("SECRET_KEY_FILE: {path:?} is empty")]
    );
}

#[test]
fn an_editors_mark_and_line_end_are_no_part_of_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    for written in [
        format!("\u{feff}{KEY}\r\n"),
        format!("\u{feff}{KEY}"),
        format!("{KEY}\r\n\n"),
    ] {
        fs::write(&path, &written).unwrap();
        let loaded = read(&[("SECRET_KEY_FILE", path.to_str().unwrap())]).unwrap();
        let key = loaded.config.secrets.key.unwrap();
        assert_eq!(key.reveal(), KEY, "{written:?}");
    }
}

#[test]
fn a_fault_of_a_file_names_the_file_and_its_variable_and_not_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let (file, name) = (path.to_str().unwrap(), "SECRET_KEY_FILE");
    let content = format!("{name}: the content of {file:?}");
    for (written, says) in [
        (
            b"short".to_vec(),
            format!("{content} is not a key of at least 32 characters, as `openssl"),
        ),
        (
            format!("\"{KEY}\"\n").into_bytes(),
            format!("{content} stands in quotes"),
        ),
        (
            format!("'{KEY}'").into_bytes(),
            format!("{content} stands in quotes"),
        ),
        (b" \n".to_vec(), format!("{name}: {file:?} is empty")),
        (
            b"\xff\xfek\0e\0y\0".to_vec(),
            format!("{name}: {file:?} is not UTF-8 text; save it as that"),
        ),
    ] {
        fs::write(&path, written).unwrap();
        let told = wrong(&[(name, file)]);
        assert!(
            told.len() == 1 && told[0].starts_with(&says),
            "{says}: {told:?}"
        );
        assert!(!told[0].contains(KEY), "{told:?}");
    }
}

#[test]
fn a_value_in_quotes_is_refused_in_words() {
    let quoted = format!("\"{KEY}\"");
    let size = "\"50\"";
    for (name, value, given) in [
        ("DB_PATH", "'games.db'", "\"'games.db'\"".to_owned()),
        ("DB_POOL_SIZE", size, format!("{size:?}")),
        ("SECRET_KEY", quoted.as_str(), "the value given".to_owned()),
    ] {
        let sentence = format!(
            "{name}: {given} stands in quotes, which a shell takes away and nobody else; write it without them"
        );
        assert_eq!(wrong(&[(name, value)]), [sentence]);
    }
}

#[test]
fn one_port_does_not_serve_players_and_metrics() {
    for variables in [
        &[("PORT", "9100"), ("METRICS_PORT", "9100")][..],
        &[("METRICS_PORT", "5000")],
    ] {
        let told = wrong(variables);
        let says = format!("METRICS_PORT: {} is PORT, too", variables[0].1);
        assert!(told.len() == 1 && told[0].starts_with(&says), "{told:?}");
    }
    assert!(read(&[("PORT", "0"), ("METRICS_PORT", "9100")]).is_ok());
}

#[test]
fn what_other_settings_leave_without_effect_is_doubted() {
    let redis = ("REDIS_URL", "redis://redis:6379");
    let folder = tempfile::tempdir().unwrap();
    let replica = format!("file://{}", folder.path().display());
    let replica = ("REPLICA_URL", replica.as_str());
    let key = ("SECRET_KEY", KEY);
    for (variables, doubt) in [
        (
            &[key, ("SECRET_KEY_PREVIOUS", KEY)][..],
            "SECRET_KEY_PREVIOUS has no effect: it is SECRET_KEY, too",
        ),
        (
            &[("REDIS_CA_FILE", "/nowhere")],
            "REDIS_CA_FILE has no effect: REDIS_URL is not set",
        ),
        (
            &[("CACHE_DEFAULT_TTL", "60")],
            "CACHE_DEFAULT_TTL has no effect: REDIS_URL is not set",
        ),
        (
            &[("DATABASE_POOLED", "yes")],
            "DATABASE_POOLED has no effect: DATABASE_URL is not set",
        ),
        (
            &[("DYNAMODB_ENDPOINT", "http://127.0.0.1:8000")],
            "DYNAMODB_ENDPOINT has no effect: DYNAMODB_TABLE is not set",
        ),
        (
            &[("REPLICA_ACK", "async")],
            "REPLICA_ACK has no effect: REPLICA_URL is not set",
        ),
        (
            &[replica, key, ("REPLICA_INTERVAL_MS", "100")],
            "REPLICA_INTERVAL_MS has no effect: REPLICA_ACK is strict",
        ),
        (
            &[
                ("RATE_LIMIT_ENABLED", "no"),
                ("MAX_REQUESTS_PER_MINUTE", "600"),
            ],
            "MAX_REQUESTS_PER_MINUTE has no effect: RATE_LIMIT_ENABLED is false",
        ),
        (
            &[("SOCKET_URL", "wss://live.example/prod")],
            "SOCKET_URL has no effect: this process listens on PORT",
        ),
        (
            &[("LOG_LEVEL", "warn"), ("DEBUG", "yes")],
            "DEBUG has no effect: LOG_LEVEL is set",
        ),
    ] {
        let doubts = read(variables).unwrap().config.doubts;
        assert!(
            doubts.len() == 1 && doubts[0].starts_with(doubt),
            "{doubt}: {doubts:?}"
        );
    }
    // Only where the build knows a Redis can one be set.
    if let Ok(loaded) = read(&[redis, ("CACHE_DEFAULT_TTL", "60"), ("REDIS_TLS", "any")]) {
        let doubts = loaded.config.doubts;
        let says = "REDIS_TLS has no effect: REDIS_URL does not ask for TLS";
        assert!(
            doubts.len() == 1 && doubts[0].starts_with(says),
            "{doubts:?}"
        );
    }
}

#[test]
fn settings_that_have_an_effect_are_not_doubted() {
    let key = ("SECRET_KEY", KEY);
    for variables in [
        &[][..],
        &[("REPLICA_ACK", "strict"), ("CACHE_ENABLED", "true")],
        &[key, ("SECRET_KEY_PREVIOUS", OLD_KEY)],
        &[("LOG_LEVEL", "DEBUG"), ("DEBUG", "true")],
    ] {
        let doubts = read(variables).unwrap().config.doubts;
        assert!(doubts.is_empty(), "{variables:?}: {doubts:?}");
    }
}

#[test]
fn a_variable_of_another_service_is_warned_of_with_what_to_set() {
    let loaded = read(&[
        ("REDIS_PASSWORD", "x"),
        ("FLASK_ENV", "x"),
        ("\u{feff}SECRET_KEY", KEY),
    ]);
    assert_eq!(
        loaded.unwrap().warnings,
        [
            "FLASK_ENV has no effect; set LOG_LEVEL",
            "REDIS_PASSWORD has no effect; set REDIS_URL: redis://:password@host:6379/0",
            r"\u{feff}SECRET_KEY is not a known variable; did you mean SECRET_KEY?",
        ]
    );
}
