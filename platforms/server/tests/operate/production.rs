//! `doctor --production`: red where a server was only started, green where it was set up for strangers.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use servers::{Redis, free_port, program};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::common::fresh_setup;
use crate::doctor::state;
use crate::steps::{DONE, WRONG, done, ends, object};

/// A key and a token no test but this one knows.
const KEY: &str = "7d3f9b2a64e8c0157d3f9a2b64e8c015aa31";
const TOKEN: &str = "9e1c47ab20d85f36b7e0a412";
/// How long the proxy may take to start, and between two looks.
const START_MAX: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_default_start_is_red_for_the_right_reasons() {
    let server = fresh_setup()
        .with("RATE_LIMIT_ENABLED", "true")
        .start()
        .await;
    let setup = server.setup();
    let found = object(&setup, &["doctor", "--production"], WRONG).await;
    for (check, expected) in [
        ("TLS", "fault"),
        ("key of one's own", "fault"),
        ("CORS", "ok"),
        ("rate limits", "ok"),
        ("Redis closed", "ok"),
        ("metrics closed", "fault"),
        ("admin closed", "ok"),
        ("security headers", "ok"),
        ("backups", "fault"),
        ("release in use", "ok"),
        ("age of the build", "ok"),
        ("log level", "ok"),
        ("firewall", "skipped"),
        ("WAF", "skipped"),
    ] {
        assert_eq!(state(&found, check), expected, "{check}: {found}");
    }
    for check in ["firewall", "WAF"] {
        let said = said(&found, check);
        assert!(said.starts_with("cannot be seen from here"), "{said}");
    }
    for check in found["checks"].as_array().unwrap() {
        let is_red = ["fault", "warning"].contains(&check["state"].as_str().unwrap());
        assert!(!is_red || check["advice"].is_string(), "{check}");
    }
    // The same doctor without the list finds nothing to object to.
    done(&setup, &["doctor"]).await;
}

#[tokio::test]
async fn settings_that_open_a_server_to_strangers_are_found() {
    let setup = fresh_setup()
        .with("CORS_ORIGINS", "*")
        .with("LOG_LEVEL", "debug")
        .with("PUBLIC_URL", "http://codex.example.org")
        .with("ADMIN_TOKEN", TOKEN)
        .with("PORT", &free_port());
    let found = object(&setup, &["doctor", "--production"], WRONG).await;
    for (check, expected) in [
        ("TLS", "fault"),
        ("CORS", "warning"),
        ("rate limits", "fault"),
        ("metrics closed", "fault"),
        ("admin closed", "warning"),
        ("log level", "warning"),
        ("release in use", "skipped"),
        ("security headers", "skipped"),
    ] {
        assert_eq!(state(&found, check), expected, "{check}: {found}");
    }
    assert!(said(&found, "release in use").contains("no server answers"));
    assert!(!found.to_string().contains(TOKEN));
}

#[tokio::test]
async fn what_compose_brings_up_is_green_once_it_has_its_certificate_and_its_first_backup() {
    let redis = Redis::plain().await;
    let (https, folder) = (free_port(), tempfile::tempdir().unwrap());
    make_certificate(folder.path());
    let public = format!("https://localhost:{https}");
    let setup = fresh_setup()
        .with("RATE_LIMIT_ENABLED", "true")
        .with("SECRET_KEY", KEY)
        .with("REDIS_URL", &redis.url())
        .with("TRUSTED_PROXY_HOPS", "1")
        .with("METRICS_PORT", &free_port())
        .with("ADMIN_TOKEN", TOKEN)
        .with("ADMIN_PORT", &free_port())
        .with("PUBLIC_URL", &public);
    let server = setup.start().await;
    let _proxy = proxy(folder.path(), https, server.address()).await;
    let setup = server.setup();
    let trusting = setup
        .clone()
        .with("SSL_CERT_FILE", &folder.path().join("cert.pem").display());

    let before = object(&trusting, &["doctor", "--production"], WRONG).await;
    assert_eq!(before["faults"], 1, "{before}");
    assert_eq!(state(&before, "backups"), "fault", "{before}");
    done(&trusting, &["backup"]).await;
    let found = object(&trusting, &["doctor", "--production"], DONE).await;
    for check in [
        "TLS",
        "key of one's own",
        "CORS",
        "rate limits",
        "Redis closed",
        "metrics closed",
        "admin closed",
        "security headers",
        "backups",
        "release in use",
    ] {
        assert_eq!(state(&found, check), "ok", "{check}: {found}");
    }
    assert!(said(&found, "TLS").contains("for 29 more days"), "{found}");

    // A certificate that browsers do not trust is none.
    let strict = object(&setup, &["doctor", "--production"], WRONG).await;
    assert_eq!(state(&strict, "TLS"), "fault", "{strict}");
    let old = ["backup", "--to", "old", "--at", "20200101_000000"];
    done(&trusting, &old).await;
    let old = ["doctor", "--production", "--backups", "old"];
    let words = ["fault", "the newest in old was made", "days ago"];
    ends(&trusting, &old, WRONG, &words).await;
}

#[tokio::test]
async fn a_redis_that_lets_everybody_in_is_a_fault() {
    let port = free_port();
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program("servers", "redis-server"));
    let redis = command
        .args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
        ])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let _redis = redis.unwrap();
    answers(SocketAddr::from(([127, 0, 0, 1], port))).await;
    let setup = fresh_setup().with("REDIS_URL", &format!("redis://127.0.0.1:{port}"));
    let found = object(&setup, &["doctor", "--production"], WRONG).await;
    assert_eq!(state(&found, "Redis closed"), "fault", "{found}");
    let said = said(&found, "Redis closed");
    assert!(said.contains("answers without a password"), "{said}");
}

/// What was found of a check.
fn said<'a>(found: &'a Value, check: &str) -> &'a str {
    let mut checks = found["checks"].as_array().unwrap().iter();
    let check = checks.find(|found| found["check"] == check).unwrap();
    check["found"].as_str().unwrap()
}

/// Makes a certificate for localhost that is its own authority, for 30 days.
fn make_certificate(folder: &Path) {
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "30", "-newkey", "ec"])
        .args([
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// Starts an nginx that speaks TLS to strangers, in one process.
async fn proxy(folder: &Path, https: u16, server: SocketAddr) -> Child {
    let configuration = format!(
        "daemon off; master_process off; pid nginx.pid; error_log error.log;
        events {{}}
        http {{
          access_log off;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {{
            listen 127.0.0.1:{https} ssl;
            ssl_certificate cert.pem; ssl_certificate_key key.pem;
            location ^~ /metrics {{ return 404; }}
            location / {{
              proxy_pass http://{server};
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto https;
            }}
          }}
        }}"
    );
    fs::write(folder.join("nginx.conf"), configuration).unwrap();
    // Debian keeps it off the path of whoever is not root.
    let debian = PathBuf::from("/usr/sbin/nginx");
    let nginx = debian.is_file().then_some(debian);
    let mut command = Command::new(nginx.unwrap_or_else(|| program("servers", "nginx")));
    let child = command
        .args(["-e", "error.log", "-p"])
        .arg(folder)
        .args(["-c", "nginx.conf"])
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let child = child.unwrap();
    answers(SocketAddr::from(([127, 0, 0, 1], https))).await;
    child
}

/// Waits until somebody takes connections there.
async fn answers(address: SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        assert!(begun.elapsed() < START_MAX, "nobody answers at {address}");
        sleep(PAUSE).await;
    }
}
