//! Whether a cluster would take the manifests, by its own schemas and by others' rules for safe ones.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use deploy::{outcome, told};
use serde_json::Value;
use servers::program;
use tempfile::TempDir;

use super::manifests::{OVERLAYS, rendered};

/// The oldest and the newest version that is promised.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

/// Rules that are not followed, and why.
const NOT_FOLLOWED: [(&str, &str); 5] = [
    ("CKV_K8S_11", "a throttled processor is a slow table"),
    (
        "CKV_K8S_15",
        "a digest is the same image wherever it was pulled",
    ),
    ("CKV_K8S_21", "whoever deploys names the namespace"),
    (
        "CKV_K8S_35",
        "a key that may be missing cannot be a file that is named",
    ),
    ("CKV_K8S_43", "whoever deploys names the digest"),
];

#[test]
fn a_cluster_knows_every_field() {
    let folder = written();
    for version in VERSIONS {
        let mut validate = Command::new(program("k8s", "kubernetes-validate"));
        validate.args(["--strict", "--kubernetes-version", version]);
        let files = OVERLAYS.iter().enumerate();
        validate.args(files.map(|(number, _)| folder.path().join(format!("{number}.yaml"))));
        let checked = outcome(&mut validate);
        let told = told(&checked);
        assert!(checked.status.success(), "{version}: {told}");
        // The one kind that is not Kubernetes' own: a route and a redirect to it in each overlay.
        let unknown = told.lines().filter(|line| line.contains("find schema"));
        let routes = unknown.filter(|line| line.contains("HTTPRoute")).count();
        assert_eq!(routes, told.matches("find schema").count(), "{told}");
    }
}

#[test]
fn others_rules_for_safe_manifests_are_followed() {
    let folder = written();
    let mut checkov = Command::new(program("k8s", "checkov"));
    checkov.args(["--framework", "kubernetes", "--skip-download", "--compact"]);
    checkov.args(["--quiet", "--output", "json", "--directory"]);
    let checked = outcome(checkov.arg(folder.path()));
    let report: Value = serde_json::from_slice(&checked.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", told(&checked)));
    assert!(report["summary"]["passed"].as_u64() > Some(100), "{report}");
    let failed = report["results"]["failed_checks"].as_array();
    let failed = failed.into_iter().flatten();
    let broken: BTreeSet<&str> = failed
        .filter_map(|check| check["check_id"].as_str())
        .collect();
    let expected = NOT_FOLLOWED.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(broken, expected);
}

/// The overlays as files that are numbered from 0.
fn written() -> TempDir {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    for (number, overlay) in OVERLAYS.iter().enumerate() {
        let file = folder.path().join(format!("{number}.yaml"));
        fs::write(file, rendered(overlay)).expect("a file can be written");
    }
    folder
}
