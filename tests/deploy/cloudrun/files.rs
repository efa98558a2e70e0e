//! Each file by itself: the service, the build, the script, the workflow.

use std::fs;
use std::process::{Command, Output};

use deploy::{outcome, root, run, told};
use servers::program;
use tempfile::TempDir;

use crate::google::{Google, gcloud};
use crate::{building, knative, read};

/// What is misspelt in a service: each must be refused.
const MISSPELT: [(&str, &str); 6] = [
    ("containerConcurrency:", "containerConcurency:"),
    ("timeoutSeconds: 3600", "timeoutSecond: 3600"),
    ("secretKeyRef:", "secretKeyReference:"),
    ("startupProbe:", "startProbe:"),
    ("serviceAccountName:", "serviceAccount_Name:"),
    ("latestRevision:", "latestRevison:"),
];
/// What Cloud Run would take or refuse only when it is too late, and `gcloud` lets through.
const WRONG: [(&str, &str); 9] = [
    (
        "run.googleapis.com/cpu-throttling",
        "run.googleapis.com/cpu-throtling",
    ),
    ("timeoutSeconds: 3600", "timeoutSeconds: 3601"),
    ("containerConcurrency: 1000", "containerConcurrency: 1001"),
    ("path: /health/live,", "path: /livez,"),
    ("failureThreshold: 240", "failureThreshold: 241"),
    ("name: TRUSTED_PROXY_HOPS", "name: PORT"),
    ("name: http1", "name: h2c"),
    ("KEY_VERSION", "latest"),
    ("image: IMAGE", "image: server:latest"),
];

/// The service's lines as the guide changes them for a database.
fn with_a_database(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.ends_with("# replica"));
    let lines = kept.map(|line| line.replacen("# database: ", "", 1) + "\n");
    lines.collect()
}

/// What a container is given under a name.
fn value<'a>(container: &'a knative::Container, name: &str) -> &'a str {
    let mut variables = container.env.iter();
    let variable = variables.find(|variable| variable.name == name);
    variable
        .and_then(|variable| variable.value.as_deref())
        .unwrap()
}

/// Whether `gcloud` would send a service to Cloud Run, and what it said.
fn replace(google: &Google, text: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("service.yaml");
    fs::write(&file, text).unwrap();
    let mut gcloud = Command::new("gcloud");
    gcloud.args([
        "run",
        "services",
        "replace",
        "--region=europe-west1",
        "--project=my-codex",
    ]);
    outcome(google.reached_by(gcloud.arg(file)))
}

#[test]
fn the_service_is_one_that_cloud_run_knows() {
    let service = knative::read(&read("cloudrun/service.yaml")).unwrap();
    let spec = &service.spec.template.spec;
    assert_eq!(service.metadata.name, "arcane-codex");
    assert_eq!(
        (spec.timeout_seconds, spec.container_concurrency),
        (3_600, 1_000)
    );
    let [container] = &spec.containers;
    assert_eq!(value(container, "MAX_STREAMS"), "900");
    // No port that Cloud Run leads to.
    assert_eq!(value(container, "METRICS_PORT"), "9464");
    assert_eq!(container.startup_probe.http_get.path, "/health/ready");
    assert_eq!(container.liveness_probe.http_get.path, "/health/live");
}

#[test]
fn a_service_with_one_thing_wrong_is_refused() {
    let text = read("cloudrun/service.yaml");
    for (right, wrong) in MISSPELT.iter().chain(&WRONG) {
        let changed = text.replace(right, wrong);
        assert_ne!(changed, text, "there is no {right}");
        let refused = knative::read(&changed).map(|service| service.metadata.name);
        assert!(refused.is_err(), "{wrong} was taken");
    }
}

#[test]
fn the_lines_for_a_database_make_a_service_of_several_instances() {
    let service = knative::read(&with_a_database(&read("cloudrun/service.yaml"))).unwrap();
    let template = &service.spec.template;
    let [container] = &template.spec.containers;
    let names: Vec<_> = container
        .env
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(
        template.metadata.annotations["autoscaling.knative.dev/maxScale"],
        "5"
    );
    assert!(
        names.contains(&"DATABASE_URL") && names.contains(&"REDIS_URL"),
        "{names:?}"
    );
    assert!(!names.contains(&"REPLICA_URL"), "{names:?}");
    // Two revisions of five instances, within what the database of the guide has.
    let pool: u32 = value(container, "DB_POOL_SIZE").parse().unwrap();
    assert!(pool * 5 * 2 < 50, "{pool}");
}

#[test]
fn gcloud_sends_the_service_and_refuses_a_misspelt_field() {
    if gcloud().is_none() {
        return;
    }
    let google = Google::start();
    let text = with_a_database(&read("cloudrun/service.yaml"));
    let (right, wrong) = MISSPELT[0];
    let refused = replace(&google, &text.replace(right, wrong));
    assert!(!refused.status.success(), "{}", told(&refused));
    assert!(
        told(&refused).contains("containerConcurency"),
        "{}",
        told(&refused)
    );
    assert_eq!(google.kept().changes, [""; 0], "nothing was sent");
    let taken = replace(&google, &text);
    assert!(taken.status.success(), "{}", told(&taken));
    let sent = "POST run/apis/serving.knative.dev/v1/namespaces/my-codex/services";
    assert_eq!(google.kept().changes, [sent]);
}

#[test]
fn the_build_is_one_that_cloud_build_knows() {
    let text = read("cloudrun/cloudbuild.yaml");
    let build = building::read(&text).unwrap();
    let steps: Vec<_> = build.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["build", "push", "release"]);
    let args = &build.steps[0].args;
    assert_eq!(build.steps[0].env, ["DOCKER_BUILDKIT=1"]);
    assert!(
        args.contains(&"--build-arg=PLATFORM=cloudrun".to_owned()),
        "{args:?}"
    );
    assert_eq!(build.options.logging, "CLOUD_LOGGING_ONLY");
    assert!(build.options.dynamic_substitutions && build.timeout == "3600s");
    // Cloud Build refuses a substitution that nothing uses.
    for name in build.substitutions.keys() {
        assert!(text.contains(&format!("${{{name}}}")), "{name} is not used");
    }
    assert!(building::read(&text.replace("steps:", "step:")).is_err());
    assert!(building::read(&text.replace("script: |", "scripts: |")).is_err());
}

#[test]
fn the_scripts_have_no_faults_that_shellcheck_knows() {
    let folder = TempDir::new().unwrap();
    let build = building::read(&read("cloudrun/cloudbuild.yaml")).unwrap();
    let mut shellcheck = Command::new(program("cloudrun", "shellcheck"));
    shellcheck.arg(root().join("cloudrun/deploy.sh"));
    shellcheck.arg(root().join("tests/install/cloudrun.sh"));
    for step in &build.steps {
        assert!(
            step.name.starts_with("gcr.io/"),
            "{} is nobody's image",
            step.name
        );
        if let Some(script) = &step.script {
            let file = folder.path().join(&step.id);
            fs::write(&file, script).unwrap();
            shellcheck.arg(file);
        }
    }
    run(&mut shellcheck);
}

#[test]
fn the_workflow_gives_nothing_away() {
    let mut zizmor = Command::new(program("cloudrun", "zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona=pedantic"]);
    run(zizmor.arg(root().join("cloudrun/github-workflow.yml")));
    let workflow = read("cloudrun/github-workflow.yml");
    for line in workflow.lines().filter(|line| line.contains("uses: ")) {
        let commit = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
        assert!(commit.len() == 40, "{line}");
    }
}

#[test]
fn an_image_is_released_by_its_digest_or_not_at_all() {
    for image in [
        "",
        "server",
        "host/server:latest",
        "host/server@sha256:0123",
    ] {
        let mut script = Command::new(root().join("cloudrun/deploy.sh"));
        script
            .args(["release", image])
            .env("PROJECT", "my-codex")
            .env("REGION", "europe-west1");
        let output = outcome(&mut script);
        assert_eq!(output.status.code(), Some(2), "{image}: {}", told(&output));
        assert!(told(&output).contains("by its digest"), "{}", told(&output));
    }
}
