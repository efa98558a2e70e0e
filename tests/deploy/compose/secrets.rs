//! The scripts that make secrets and certificates, and the guide's commands that change them.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use deploy::{blocks, outcome, read, root, run, told};

use super::written::{STACKS, composed};

#[test]
fn secrets_are_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let make = || run(secrets_script().arg(folder.path()));
    assert!(make().contains("made secret_key"));
    let secret = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let (key, password) = (secret("secret_key"), secret("redis_password"));
    assert_eq!(key.trim().len(), 64);
    assert!(secret("redis_url").contains(password.trim()));
    assert_eq!(make(), "");
    assert_eq!(secret("secret_key"), key);
}

/// Seats go along from compose.yaml, whose key stands in `.env`.
#[test]
fn a_key_that_is_exported_or_in_the_settings_becomes_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let key = "k".repeat(64);
    fs::write(
        at("env"),
        format!("SECRET_KEY=\"{key}\"\r\nSECRETS={}\n", at("own").display()),
    )
    .unwrap();
    let script = || {
        let mut script = secrets_script();
        script
            .env("COMPOSE_ENV_FILES", at("env"))
            .env("REDIS_PASSWORD", "a-word_1");
        script
    };
    run(&mut script());
    let secret = |name: &str| fs::read_to_string(at("own").join(name)).unwrap();
    assert_eq!(secret("secret_key"), format!("{key}\n"));
    assert_eq!(secret("redis_url"), "redis://:a-word_1@redis:6379\n");
    // Another one later changes nothing, and it is said.
    let said = told(&outcome(script().env("SECRET_KEY", "z".repeat(64))));
    assert!(
        said.contains("secret_key stays as it is. The SECRET_KEY"),
        "{said}"
    );
    assert_eq!(secret("secret_key"), format!("{key}\n"));
}

#[test]
fn a_key_that_cannot_be_one_is_refused_with_the_way_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("SECRET_KEY", "short"), ("REDIS_PASSWORD", "a b@c")] {
        let ended = outcome(
            secrets_script()
                .arg(folder.path().join("new"))
                .env(name, value),
        );
        assert_eq!(ended.status.code(), Some(78), "{name}");
        let said = told(&ended);
        assert!(
            said.contains(&format!("{name} is exported")) && said.contains("openssl rand -hex"),
            "{said}"
        );
        assert!(!said.contains(value), "{said}");
    }
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
        .env("SECRETS", folder.path()));
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
    let entrypoint = &composed(STACKS[1])["services"]["nginx"]["entrypoint"];
    let script = Path::new(entrypoint[1].as_str().unwrap());
    let started = read("nginx/start.sh");
    let started = started
        .lines()
        .find_map(|line| line.strip_prefix("exec "))
        .unwrap();
    let (reload, _) = started.split_once(" -g").unwrap();
    let reload = reload
        .replace('"', "")
        .replace("$folder", script.parent().unwrap().to_str().unwrap());
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
    run(secrets_script().arg(at("secrets")));
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

/// The script, without what this machine exports or has in a `.env`.
fn secrets_script() -> Command {
    let mut script = Command::new(root().join("scripts/secrets.sh"));
    for name in ["SECRET_KEY", "REDIS_PASSWORD", "SECRETS"] {
        script.env_remove(name);
    }
    script.env("COMPOSE_ENV_FILES", "/dev/null");
    script
}

/// Puts a `docker` there that writes down what it is asked for: to see that, no engine is needed.
fn pretend_docker(folder: &Path, asked: &Path) {
    let docker = format!("#!/bin/sh\necho \"$@\" >'{}'\n", asked.display());
    fs::write(folder.join("docker"), docker).unwrap();
    fs::set_permissions(folder.join("docker"), Permissions::from_mode(0o755)).unwrap();
}
