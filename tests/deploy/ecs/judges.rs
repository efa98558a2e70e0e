//! What programs made for it say of the templates, the script, the workflow and the task definition.

use std::fs;
use std::path::Path;
use std::process::Command;

use deploy::{outcome, pass_actionlint, pass_zizmor, run, told};
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
    pass_zizmor(&[&workflow]);
    pass_actionlint(&workflow);
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
