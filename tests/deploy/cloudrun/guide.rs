//! The guide, run from its first command to its last.

use std::fmt::Write as _;
use std::process::Command;

use deploy::{blocks, outcome, read, root, run, told};
use serde_json::Value;
use tempfile::TempDir;

use super::google::{Google, digest, gcloud};

#[test]
fn the_guide_leads_to_releases_by_digest_and_changes_keys() {
    if gcloud().is_none() {
        return;
    }
    let google = Google::start();
    let clone = clone();
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script()])
        .current_dir(clone.path())
        .env("WAIT_SECONDS", "0");
    let output = outcome(google.reached_by(&mut bash));
    assert!(output.status.success(), "{}", told(&output));

    let releases = google.releases();
    for release in &releases {
        let image = release["image"].as_str().unwrap_or_default();
        assert!(image.ends_with(&format!("@{}", digest())), "{image}");
    }
    // The new key signs and the one before is still believed.
    let rotated = releases.iter().any(|release| {
        key(release, "SECRET_KEY") == "2" && key(release, "SECRET_KEY_PREVIOUS") == "1"
    });
    assert!(rotated, "{releases:#?}");
    for role in google.roles() {
        assert!(!["roles/owner", "roles/editor"].contains(&role.as_str()));
    }
}

/// The version of a secret that a container is given under a name.
fn key(container: &Value, name: &str) -> String {
    let mut variables = container["env"].as_array().into_iter().flatten();
    let variable = variables.find(|variable| variable["name"] == name);
    let version = variable.map(|it| &it["valueFrom"]["secretKeyRef"]["key"]);
    version
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The guide's commands as one script that says where it is.
fn script() -> String {
    let blocks = blocks(&read("cloudrun/README.md")).into_iter();
    let commands: Vec<_> = blocks.filter(|block| block.mark == "sh").collect();
    assert!(commands.len() > 8, "{commands:?}");
    let mut script = String::new();
    for block in commands {
        writeln!(script, "echo '== {}'", block.heading).unwrap();
        script.push_str(&block.text);
    }
    script
}

/// What a reader of the guide has in hand: a clone, with a revision. Of the sources only what the commands look at.
fn clone() -> TempDir {
    let clone = TempDir::with_prefix("arcane-codex-").unwrap();
    let mut copy = Command::new("cp");
    copy.args(["-R", "Dockerfile", "cloudrun"])
        .arg(clone.path());
    run(copy.current_dir(root()));
    let commit = "git init --quiet && git add . && git -c user.name=codex -c user.email=codex@example.org \
                  commit --quiet --message Clone";
    run(Command::new("sh")
        .args(["-c", commit])
        .current_dir(clone.path()));
    clone
}
