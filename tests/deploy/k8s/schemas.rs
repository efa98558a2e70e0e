//! Whether a cluster would take the manifests, by its own schemas and by others' rules for safe ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use deploy::{outcome, told};
use serde_json::Value;
use servers::program;
use tempfile::TempDir;

use crate::manifests::{OVERLAYS, list, rendered, text};

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
    for overlay in OVERLAYS {
        for version in VERSIONS {
            let checked = validate(&[rendered(overlay)], version);
            let told = told(&checked);
            assert!(checked.status.success(), "{overlay}, {version}: {told}");
            // The one kind that is not Kubernetes' own is looked at beside this: see `faults::route`.
            let unknown: Vec<_> = told
                .lines()
                .filter(|line| line.contains("find schema"))
                .collect();
            assert_eq!(unknown.len(), 2, "{told}");
            let routes = unknown.iter().all(|line| line.contains("HTTPRoute"));
            assert!(routes, "{told}");
        }
    }
}

#[test]
fn a_misspelt_field_is_found() {
    let misspelt = [
        ("replicas: 1", "replicaz: 1"),
        ("failureThreshold: 450", "failureTreshold: 450"),
        (
            "readOnlyRootFilesystem: true",
            "readOnlyRootFileSystem: true",
        ),
        ("topologyKey:", "topologykey:"),
        (
            "publishNotReadyAddresses: true",
            "publishNotReadyAdresses: true",
        ),
        ("port: 443", "port: {}"),
        ("storage: 5Gi", "storage: [5Gi]"),
    ];
    let whole = rendered(OVERLAYS[0]);
    let planted = misspelt.map(|(right, wrong)| {
        assert!(whole.contains(right), "{right}");
        whole.replace(right, wrong)
    });
    let told = told(&validate(&planted, VERSIONS[1]));
    for (number, (_, wrong)) in misspelt.iter().enumerate() {
        let found = format!("/{number}.yaml did not validate");
        assert!(told.contains(&found), "{wrong} is taken: {told}");
    }
}

#[test]
fn others_rules_for_safe_manifests_are_followed() {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    for (number, overlay) in OVERLAYS.iter().enumerate() {
        let file = folder.path().join(format!("{number}.yaml"));
        fs::write(file, rendered(overlay)).expect("a file can be written");
    }
    let expected = NOT_FOLLOWED
        .iter()
        .map(|(rule, _)| (*rule).to_owned())
        .collect();
    assert_eq!(broken_rules(folder.path()), expected);

    // And would be missed, if they were not.
    let file = folder.path().join("0.yaml");
    let unsafe_one =
        rendered(OVERLAYS[0]).replace("allowPrivilegeEscalation: false", "privileged: true");
    fs::write(file, unsafe_one).expect("a file can be written");
    let broken = broken_rules(folder.path());
    assert!(
        broken.contains("CKV_K8S_16") && broken.contains("CKV_K8S_20"),
        "{broken:?}"
    );
}

/// Checks manifests, as files that are numbered from 0.
fn validate(manifests: &[String], version: &str) -> Output {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    let files = manifests.iter().enumerate().map(|(number, yaml)| {
        let file = folder.path().join(format!("{number}.yaml"));
        fs::write(&file, yaml).expect("a file can be written");
        file
    });
    outcome(
        Command::new(program("k8s", "kubernetes-validate"))
            .args(["--strict", "--kubernetes-version", version])
            .args(files),
    )
}

/// Which rules the manifests in a folder break.
fn broken_rules(folder: &Path) -> BTreeSet<String> {
    let checked = outcome(
        Command::new(program("k8s", "checkov"))
            .args([
                "--framework",
                "kubernetes",
                "--skip-download",
                "--compact",
                "--quiet",
            ])
            .args(["--output", "json", "--directory"])
            .arg(folder),
    );
    let report: Value = serde_json::from_slice(&checked.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", told(&checked)));
    let checks = report["summary"]["passed"].as_u64().unwrap_or(0);
    assert!(checks > 100, "{}", report["summary"]);
    let failed = list(&report["results"]["failed_checks"]);
    failed
        .map(|check| text(&check["check_id"]).to_owned())
        .collect()
}
