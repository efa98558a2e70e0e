//! A service as Cloud Run knows it: its fields, and no others.
//!
//! This is what `gcloud` holds a file against, for machines without `gcloud`; and more, since `gcloud` takes any
//! annotation and any number. The limits are those Cloud Run documents.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// The annotations a revision may have that this project uses.
const ANNOTATIONS: [&str; 8] = [
    "autoscaling.knative.dev/maxScale",
    "autoscaling.knative.dev/minScale",
    "run.googleapis.com/cloudsql-instances",
    "run.googleapis.com/cpu-throttling",
    "run.googleapis.com/execution-environment",
    "run.googleapis.com/network-interfaces",
    "run.googleapis.com/startup-cpu-boost",
    "run.googleapis.com/vpc-access-egress",
];
const STREAM_MAX_S: u32 = 3_600;
const REQUESTS_MAX: u32 = 1_000;
const START_MAX_S: u32 = 240;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Service {
    api_version: String,
    kind: String,
    pub(crate) metadata: Named,
    pub(crate) spec: ServiceSpec,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceSpec {
    pub(crate) template: Template,
    traffic: Vec<Traffic>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Traffic {
    latest_revision: bool,
    percent: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    pub(crate) metadata: Annotated,
    pub(crate) spec: Revision,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Annotated {
    pub(crate) annotations: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Revision {
    pub(crate) service_account_name: String,
    pub(crate) container_concurrency: u32,
    pub(crate) timeout_seconds: u32,
    pub(crate) containers: [Container; 1],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Container {
    pub(crate) image: String,
    ports: [Port; 1],
    resources: Resources,
    pub(crate) env: Vec<Variable>,
    pub(crate) startup_probe: Probe,
    pub(crate) liveness_probe: Probe,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Port {
    name: String,
    container_port: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resources {
    limits: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) value_from: Option<From>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct From {
    pub(crate) secret_key_ref: SecretKey,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretKey {
    pub(crate) name: String,
    pub(crate) key: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Probe {
    pub(crate) http_get: HttpGet,
    period_seconds: u32,
    timeout_seconds: u32,
    failure_threshold: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpGet {
    pub(crate) path: String,
    port: u16,
}

/// Reads a service, or says what Cloud Run would not take.
pub(crate) fn read(text: &str) -> Result<Service, String> {
    let service: Service = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let wrong = wrong(&service);
    if wrong.is_empty() {
        return Ok(service);
    }
    Err(wrong.join("; "))
}

/// What Cloud Run refuses, or takes and does not mean.
fn wrong(service: &Service) -> Vec<String> {
    let Template { metadata, spec } = &service.spec.template;
    let unknown = metadata.annotations.keys();
    let unknown = unknown.filter(|key| !ANNOTATIONS.contains(&key.as_str()));
    let unknown = unknown.map(|key| format!("annotation {key}"));
    let latest = [Traffic {
        latest_revision: true,
        percent: 100,
    }];
    let holds = [
        (
            service.api_version == "serving.knative.dev/v1",
            "apiVersion",
        ),
        (service.kind == "Service", "kind"),
        (service.spec.traffic == latest, "traffic"),
        (spec.timeout_seconds <= STREAM_MAX_S, "timeoutSeconds"),
        (
            (1..=REQUESTS_MAX).contains(&spec.container_concurrency),
            "containerConcurrency",
        ),
        (
            spec.service_account_name.contains('@'),
            "serviceAccountName",
        ),
    ];
    let [container] = &spec.containers;
    let all = holds.into_iter().chain(holding(container));
    let failing = all.filter(|(holds, _)| !holds);
    unknown
        .chain(failing.map(|(_, what)| what.to_owned()))
        .collect()
}

/// What must hold of a container, and whether it does.
fn holding(container: &Container) -> [(bool, &'static str); 9] {
    let [port] = &container.ports;
    let start = &container.startup_probe;
    let probes = [start, &container.liveness_probe];
    let variables = &container.env;
    let names: BTreeSet<_> = variables.iter().map(|entry| entry.name.as_str()).collect();
    let given = |entry: &Variable| entry.value.is_some() != entry.value_from.is_some();
    // What starts later with another version of a secret would not be the same revision.
    let pinned =
        |of: &From| !of.secret_key_ref.name.is_empty() && of.secret_key_ref.key != "latest";
    let mut secrets = variables
        .iter()
        .filter_map(|entry| entry.value_from.as_ref());
    [
        (port.name == "http1", "the port's protocol"),
        (
            probes
                .iter()
                .all(|probe| probe.http_get.port == port.container_port),
            "the port of a probe",
        ),
        (
            probes
                .iter()
                .all(|probe| !probe.http_get.path.ends_with('z')),
            "a path that is Google's own",
        ),
        (
            start.period_seconds * start.failure_threshold <= START_MAX_S
                && probes
                    .iter()
                    .all(|probe| probe.timeout_seconds <= probe.period_seconds),
            "a probe's time",
        ),
        (
            container.resources.limits.keys().eq(["cpu", "memory"]),
            "the limits",
        ),
        (
            names.len() == variables.len() && !names.contains("PORT"),
            "a variable twice, or PORT, which is Cloud Run's to set",
        ),
        (
            variables.iter().all(given),
            "a variable without a value, or with two",
        ),
        (secrets.all(pinned), "a secret without a version"),
        (!container.image.contains(":latest"), "an image that moves"),
    ]
}
