//! That numbers and names which stand in different files fit each other, on every platform.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use deploy::{built, read, run};
use host::ConnectionLimits;
use serde_json::Value;

use super::amazon::judges::template;
use super::cloudrun;
use super::compose::written::{STACKS, composed, composed_with};
use super::k8s::manifests::{Manifests, OVERLAYS};

/// What `PostgreSQL` has for others as it comes: a hundred, less three for its superuser.
const CONNECTIONS_MAX: u64 = 97;
/// Connections of the database that the guide for Cloud Run creates.
const CONNECTIONS_OF_CLOUD_SQL: u64 = 50;
/// Instances that are still ending while a rollout on Kubernetes goes on: they count for nothing in `maxSurge`.
const LEAVING: u64 = 5;
/// Seconds that a journal which fills its volume takes from a bucket, three times over.
const RESTORE_S: u64 = 600;
/// What others read of the variables of a process, and what only the program for Lambda does.
const OF_OTHERS: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "GOOGLE_CLOUD_PROJECT",
    "SECRET_KEY_SECRET",
    "SECRET_KEY_VERSION",
    "SECRET_KEY_PREVIOUS_VERSION",
];

#[test]
fn a_process_has_drained_before_it_is_killed() {
    for overlay in OVERLAYS {
        let manifests = Manifests::of(overlay);
        let grace = number(&manifests.pod()["spec"]["terminationGracePeriodSeconds"]);
        let before = number(&manifests.container()["lifecycle"]["preStop"]["sleep"]["seconds"]);
        let drain = number(manifests.setting("DRAIN_SECONDS"));
        assert!(before + drain <= grace, "{overlay}");
    }
    for stack in &STACKS[1..] {
        let app = &composed(stack)["services"]["app"];
        let grace = app["stop_grace_period"].as_str().unwrap();
        let grace: u64 = grace.trim_end_matches('s').parse().unwrap();
        assert!(
            number(&app["environment"]["DRAIN_SECONDS"]) < grace,
            "{stack:?}"
        );
    }
    let container = task_container();
    let drain = variable(&container["Environment"], "DRAIN_SECONDS");
    assert!(number(drain) < number(&container["StopTimeout"]));
}

/// Else a balancer sends a request into a connection that is just closing.
#[test]
fn a_balancer_gives_up_an_idle_connection_before_the_server_does() {
    let template = template("ecs/template.yaml");
    let balancer = &template["Resources"]["Balancer"]["Properties"]["LoadBalancerAttributes"];
    let mut attributes = balancer.as_array().unwrap().iter();
    let idle = attributes.find(|one| one["Key"] == "idle_timeout.timeout_seconds");
    let idle = Duration::from_secs(number(&idle.unwrap()["Value"]));
    assert!(idle < ConnectionLimits::new(1, 1, Duration::ZERO, 1).idle);
}

/// Else a player sees API Gateway's error, and the function's log says nothing of it.
#[test]
fn a_function_gives_up_before_its_gateway_does() {
    let template = template("lambda/template.yaml");
    let properties = |name: &str| template["Resources"][name]["Properties"].clone();
    let timeout = 1000 * number(&properties("Function")["Timeout"]);
    for (integration, waits_at_most) in [("HttpIntegration", 30_000), ("SocketIntegration", 29_000)]
    {
        let waits = number(&properties(integration)["TimeoutInMillis"]);
        assert!(timeout < waits && waits <= waits_at_most, "{integration}");
    }
}

#[test]
fn a_restore_is_waited_for() {
    let manifests = Manifests::of(OVERLAYS[0]);
    let probe = &manifests.container()["startupProbe"];
    let patience = number(&probe["periodSeconds"]) * number(&probe["failureThreshold"]);
    assert!(patience >= RESTORE_S, "{patience} s");
}

/// A database or bucket that is away is no reason to restart what waits for it.
#[test]
fn whether_a_process_lives_depends_on_nothing_else() {
    for overlay in OVERLAYS {
        let manifests = Manifests::of(overlay);
        let probe = &manifests.container()["livenessProbe"];
        assert_eq!(probe["httpGet"]["path"], "/health/live", "{overlay}");
    }
    let probe = &service_container()["livenessProbe"];
    assert_eq!(probe["httpGet"]["path"], "/health/live");
    let check = &task_container()["HealthCheck"]["Command"];
    assert_eq!(check[3], "--live", "{check}");
}

#[test]
fn the_connections_of_two_releases_fit_into_the_database() {
    let manifests = Manifests::of(OVERLAYS[1]);
    let surge = number(&manifests.workload()["spec"]["strategy"]["rollingUpdate"]["maxSurge"]);
    let most = number(&manifests.only("HorizontalPodAutoscaler")["spec"]["maxReplicas"]);
    let pool = number(manifests.setting("DB_POOL_SIZE"));
    assert!(pool * (most + surge + LEAVING) <= CONNECTIONS_MAX);

    // Five instances, as the guide scales to.
    let pool = &composed(STACKS[2])["services"]["app"]["environment"]["DB_POOL_SIZE"];
    assert!(number(pool) * 5 * 2 <= CONNECTIONS_MAX);

    let service: Value = serde_saphyr::from_str(&cloudrun::files::with_a_database()).unwrap();
    let template = &service["spec"]["template"];
    let most = &template["metadata"]["annotations"]["autoscaling.knative.dev/maxScale"];
    let pool = variable(&template["spec"]["containers"][0]["env"], "DB_POOL_SIZE");
    assert!(number(pool) * number(most) * 2 < CONNECTIONS_OF_CLOUD_SQL);
}

#[test]
fn open_pages_leave_room_for_other_requests_on_cloud_run() {
    let spec = &service()["spec"]["template"]["spec"];
    let streams = variable(&spec["containers"][0]["env"], "MAX_STREAMS");
    assert!(number(streams) < number(&spec["containerConcurrency"]));
}

#[test]
fn every_variable_that_is_set_is_one_of_ours() {
    let help = run(Command::new(built("arcane-codex")).arg("--help"));
    let ours: BTreeSet<&str> = help.split_whitespace().collect();
    let mut unknown = Vec::new();
    for (place, names) in set() {
        unknown.extend(names.into_iter().filter_map(|name| {
            let known = ours.contains(name.strip_suffix("_FILE").unwrap_or(&name));
            let known = known || OF_OTHERS.contains(&name.as_str());
            (!known).then(|| format!("{place}: {name}"))
        }));
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The server compares the two and says when they differ. Without it a variable would be dropped in silence.
#[test]
fn a_secret_of_the_shell_reaches_the_server_beside_the_file_of_it() {
    for stack in &STACKS[1..] {
        let environment = |composed: &Value| composed["services"]["app"]["environment"].clone();
        let without = environment(&composed(stack));
        let files = without.as_object().unwrap().keys();
        let names: Vec<_> = files
            .filter_map(|name| name.strip_suffix("_FILE"))
            .collect();
        assert!(names.len() > 1, "{without}");
        let given: Vec<_> = names.iter().map(|name| (*name, "from the shell")).collect();
        let with = environment(&composed_with(stack, &given));
        for name in names {
            assert_eq!(without[name], "", "{name}");
            assert_eq!(with[name], "from the shell", "{name}");
        }
    }
}

#[test]
fn a_version_is_the_same_wherever_it_is_named() {
    let manifest = read("Cargo.toml");
    let after = |text: &str, before: &str| {
        let (_, rest) = text.split_once(before).unwrap();
        let end = rest.find(['"', '\n', '}']).unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let compiler = after(&manifest, "rust-version = \"");
    let dockerfile = read("Dockerfile");
    let base = after(&dockerfile, "ARG RUNTIME_IMAGE=");
    for file in [
        "Dockerfile",
        "compose.yaml",
        "compose.prod.yaml",
        ".env.example",
    ] {
        let text = read(file);
        assert!(
            text.contains(&format!("rust:{compiler}-bookworm")),
            "{file}"
        );
        assert!(text.contains(&base), "{file} does not name {base}");
    }
    let buildpack = read("RustConfig");
    assert_eq!(after(&buildpack, "VERSION="), compiler);
    let package = after(&buildpack, "--package ");
    assert!(read("Procfile").contains(&format!("web: ./target/release/{package}\n")));

    let version = after(&manifest, "\nversion = \"");
    for overlay in OVERLAYS {
        let image = Manifests::of(overlay).container()["image"].clone();
        assert_eq!(image, format!("arcane-codex:{version}"), "{overlay}");
    }
    // What builds a release on Heroku is named by one commit, in the file and in the guide.
    let app: Value = serde_json::from_str(&read("app.json")).unwrap();
    let buildpack = app["buildpacks"][0]["url"].as_str().unwrap();
    let (_, commit) = buildpack.split_once('#').unwrap();
    assert_eq!(commit.len(), 40);
    assert!(read("heroku/README.md").contains(buildpack), "{buildpack}");
}

#[test]
fn a_cluster_starts_the_image_as_its_own_user() {
    let dockerfile = read("Dockerfile");
    let user = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("USER "));
    let user = user.unwrap().split(':').next().unwrap();
    for overlay in OVERLAYS {
        let manifests = Manifests::of(overlay);
        let starts = &manifests.pod()["spec"]["securityContext"]["runAsUser"];
        assert_eq!(starts.to_string(), user, "{overlay}");
    }
}

/// The variables each descriptor sets.
fn set() -> Vec<(String, Vec<String>)> {
    let names = |list: &Value, key: &str| -> Vec<String> {
        let entries = list.as_array().into_iter().flatten();
        let names = entries.filter_map(|entry| entry[key].as_str());
        names.map(str::to_owned).collect()
    };
    let keys = |fields: &Value| -> Vec<String> {
        let fields = fields.as_object().into_iter().flatten();
        fields.map(|(name, _)| name.clone()).collect()
    };
    let mut set = Vec::new();
    for overlay in OVERLAYS {
        let manifests = Manifests::of(overlay);
        set.push((
            overlay.to_owned(),
            keys(&manifests.only("ConfigMap")["data"]),
        ));
        let own = names(&manifests.container()["env"], "name");
        set.push((overlay.to_owned(), own));
    }
    for stack in STACKS {
        let app = &composed(stack)["services"]["app"]["environment"];
        set.push((stack.join(", "), keys(app)));
    }
    let task = task_container();
    for list in ["Environment", "Secrets"] {
        set.push(("ecs/template.yaml".to_owned(), names(&task[list], "Name")));
    }
    let function = template("lambda/template.yaml")["Resources"]["Function"]["Properties"].take();
    let environment = keys(&function["Environment"]["Variables"]);
    set.push(("lambda/template.yaml".to_owned(), environment));
    let service: Value = serde_saphyr::from_str(&cloudrun::files::with_a_database()).unwrap();
    let of_service = &service["spec"]["template"]["spec"]["containers"][0]["env"];
    set.push((
        "cloudrun/service.yaml".to_owned(),
        names(of_service, "name"),
    ));
    let app: Value = serde_json::from_str(&read("app.json")).unwrap();
    set.push(("app.json".to_owned(), keys(&app["env"])));
    assert!(set.iter().all(|(_, names)| !names.is_empty()), "{set:?}");
    set
}

/// The service of Cloud Run, as it is for a replica.
fn service() -> Value {
    serde_saphyr::from_str(&read("cloudrun/service.yaml")).unwrap()
}

fn service_container() -> Value {
    service()["spec"]["template"]["spec"]["containers"][0].take()
}

fn task_container() -> Value {
    let mut template = template("ecs/template.yaml");
    template["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0].take()
}

/// The value of a variable in a list of them.
fn variable<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut entries = list.as_array().into_iter().flatten();
    let entry = entries.find(|entry| entry["name"] == name || entry["Name"] == name);
    let entry = entry.unwrap_or_else(|| panic!("{name} is not set"));
    if entry["value"].is_null() {
        &entry["Value"]
    } else {
        &entry["value"]
    }
}

/// A number, however it is written.
fn number(value: &Value) -> u64 {
    let text = value.as_str().map(str::to_owned);
    let text = text.unwrap_or_else(|| value.to_string());
    text.parse()
        .unwrap_or_else(|_| panic!("{value} is no number"))
}
