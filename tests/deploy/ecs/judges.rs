//! What programs made for it say of the templates, the script, the workflow and the task definition.

use std::fs;
use std::path::Path;
use std::process::Command;

use deploy::{pass_actionlint, pass_zizmor, run};
use tempfile::TempDir;

use super::{file, python};

const TEMPLATES: [&str; 2] = ["foundation.yaml", "template.yaml"];

#[test]
fn the_templates_pass_cfn_lint() {
    let mut cfn_lint = Command::new(servers::program("ecs", "cfn-lint"));
    run(cfn_lint.args(TEMPLATES.map(file)));
}

#[test]
fn the_templates_pass_a_policy_checker() {
    let folder = unconditional();
    run(checkov(folder.path()).arg("--quiet"));
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
        faults = ParamValidator().validate(json.load(open(sys.argv[1])), shape).generate_report()\n\
        assert not faults, faults";
    run(python(script).arg(file("task-definition.json")));
}

/// The templates without their conditions: what is made only for some would else not be looked at.
fn unconditional() -> TempDir {
    let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    for name in TEMPLATES {
        let text = fs::read_to_string(file(name)).expect("the template is there");
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("    Condition: "));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let text = text.replace(", Condition: OwnNetwork", "");
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
