//! Values that cannot be understood, and what the process says of itself.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use serde_json::Value;
use tokio::net::TcpListener;

use crate::common::client::HttpClient;
use crate::common::fresh_setup;
use crate::disk::contents;

/// The exit code for something set wrong (`EX_CONFIG`).
const MISCONFIGURED: i32 = 78;

#[tokio::test]
async fn all_wrong_values_are_told_at_once_as_errors_of_the_log_and_no_secret_with_them() {
    let key = "too-short-to-sign-with";
    let setup = fresh_setup()
        .with("DB_POOL_SIZE", &"many")
        .with("DB_TIMEOUT", &"30s")
        .with("PORT", &99_999)
        .with("LOG_LEVEL", &"off")
        .with("SECRET_KEY", &key);
    let ended = setup.run(&[]).await;
    assert_eq!(ended.status.code(), Some(MISCONFIGURED), "{ended:?}");
    let lines = ended.log.iter();
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said: Vec<_> = lines
        .iter()
        .map(|line| line["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "PORT: \"99999\" is not a whole number from 0 to 65535 (default 5000)",
            "SECRET_KEY: the value given is not a key of at least 32 characters, as `openssl rand -hex 32` makes one \
             (default one is made and kept beside the journal)",
            "DB_POOL_SIZE: \"many\" is not a whole number of connections from 1 to 200 (default 20)",
            "DB_TIMEOUT: \"30s\" is not a whole number of seconds from 1 to 600 (default 30)",
        ]
    );
    assert!(
        lines
            .iter()
            .all(|line| line["severity"] == "ERROR" && line["level"] == "error")
    );
    assert!(!ended.text().contains(key), "{ended:?}");
    assert!(contents(setup.folder()).is_empty());

    let text = setup.with("LOG_FORMAT", &"text").run(&[]).await;
    assert_eq!(text.log.len(), 4, "{text:?}");
    assert!(
        text.log.iter().all(|line| line.contains("ERROR")),
        "{text:?}"
    );
}

#[tokio::test]
async fn a_setting_without_effect_is_in_the_log_the_health_and_a_fault_for_the_doctor() {
    let setup = fresh_setup().with("CACHE_DEFAULT_TTL", &60);
    let says = "CACHE_DEFAULT_TTL has no effect: REDIS_URL is not set";
    let doctor = setup.run(&["doctor"]).await;
    assert_eq!(doctor.status.code(), Some(1), "{doctor:?}");
    assert!(doctor.text().contains(says), "{doctor:?}");
    let mut server = setup.start().await;
    let line = server
        .hears(|line| line.contains(says).then(|| line.to_owned()))
        .await;
    assert!(line.contains("WARNING"), "{line}");
    let health = HttpClient::new(server.address()).get("/health").await;
    let health = health.read::<Value>();
    assert_eq!(health["checks"]["settings"]["healthy"], false, "{health}");
    assert_eq!(health["status"], "degraded");
}

#[tokio::test]
async fn a_taken_port_is_told_and_the_journal_is_not_opened() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let setup = fresh_setup().with("PORT", &port);
    let said = setup.run(&[]).await.text();
    let sentence = format!("PORT: {port} is taken by another program; set PORT to a free one");
    assert!(said.contains(&sentence), "{said}");
    assert!(contents(setup.folder()).is_empty());
}

#[tokio::test]
async fn a_listing_of_all_settings_masks_the_secret_ones() {
    let key = "7b0d7f53a1c84b0fae1d2c3b4a5968f1";
    let setup = fresh_setup().with("SECRET_KEY", &key);
    let ended = setup.run(&["config"]).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(
        said.contains("SECRET_KEY=***") && said.contains("# environment"),
        "{said}"
    );
    assert!(
        said.contains("DB_POOL_SIZE=20") && said.contains("# default"),
        "{said}"
    );
    assert!(!said.contains(key), "{said}");
}

#[tokio::test]
async fn the_health_check_tells_a_live_server_from_a_dead_one() {
    let server = fresh_setup().start().await;
    let healthy = server.setup().run(&["healthcheck"]).await;
    assert_eq!(
        (healthy.status.code(), healthy.text().as_str()),
        (Some(0), "ready")
    );
    let setup = server.kill().await;
    let dead = setup.run(&["healthcheck"]).await;
    assert_eq!(dead.status.code(), Some(1));
    assert!(dead.text().starts_with("no answer: "), "{}", dead.text());
}

#[tokio::test]
async fn a_server_without_a_secret_key_keeps_one_that_only_its_owner_reads() {
    let server = fresh_setup().start().await;
    let path = server.setup().journal().with_extension("db.key");
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(key.trim().len(), 64);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let again = server.kill().await.start().await;
    assert_eq!(fs::read_to_string(&path).unwrap(), key, "{again:?}");
}
