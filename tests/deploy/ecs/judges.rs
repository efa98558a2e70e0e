//! What programs made for it say of the templates, the script, the workflow and the task definition.

use std::process::Command;

use deploy::{pass_actionlint, pass_zizmor, run};

use super::file;
use crate::amazon::judges::{pass_cfn_lint, pass_checkov, python};

const TEMPLATES: [&str; 2] = ["ecs/foundation.yaml", "ecs/template.yaml"];

#[test]
fn the_templates_pass_cfn_lint() {
    pass_cfn_lint(&TEMPLATES);
}

#[test]
fn the_templates_pass_a_policy_checker() {
    pass_checkov(&TEMPLATES);
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
