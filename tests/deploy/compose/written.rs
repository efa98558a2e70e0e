//! The recipe, the compose files, nginx' configuration and the scripts, each read by the program it is written for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use deploy::{outcome, root, run, told};
use serde_json::Value;

use super::edge::{GLOBALS, configured, path_with_nginx};

/// The compose files as they are started: by themselves, or one behind another.
pub(crate) const STACKS: [&[&str]; 3] = [
    &["compose.yaml"],
    &["compose.prod.yaml"],
    &["compose.prod.yaml", "compose.postgres.yaml"],
];
/// The folders that hold scripts.
const SCRIPTS: [&str; 6] = [
    "nginx",
    "scripts",
    "scripts/images",
    "tests",
    "tests/deploy/compose",
    "tests/install",
];

#[test]
fn nginx_understands_its_configuration() {
    let folder = configured();
    // Its own folder for what it writes, so that nothing of this machine is touched.
    let path = folder.path().join("nginx.conf");
    let text = fs::read_to_string(&path).unwrap();
    let own = format!("{}/tmp/", folder.path().display());
    fs::write(&path, text.replace("/tmp/", &own)).unwrap();
    run(Command::new("nginx")
        .env("PATH", path_with_nginx())
        .args(["-t", "-g", GLOBALS, "-c"])
        .arg(path)
        .arg("-p")
        .arg(folder.path()));
}

#[test]
fn nginx_is_not_started_without_a_certificate_and_says_where_to_get_one() {
    let folder = configured();
    fs::remove_file(folder.path().join("tls/key.pem")).unwrap();
    let ended = outcome(
        Command::new("sh")
            .arg(folder.path().join("start.sh"))
            .env("PATH", path_with_nginx()),
    );
    assert_eq!(ended.status.code(), Some(78));
    let said = told(&ended);
    for part in [
        "tls/key.pem is missing",
        "scripts/trial-certificate.sh",
        "docs/operations/tls.md",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfile() {
    run(Command::new(servers::program("compose", "hadolint")).arg(root().join("Dockerfile")));
}

#[test]
fn shellcheck_finds_nothing_in_the_scripts() {
    let scripts: Vec<PathBuf> = SCRIPTS
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    assert!(scripts.len() > SCRIPTS.len(), "{scripts:?}");
    run(Command::new(servers::program("compose", "shellcheck"))
        .arg("--external-sources")
        .args(scripts)
        .current_dir(root()));
}

/// What compose makes of these files, without a `.env` of this machine.
pub(crate) fn composed(files: &[&str]) -> Value {
    composed_with(files, &[])
}

/// The same where these variables are exported.
pub(crate) fn composed_with(files: &[&str], exported: &[(&str, &str)]) -> Value {
    let mut command = Command::new(servers::program("compose", "docker-compose"));
    command
        .args(["--env-file", "/dev/null"])
        .envs(exported.iter().copied())
        .current_dir(root());
    for file in files {
        command.args(["--file", file]);
    }
    let composed = run(command.args(["config", "--no-env-resolution", "--format", "json"]));
    serde_json::from_str(&composed).unwrap()
}
