//! Whether the parts of an overlay fit together, and fit the service. Each fault is a sentence, so that a planted
//! one can be told from another.

mod network;
mod numbers;
mod pod;
mod route;
mod settings;

use crate::manifests::{Manifests, OVERLAYS, rendered};

/// A look at one side of an overlay.
type Look = fn(&Manifests) -> Vec<String>;

const LOOKS: [Look; 9] = [
    network::services,
    network::policies,
    numbers::time,
    numbers::instances,
    pod::probes,
    pod::rights,
    pod::volumes,
    route::route,
    settings::settings,
];

#[test]
fn the_parts_fit_together() {
    for overlay in OVERLAYS {
        let faults = faults(&rendered(overlay));
        assert!(faults.is_empty(), "{overlay}:\n{}", faults.join("\n"));
    }
}

#[test]
fn a_planted_fault_is_found() {
    let whole = OVERLAYS.map(rendered);
    for (right, wrong, fault) in PLANTED {
        let planted = whole.iter().filter(|yaml| yaml.contains(right));
        let planted: Vec<_> = planted
            .map(|yaml| faults(&yaml.replace(right, wrong)))
            .collect();
        assert!(!planted.is_empty(), "{right} is nowhere");
        for found in planted {
            let named = found.iter().any(|found| found.contains(fault));
            assert!(named, "{wrong}: {fault} is not in {found:?}");
        }
    }
}

#[test]
fn without_a_folder_there_is_one_instance() {
    assert_eq!(rendered("k8s"), rendered(OVERLAYS[0]));
}

fn faults(yaml: &str) -> Vec<String> {
    let manifests = Manifests::read(yaml);
    LOOKS.iter().flat_map(|look| look(&manifests)).collect()
}

/// Returns the sentences whose condition does not hold.
fn unless<S: Into<String>>(rules: impl IntoIterator<Item = (bool, S)>) -> Vec<String> {
    let broken = rules.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, sentence)| sentence.into()).collect()
}

/// What is right, what is written in its place, and what is to be said of it.
const PLANTED: &[(&str, &str, &str)] = &[
    (
        "targetPort: http",
        "targetPort: htpp",
        "leads to a port that no container has",
    ),
    (
        "app.kubernetes.io/name: arcane-codex\n---",
        "app.kubernetes.io/name: arcane\n---",
        "takes no pods of ours",
    ),
    (
        "containerPort: 5000",
        "containerPort: 5001",
        "listens on another port",
    ),
    (
        "METRICS_PORT: \"9090\"",
        "METRICS_PORT: \"9091\"",
        "listens on another port",
    ),
    (
        "prometheus.io/port: \"9090\"",
        "prometheus.io/port: \"5000\"",
        "scrapers are sent to",
    ),
    (
        "path: /health/live",
        "path: /health/alive",
        "asks for an address that is not served",
    ),
    (
        "path: /health/live",
        "path: /health/ready",
        "liveness must not depend",
    ),
    (
        "path: /health/live\n            port: http\n          periodSeconds: 5",
        "path: /health/ready\n            port: http\n          periodSeconds: 5",
        "others can stand in for",
    ),
    (
        "path: /health/ready\n            port: http\n          periodSeconds: 5",
        "path: /health/live\n            port: http\n          periodSeconds: 5",
        "others can stand in for",
    ),
    (
        "failureThreshold: 450",
        "failureThreshold: 150",
        "killed while it is restored",
    ),
    (
        "podManagementPolicy: Parallel",
        "podManagementPolicy: OrderedReady",
        "cannot be taken back",
    ),
    (
        "DRAIN_SECONDS: \"50\"",
        "DRAIN_SECONDS: \"55\"",
        "killed before it has drained",
    ),
    (
        "MAX_CONCURRENT_GAMES:",
        "MAX_CONCURENT_GAMES:",
        "is no variable of ours",
    ),
    ("REPLICA_ACK: strict", "REPLICA_ACK: async", "REPLICA_ACK"),
    (
        "value: /run/secrets/arcane/secret-key",
        "value: /run/secrets/arcane/secret_key",
        "names a file that is not there",
    ),
    (
        "arcane-codex/monitoring: \"true\"",
        "arcane-codex/edge: \"true\"",
        "figures can be reached",
    ),
    ("  - Egress\n", "", "leaves a direction open"),
    ("- port: 443", "- port: 8443", "no way to"),
    ("- port: 6379", "- port: 6380", "no way to"),
    ("minReplicas: 3", "minReplicas: 1", "the budget"),
    ("maxReplicas: 10", "maxReplicas: 12", "connections"),
    (
        "maxUnavailable: 0",
        "maxUnavailable: 1",
        "before a new one is ready",
    ),
    (
        "    kind: Deployment\n    name: arcane-app",
        "    kind: Deployment\n    name: arcane",
        "scales nothing of ours",
    ),
    (
        " container: codex",
        " container: app",
        "scales nothing of ours",
    ),
    ("ReadWriteOncePod", "ReadWriteOnce", "ReadWriteOncePod"),
    (
        "requiredDuringScheduling",
        "preferredDuringScheduling",
        "a second instance could start",
    ),
    (
        "topologyKey: kubernetes.io/os",
        "topologyKey: kubernetes.io/hostname",
        "a second instance could start",
    ),
    ("replicas: 1\n", "replicas: 2\n", "one instance"),
    (
        "mountPath: /data",
        "mountPath: /journal",
        "the journal lies outside",
    ),
    ("runAsUser: 10001", "runAsUser: 0", "another user"),
    (
        "image: arcane-codex:0.1.0",
        "image: arcane-codex:latest",
        "not of this version",
    ),
    ("type: RuntimeDefault", "type: Unconfined", "restricted"),
    ("text/event-stream", "text/html", "event streams"),
    ("request: 35s", "request: 20s", "before the journal"),
    ("request: 0s", "requests: 0s", "has no field requests"),
    (
        "sectionName: https",
        "sectionName: http",
        "without TLS lead to us",
    ),
    (
        "scheme: https",
        "scheme: http",
        "is not sent to where TLS is",
    ),
    (
        "- name: arcane-app\n      port: 80",
        "- name: arcane-app\n      port: 8080",
        "leads to no service",
    ),
];
