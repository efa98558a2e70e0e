//! The workflows of this repository and the steps of a release, tried without GitHub.

use std::fs;
use std::process::{Command, Output};

use deploy::{outcome, pass_actionlint, pass_zizmor, root, run, told};
use serde_json::Value;
use tempfile::TempDir;

/// Runs a step of the release into a folder.
fn release(step: &[&str], folder: &TempDir) -> Output {
    let mut script = Command::new(root().join("scripts/release.sh"));
    outcome(script.args(step).env("RELEASE_FOLDER", folder.path()))
}

#[test]
fn the_workflows_pass_zizmor_and_actionlint() {
    let github = root().join(".github");
    pass_zizmor(&[&github]);
    for name in ["ci.yml", "release.yml"] {
        pass_actionlint(&github.join("workflows").join(name));
    }
}

#[test]
fn the_script_passes_shellcheck() {
    let mut shellcheck = Command::new(servers::program("compose", "shellcheck"));
    shellcheck.args(["--external-sources", "scripts/release.sh"]);
    run(shellcheck.current_dir(root()));
}

#[test]
fn a_tag_of_another_version_is_not_released() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let whole = release(&["check"], &folder);
    assert!(whole.status.success(), "{}", told(&whole));
    let other = release(&["check", "v99.0.0"], &folder);
    assert_eq!(other.status.code(), Some(1), "{}", told(&other));
    assert!(
        told(&other).contains("the tag is v99.0.0"),
        "{}",
        told(&other)
    );
}

#[test]
fn the_notes_of_a_release_are_its_section_of_the_changelog() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let notes = told(&release(&["changes"], &folder));
    assert!(notes.contains("### Added"), "{notes}");
    assert!(!notes.contains("\n## "), "{notes}");
}

#[test]
fn a_release_names_what_it_is_made_of_and_under_which_licences() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let written = release(&["documents"], &folder);
    assert!(written.status.success(), "{}", told(&written));
    let bill = folder.path().join(format!(
        "arcane-codex-{}.cdx.json",
        env!("CARGO_PKG_VERSION")
    ));
    // The policy checker brings the standard's own schema.
    let faults = "import sys\nfrom cyclonedx.schema import SchemaVersion\n\
        from cyclonedx.validation.json import JsonStrictValidator\n\
        fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\n\
        sys.exit(str(fault) if fault else 0)";
    let python = servers::program("checkov", "checkov").with_file_name("python");
    run(Command::new(python).args(["-c", faults]).arg(&bill));
    let bill = fs::read_to_string(bill).expect("the SBOM is there");
    let bill: Value = serde_json::from_str(&bill).expect("it is JSON");
    let notices =
        fs::read_to_string(folder.path().join("THIRD-PARTY.txt")).expect("they are there");
    let components = bill["components"].as_array().expect("there are some");
    let names: Vec<&str> = components
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    for name in ["tokio", "rusqlite", "aws-sdk-s3", "glibc"] {
        assert!(names.contains(&name), "the SBOM has no {name}");
    }
    assert!(
        !names.contains(&"tempfile"),
        "what only tests need is not in it"
    );
    for package in components.iter().filter(|it| it.get("purl").is_some()) {
        let user = format!(
            "\n{} {}\n",
            package["name"].as_str().unwrap_or_default(),
            package["version"].as_str().unwrap_or_default()
        );
        assert!(
            notices.contains(&user),
            "no licence text is told for {user}"
        );
    }
}
