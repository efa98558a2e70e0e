//! What programs made for it say of templates.

use std::fs;
use std::path::Path;
use std::process::Command;

use deploy::{root, run};
use serde_json::Value;
use tempfile::TempDir;

/// The interpreter that has Amazon's libraries.
pub(crate) fn python(script: &str) -> Command {
    let mut python = Command::new(servers::program("ecs", "cfn-lint").with_file_name("python"));
    python.args(["-c", script]);
    python
}

/// A template of the project as a value; functions are objects such as `{"Ref": "Image"}`.
pub(crate) fn template(path: &str) -> Value {
    let script = "import json, sys\nfrom cfnlint.decode import cfn_yaml\n\
        print(json.dumps(cfn_yaml.load(sys.argv[1])))";
    let told = run(python(script).arg(root().join(path)));
    serde_json::from_str(&told).expect("json.dumps writes JSON")
}

/// Fails if cfn-lint finds something in templates of the project.
pub(crate) fn pass_cfn_lint(templates: &[&str]) {
    let mut cfn_lint = Command::new(servers::program("ecs", "cfn-lint"));
    run(cfn_lint.args(templates.iter().map(|path| root().join(path))));
}

/// Fails if a policy checker finds something in templates of the project.
pub(crate) fn pass_checkov(templates: &[&str]) {
    let folder = unconditional(templates);
    let mut checkov = Command::new(servers::program("checkov", "checkov"));
    checkov
        .args(["--framework", "cloudformation", "--skip-download"])
        .args(["--compact", "--quiet", "--directory"])
        .arg(folder.path());
    run(&mut checkov);
}

/// The templates without their conditions: what is made only for some would else not be looked at.
fn unconditional(templates: &[&str]) -> TempDir {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    for path in templates {
        let text = fs::read_to_string(root().join(path)).expect("the template is there");
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("    Condition: "));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let text = text.replace(", Condition: OwnNetwork", "");
        let name = Path::new(path).file_name().expect("it names a file");
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    folder
}
