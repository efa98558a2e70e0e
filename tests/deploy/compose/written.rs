//! The recipe, the compose files, nginx' configuration and the scripts, each read by the program it is written for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use deploy::{root, run};
use serde_json::Value;

use super::edge::{arguments, configured, nginx};

/// The compose files as they are started: by themselves, or one behind another.
pub(crate) const STACKS: [&[&str]; 3] = [
    &["compose.yaml"],
    &["compose.prod.yaml"],
    &["compose.prod.yaml", "compose.postgres.yaml"],
];
/// The folders that hold scripts.
const SCRIPTS: [&str; 4] = ["scripts", "scripts/images", "tests", "tests/install"];

#[test]
fn nginx_understands_its_configuration() {
    let folder = configured();
    // Its own folder for what it writes, so that nothing of this machine is touched.
    let path = folder.path().join("nginx.conf");
    let text = fs::read_to_string(&path).unwrap();
    let own = format!("{}/tmp/", folder.path().display());
    fs::write(&path, text.replace("/tmp/", &own)).unwrap();
    run(Command::new(nginx())
        .arg("-t")
        .args(arguments(folder.path(), "")));
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
    let mut command = Command::new(servers::program("compose", "docker-compose"));
    command
        .args(["--env-file", "/dev/null"])
        .current_dir(root());
    for file in files {
        command.args(["--file", file]);
    }
    let composed = run(command.args(["config", "--no-env-resolution", "--format", "json"]));
    serde_json::from_str(&composed).unwrap()
}
