//! The scripts that make secrets and certificates.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use deploy::{root, run};

use crate::written::{STACKS, composed};

#[test]
fn secrets_are_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let make = || run(Command::new(root().join("scripts/secrets.sh")).arg(folder.path()));
    assert!(make().contains("made secret_key"));
    let secret = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let (key, password) = (secret("secret_key"), secret("redis_password"));
    assert_eq!(key.trim().len(), 64);
    assert!(secret("redis_url").contains(password.trim()));
    assert_eq!(make(), "");
    assert_eq!(secret("secret_key"), key);
}

#[test]
fn a_renewed_certificate_lies_where_nginx_reads_it_and_nginx_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for made in ["lineage", "tls", "bin"] {
        fs::create_dir(at(made)).unwrap();
    }
    fs::write(at("lineage/fullchain.pem"), "certificate").unwrap();
    fs::write(at("lineage/privkey.pem"), "key").unwrap();
    fs::set_permissions(at("lineage/privkey.pem"), Permissions::from_mode(0o600)).unwrap();
    // No engine is needed to see what one is asked for.
    let docker = format!("#!/bin/sh\necho \"$@\" >'{}'\n", at("asked").display());
    fs::write(at("bin/docker"), docker).unwrap();
    fs::set_permissions(at("bin/docker"), Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", at("bin").display(), env::var("PATH").unwrap());
    run(Command::new(root().join("scripts/renewed-certificate.sh"))
        .env("PATH", path)
        .env("RENEWED_LINEAGE", at("lineage"))
        .env("TLS_FOLDER", at("tls")));
    assert_eq!(
        fs::read_to_string(at("tls/cert.pem")).unwrap(),
        "certificate"
    );
    assert_eq!(fs::read_to_string(at("tls/key.pem")).unwrap(), "key");
    let mode = fs::metadata(at("tls/key.pem"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644);
    let asked = fs::read_to_string(at("asked")).unwrap();
    // It speaks to the nginx that runs, which is the one that was started with these words.
    let started = &composed(STACKS[1])["services"]["nginx"]["entrypoint"];
    let words = |at: usize| started[at].as_str().unwrap();
    let reload = [words(0), words(1), words(2), words(3), words(4)].join(" ");
    assert_eq!(
        asked,
        format!("compose -f compose.prod.yaml exec -T nginx {reload} -s reload\n")
    );
}
