//! The script, the workflow and the service by themselves.

use std::fs;
use std::process::Command;

use deploy::{outcome, read, root, run, told};
use servers::program;
use tempfile::TempDir;

use super::google::{Google, gcloud};

#[test]
fn the_script_has_no_faults_that_shellcheck_knows() {
    run(Command::new(program("cloudrun", "shellcheck")).arg(root().join("cloudrun/deploy.sh")));
}

#[test]
fn the_workflow_gives_nothing_away() {
    let mut zizmor = Command::new(program("cloudrun", "zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona=pedantic"]);
    run(zizmor.arg(root().join("cloudrun/github-workflow.yml")));
}

/// The lines for a database are in the file as comments, so only this test has them read.
#[test]
fn gcloud_takes_the_service_with_the_lines_for_a_database() {
    if gcloud().is_none() {
        return;
    }
    let google = Google::start();
    let folder = TempDir::with_prefix("arcane-codex-").unwrap();
    let file = folder.path().join("service.yaml");
    fs::write(&file, with_a_database()).unwrap();
    let mut replace = Command::new("gcloud");
    replace.args(["run", "services", "replace", "--region=europe-west1"]);
    run(google.reached_by(replace.arg("--project=my-codex").arg(file)));
    assert_eq!(google.releases().len(), 1);
}

#[test]
fn an_image_is_released_by_its_digest_or_not_at_all() {
    for image in [
        "",
        "server",
        "host/server:latest",
        "host/server@sha256:0123",
    ] {
        let mut script = Command::new(root().join("cloudrun/deploy.sh"));
        let script = script.args(["release", image]);
        let output = outcome(
            script
                .env("PROJECT", "my-codex")
                .env("REGION", "europe-west1"),
        );
        assert_eq!(output.status.code(), Some(2), "{image}: {}", told(&output));
        assert!(told(&output).contains("by its digest"), "{}", told(&output));
    }
}

/// The service as the guide changes it for a database.
pub(crate) fn with_a_database() -> String {
    let text = read("cloudrun/service.yaml");
    let kept = text.lines().filter(|line| !line.ends_with("# replica"));
    let lines = kept.map(|line| line.replacen("# database: ", "", 1) + "\n");
    lines.collect()
}
