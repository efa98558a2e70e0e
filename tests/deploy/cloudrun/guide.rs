//! The guide, run from its first command to its last.

use std::process::Command;

use deploy::{Block, blocks, outcome, root, run, told};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::google::{Google, NUMBER, gcloud};
use crate::{read, services};

/// The guide's commands as one script that says where it is.
fn script(untested: bool) -> String {
    let commands: Vec<Block> = blocks(&read("cloudrun/README.md"))
        .into_iter()
        .filter(|block| block.mark == "sh" || untested && block.mark.starts_with("sh untested: "))
        .collect();
    assert!(commands.len() > 8, "{commands:?}");
    let told = commands
        .iter()
        .map(|block| format!("echo '== {}'\n{}", block.heading, block.text));
    told.collect()
}

/// What a reader of the guide has in hand: a clone, with a revision. Of the sources only what the commands look at.
fn clone() -> TempDir {
    let clone = TempDir::new().unwrap();
    let mut copy = Command::new("cp");
    copy.args(["-R", "Dockerfile", "cloudrun"])
        .arg(clone.path());
    run(copy.current_dir(root()));
    let author = [
        "-c",
        "user.name=codex",
        "-c",
        "user.email=codex@example.org",
    ];
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["commit", "--quiet", "-m", "Clone"],
    ] {
        let mut git = Command::new("git");
        run(git.args(author).args(arguments).current_dir(clone.path()));
    }
    clone
}

#[test]
fn the_guide_has_at_most_five_commands_from_a_clone_to_a_game() {
    let blocks = blocks(&read("cloudrun/README.md"));
    let start = blocks.iter().filter(|block| block.heading == "Start");
    let commands = start.take(2).flat_map(|block| block.text.lines());
    let commands: Vec<_> = commands.collect();
    assert!((1..=5).contains(&commands.len()), "{commands:?}");
    assert_eq!(commands.last(), Some(&"cloudrun/deploy.sh"));
}

#[test]
fn the_guides_commands_are_commands() {
    let mut bash = Command::new("bash");
    let output = outcome(bash.args(["-n", "-c", &script(true)]));
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn the_guide_does_what_it_says() {
    if gcloud().is_none() {
        return;
    }
    let google = Google::start();
    let clone = clone();
    // Accounts are not known everywhere at once.
    google.kept().unheard_of = 2;
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script(false)])
        .current_dir(clone.path())
        .env("WAIT_SECONDS", "0");
    let output = outcome(google.reached_by(&mut bash));
    assert!(output.status.success(), "{}", told(&output));
    println!("{}", told(&output));
    releases_are_by_digest(&google);
    rights_are_the_least(&google);
    what_is_kept_is_kept_safe(&google);
}

/// The one variable of a container, as it was sent.
fn variable<'a>(container: &'a Value, name: &str) -> &'a Value {
    let mut variables = container["env"].as_array().into_iter().flatten();
    variables
        .find(|variable| variable["name"] == name)
        .unwrap_or(&Value::Null)
}

fn releases_are_by_digest(google: &Google) {
    let releases = google.kept().releases.clone();
    let repository = "europe-west1-docker.pkg.dev/my-codex/arcane-codex/server";
    let image = format!("{repository}@{}", services::digest());
    for release in releases
        .iter()
        .filter(|release| release["image"].is_string())
    {
        assert_eq!(release["image"], image);
        let bucket = "gs://my-codex-arcane-codex/replica";
        assert_eq!(variable(release, "REPLICA_URL")["value"], bucket);
        let project = &variable(release, "GOOGLE_CLOUD_PROJECT")["value"];
        assert_eq!(project, "my-codex");
    }
    let key = |release: &Value, name| variable(release, name)["valueFrom"]["secretKeyRef"].clone();
    let version = |number: &str| json!({ "name": "arcane-codex-key", "key": number });
    assert_eq!(key(&releases[0], "SECRET_KEY"), version("1"));
    assert_eq!(
        key(&releases[0], "SECRET_KEY_PREVIOUS"),
        Value::Null,
        "there is none before the first"
    );
    let rotated = releases
        .iter()
        .find(|release| key(release, "SECRET_KEY") == version("2"));
    let rotated = rotated.expect("the new key signs");
    assert_eq!(
        key(rotated, "SECRET_KEY_PREVIOUS"),
        version("1"),
        "the one before is still believed"
    );
}

/// Who may do what in the end: service, resource, role, member.
const RIGHTS: &str = "\
artifactregistry arcane-codex artifactregistry.writer arcane-codex-build
artifactregistry arcane-codex artifactregistry.writer arcane-codex-deploy
cloudresourcemanager my-codex cloudsql.client arcane-codex
cloudresourcemanager my-codex logging.logWriter arcane-codex-build
iam arcane-codex iam.serviceAccountUser arcane-codex-deploy
iam arcane-codex-deploy iam.workloadIdentityUser github my-name/arcane-codex
run arcane-codex run.developer arcane-codex-deploy
run arcane-codex run.invoker allUsers
secretmanager arcane-codex-database secretmanager.secretAccessor arcane-codex
secretmanager arcane-codex-key secretmanager.secretAccessor arcane-codex
secretmanager arcane-codex-key secretmanager.viewer arcane-codex-deploy
storage my-codex-arcane-codex storage.objectUser arcane-codex
storage my-codex-arcane-codex-sources storage.objectViewer arcane-codex-build
";

fn rights_are_the_least(google: &Google) {
    let workflow = format!(
        "principalSet://iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/\
         arcane-codex/attribute.repository/"
    );
    let domain = "@my-codex.iam.gserviceaccount.com";
    let mut given = Vec::new();
    for (of, pairs) in &google.kept().rights {
        let service = of.split('/').next().unwrap_or_default();
        let resource = of.rsplit('/').next().unwrap_or_default();
        for (role, member) in pairs {
            given.push(
                format!("{service} {resource} {role} {member}\n")
                    .replace(domain, "")
                    .replace("serviceAccount:", "")
                    .replace("roles/", "")
                    .replace(&workflow, "github "),
            );
        }
    }
    given.sort();
    assert_eq!(given.concat(), RIGHTS);
}

fn what_is_kept_is_kept_safe(google: &Google) {
    let kept = google.kept();
    let bucket = &kept.resources["storage/storage/v1/b/my-codex-arcane-codex"];
    let access = &bucket["iamConfiguration"];
    assert_eq!(access["publicAccessPrevention"], "enforced");
    assert_eq!(access["uniformBucketLevelAccess"]["enabled"], true);
    assert_eq!(
        bucket["softDeletePolicy"]["retentionDurationSeconds"],
        "2592000"
    );
    assert!(bucket.get("lifecycle").is_none(), "nothing deletes by age");
    let images =
        "artifactregistry/v1/projects/my-codex/locations/europe-west1/repositories/arcane-codex";
    assert_eq!(
        kept.resources[images]["dockerConfig"]["immutableTags"],
        true
    );
    // Two keys and the database's address; no key is sent twice.
    assert_eq!(kept.secrets.len(), 3);
    assert_ne!(kept.secrets[0], kept.secrets[2]);
    let provider = kept
        .resources
        .iter()
        .find(|(path, _)| path.ends_with("/providers/arcane-codex"));
    let condition = &provider.expect("there is a provider").1["attributeCondition"];
    let only =
        "assertion.repository == 'my-name/arcane-codex' && assertion.ref == 'refs/heads/main'";
    assert_eq!(condition, only);
}
