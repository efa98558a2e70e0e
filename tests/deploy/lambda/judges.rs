//! What programs made for it say of the templates, the script and the workflow.

use std::process::Command;

use deploy::{pass_actionlint, pass_zizmor, root, run};
use serde_json::Value;

use crate::amazon::judges::{pass_cfn_lint, pass_checkov, template};

const TEMPLATES: [&str; 2] = ["lambda/foundation.yaml", "lambda/template.yaml"];

#[test]
fn the_templates_pass_cfn_lint() {
    pass_cfn_lint(&TEMPLATES);
}

#[test]
fn the_templates_pass_a_policy_checker() {
    pass_checkov(&TEMPLATES);
}

#[test]
fn the_functions_template_passes_sams_own_judgement() {
    let mut sam = Command::new(servers::program("sam", "sam"));
    sam.args(["validate", "--lint", "--template"])
        .arg(root().join("lambda/template.yaml"))
        .env("SAM_CLI_TELEMETRY", "0")
        .env("AWS_DEFAULT_REGION", "us-east-1");
    run(&mut sam);
}

#[test]
fn the_script_passes_shellcheck() {
    let script = root().join("lambda/deploy.sh");
    run(Command::new(servers::program("ecs", "shellcheck")).arg(script));
}

#[test]
fn the_workflow_passes_zizmor_and_actionlint() {
    let workflow = root().join("lambda/github-workflow.yml");
    pass_zizmor(&[&workflow]);
    pass_actionlint(&workflow);
}

#[test]
fn a_role_names_every_action_and_every_thing_it_may_touch() {
    let template = template("lambda/template.yaml");
    let resources = template["Resources"].as_object().unwrap();
    let mut statements: Vec<&Value> = Vec::new();
    for resource in resources.values() {
        let properties = &resource["Properties"];
        let own = properties["Policies"].as_array().into_iter().flatten();
        let documents = own.map(|policy| &policy["PolicyDocument"]);
        for document in documents.chain([&properties["PolicyDocument"]]) {
            statements.extend(document["Statement"].as_array().into_iter().flatten());
        }
    }
    assert!(statements.len() > 3, "{statements:?}");
    for statement in statements {
        let actions = statement["Action"].to_string();
        assert!(!actions.contains('*'), "{statement}");
        assert_ne!(statement["Resource"], "*", "{statement}");
    }
}
