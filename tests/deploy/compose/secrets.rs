//! The scripts that make secrets and certificates, and the guide's commands that change them.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use deploy::{blocks, read, root, run};

use super::written::{STACKS, composed};

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
    pretend_docker(&at("bin"), &at("asked"));
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

#[test]
fn a_key_is_changed_as_the_guide_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("bin")).unwrap();
    run(Command::new(root().join("scripts/secrets.sh")).arg(at("secrets")));
    let old = fs::read_to_string(at("secrets/secret_key")).unwrap();
    pretend_docker(&at("bin"), &at("asked"));
    let guide = read("docs/operations/tls.md");
    let mut blocks = blocks(&guide).into_iter();
    let block = blocks.find(|block| block.heading == "Change the key");
    let path = format!("{}:{}", at("bin").display(), env::var("PATH").unwrap());
    run(Command::new("bash")
        .args(["-euo", "pipefail", "-c", &block.unwrap().text])
        .current_dir(folder.path())
        .env("PATH", path));
    let new = fs::read_to_string(at("secrets/secret_key")).unwrap();
    assert_ne!(new, old);
    assert_eq!(new.trim().len(), 64);
    let mode = fs::metadata(at("secrets/secret_key")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o444);
    let believed = fs::read_to_string(at(".env")).unwrap();
    assert_eq!(believed, format!("SECRET_KEY_PREVIOUS={old}"));
    assert!(fs::read_to_string(at("asked")).unwrap().contains(" up -d "));
}

/// Puts a `docker` there that writes down what it is asked for: to see that, no engine is needed.
fn pretend_docker(folder: &Path, asked: &Path) {
    let docker = format!("#!/bin/sh\necho \"$@\" >'{}'\n", asked.display());
    fs::write(folder.join("docker"), docker).unwrap();
    fs::set_permissions(folder.join("docker"), Permissions::from_mode(0o755)).unwrap();
}
