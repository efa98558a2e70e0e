//! What the descriptors promise: least rights, nothing lost, time-outs that fit each other.

use std::fs;

use deploy::root;
use serde_json::{Value, json};

use crate::{file, template};

#[test]
fn a_task_may_touch_nothing_but_its_replica() {
    let template = template("template.yaml");
    let resources = &template["Resources"];
    assert_eq!(resources["TaskRole"]["Properties"]["Policies"], Value::Null);
    let rights = &resources["ReplicaRights"]["Properties"]["PolicyDocument"]["Statement"];
    let bucket = "arn:${AWS::Partition}:s3:::${ReplicaBucket}";
    let objects = json!({
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        "Resource": { "Fn::Sub": format!("{bucket}/${{ReplicaPrefix}}/*") },
    });
    let names = json!({
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": { "Fn::Sub": bucket },
        "Condition": { "StringLikeIfExists": { "s3:prefix": { "Fn::Sub": "${ReplicaPrefix}/*" } } },
    });
    assert_eq!(rights, &json!([objects, names]));
}

#[test]
fn nobody_enters_a_task_or_writes_to_its_disk() {
    let template = template("template.yaml");
    let resources = &template["Resources"];
    assert_eq!(
        resources["Service"]["Properties"]["EnableExecuteCommand"],
        Value::Null
    );
    let container = &resources["TaskDefinition"]["Properties"]["ContainerDefinitions"][0];
    assert_eq!(container["ReadonlyRootFilesystem"], true);
}

#[test]
fn a_task_that_is_cut_off_from_its_storage_is_not_ended_for_that() {
    let template = template("template.yaml");
    let resources = &template["Resources"];
    let container = &resources["TaskDefinition"]["Properties"]["ContainerDefinitions"][0];
    assert_eq!(
        container["HealthCheck"]["Command"],
        json!(["CMD", "arcane-codex", "healthcheck", "--live"])
    );
    assert_eq!(
        resources["Targets"]["Properties"]["HealthCheckPath"],
        json!({ "Fn::If": ["WithDatabase", "/health/ready", "/health/live"] })
    );
}

#[test]
fn only_the_right_that_knows_no_resource_is_for_all() {
    let template = template("template.yaml");
    let policy = &template["Resources"]["ExecutionRole"]["Properties"]["Policies"][0];
    let statements = policy["PolicyDocument"]["Statement"]
        .as_array()
        .expect("it is a list");
    let (all, some): (Vec<_>, Vec<_>) = statements.iter().partition(|one| one["Resource"] == "*");
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["Action"], "ecr:GetAuthorizationToken");
    assert_eq!(some.len(), 3);
    let actions: Vec<_> = some.iter().map(|one| one["Action"].to_string()).collect();
    assert!(!actions.concat().contains('*'), "{actions:?}");
}

#[test]
fn what_players_wrote_outlives_the_stacks() {
    let foundation = template("foundation.yaml");
    for (name, policy) in [
        ("Bucket", "RetainExceptOnCreate"),
        ("SecretKey", "RetainExceptOnCreate"),
        ("PostgreSQL", "Snapshot"),
    ] {
        assert_eq!(
            foundation["Resources"][name]["DeletionPolicy"], policy,
            "{name}"
        );
    }
    let bucket = &foundation["Resources"]["Bucket"]["Properties"];
    assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled");
    let rules = bucket["LifecycleConfiguration"]["Rules"]
        .as_array()
        .expect("it is a list");
    for rule in rules {
        let ages = ["ExpirationInDays", "ExpirationDate", "Transitions"];
        assert!(
            ages.iter().all(|age| rule[age].is_null()),
            "a replica keeps its current objects: {rule}"
        );
    }
}

#[test]
fn one_writer_ends_before_the_next_begins() {
    let template = template("template.yaml");
    let service = &template["Resources"]["Service"]["Properties"];
    let deployment = &service["DeploymentConfiguration"];
    assert_eq!(
        deployment["MinimumHealthyPercent"],
        json!({ "Fn::If": ["WithDatabase", 100, 0] })
    );
    assert_eq!(
        deployment["MaximumPercent"],
        json!({ "Fn::If": ["WithDatabase", 200, 100] })
    );
    assert_eq!(
        deployment["DeploymentCircuitBreaker"],
        json!({ "Enable": true, "Rollback": true })
    );
}

#[test]
fn a_task_knows_its_keys_by_their_versions() {
    let template = template("template.yaml");
    let secrets = &template["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]
        ["Secrets"];
    let version = |name: &str| json!({ "Fn::Sub": format!("${{SecretKey}}:::${{{name}}}") });
    assert_eq!(secrets[0]["Name"], "SECRET_KEY");
    assert_eq!(
        secrets[0]["ValueFrom"],
        json!({ "Fn::If": ["PinnedKey", version("SecretKeyVersion"), { "Ref": "SecretKey" }] })
    );
    let previous =
        json!({ "Name": "SECRET_KEY_PREVIOUS", "ValueFrom": version("SecretKeyPreviousVersion") });
    assert_eq!(
        secrets[1],
        json!({ "Fn::If": ["PreviousKey", previous, { "Ref": "AWS::NoValue" }] })
    );
}

#[test]
fn the_time_outs_fit_each_other() {
    let template = template("template.yaml");
    let resources = &template["Resources"];
    let stop_s =
        resources["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["StopTimeout"]
            .as_u64();
    let drain_s: u64 = environment(&template, "DRAIN_SECONDS")
        .parse()
        .expect("it is a number");
    assert!(
        stop_s > Some(drain_s),
        "killed after {stop_s:?} s, while it drains for {drain_s} s"
    );
    let idle_s = attribute(
        &resources["Balancer"]["Properties"]["LoadBalancerAttributes"],
        "idle_timeout.timeout_seconds",
    );
    let limits = fs::read_to_string(root().join("src/host/serve/limits.rs")).expect("it is there");
    let kept_s = limits
        .split("idle: Duration::from_secs(")
        .nth(1)
        .and_then(|rest| rest.split(')').next());
    let kept_s: u64 = kept_s
        .and_then(|text| text.parse().ok())
        .expect("the server says how long it keeps one");
    assert!(
        idle_s < kept_s,
        "the balancer keeps a connection {idle_s} s, the server {kept_s} s"
    );
}

#[test]
fn the_task_definition_says_what_the_template_says() {
    let template = template("template.yaml");
    let ours = &template["Resources"]["TaskDefinition"]["Properties"];
    let text = fs::read_to_string(file("task-definition.json")).expect("it is there");
    let theirs: Value = serde_json::from_str(&text).expect("it is JSON");
    let (mine, other) = (
        &ours["ContainerDefinitions"][0],
        &theirs["containerDefinitions"][0],
    );
    assert_eq!(mine["StopTimeout"], other["stopTimeout"]);
    assert_eq!(
        mine["HealthCheck"]["Command"],
        other["healthCheck"]["command"]
    );
    assert_eq!(
        mine["HealthCheck"]["StartPeriod"],
        other["healthCheck"]["startPeriod"]
    );
    assert_eq!(
        mine["PortMappings"][0]["ContainerPort"],
        other["portMappings"][0]["containerPort"]
    );
    let others = other["environment"].as_array().expect("it is a list");
    for variable in others.iter().filter(|one| one["name"] != "REPLICA_URL") {
        let name = variable["name"].as_str().expect("it is a text");
        assert_eq!(environment(&template, name), variable["value"], "{name}");
    }
}

fn environment(template: &Value, name: &str) -> String {
    let container =
        &template["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0];
    let variables = container["Environment"].as_array().expect("it is a list");
    let found = variables.iter().find(|one| one["Name"] == name);
    let value = found.and_then(|one| one["Value"].as_str());
    value
        .unwrap_or_else(|| panic!("{name} is set for all"))
        .to_owned()
}

fn attribute(attributes: &Value, key: &str) -> u64 {
    let attributes = attributes.as_array().expect("it is a list");
    let found = attributes.iter().find(|one| one["Key"] == key);
    let value = found.and_then(|one| one["Value"].as_str()?.parse().ok());
    value.unwrap_or_else(|| panic!("{key} is set"))
}
