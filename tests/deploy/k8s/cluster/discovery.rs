//! What a cluster tells of itself: its version, its kinds, and that it finds misspelt fields.

use serde_json::{Value, json};

/// A kind: the version of its group, its plural, its name, and whether it is in a namespace.
type Kind = (&'static str, &'static str, &'static str, bool);

const KINDS: &[Kind] = &[
    ("v1", "namespaces", "Namespace", false),
    ("v1", "configmaps", "ConfigMap", true),
    ("v1", "pods", "Pod", true),
    ("v1", "secrets", "Secret", true),
    ("v1", "serviceaccounts", "ServiceAccount", true),
    ("v1", "services", "Service", true),
    ("apps/v1", "deployments", "Deployment", true),
    ("apps/v1", "replicasets", "ReplicaSet", true),
    ("apps/v1", "statefulsets", "StatefulSet", true),
    (
        "apiextensions.k8s.io/v1",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        false,
    ),
    (
        "autoscaling/v2",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        true,
    ),
    (
        "gateway.networking.k8s.io/v1",
        "httproutes",
        "HTTPRoute",
        true,
    ),
    (
        "networking.k8s.io/v1",
        "networkpolicies",
        "NetworkPolicy",
        true,
    ),
    (
        "policy/v1",
        "poddisruptionbudgets",
        "PodDisruptionBudget",
        true,
    ),
];

/// Answers what is asked about the cluster itself.
pub(super) fn answer(path: &str) -> Option<Value> {
    let asked = path.trim_end_matches('/');
    match asked {
        "/version" => Some(json!({"major": "1", "minor": "37", "gitVersion": "v1.37.0"})),
        "/api" => Some(json!({"kind": "APIVersions", "versions": ["v1"]})),
        "/apis" => Some(groups()),
        "/openapi/v3" => Some(documents()),
        _ => {
            if let Some(version) = asked.strip_prefix("/openapi/v3") {
                return Some(document(of_path(version)?));
            }
            Some(resources(of_path(asked)?))
        }
    }
}

/// The name of the kind with a plural, and whether the cluster has it.
pub(super) fn kind_of(version: &str, plural: &str) -> Option<&'static str> {
    let mut kinds = KINDS.iter();
    let kind = kinds.find(|kind| kind.0 == version && kind.1 == plural);
    kind.map(|kind| kind.2)
}

/// Which version of a group lies at a path.
fn of_path(path: &str) -> Option<&'static str> {
    versions()
        .into_iter()
        .find(|version| path_of(version) == path)
}

fn path_of(version: &str) -> String {
    let root = if version == "v1" { "/api" } else { "/apis" };
    format!("{root}/{version}")
}

fn versions() -> Vec<&'static str> {
    let mut versions: Vec<_> = KINDS.iter().map(|kind| kind.0).collect();
    versions.dedup();
    versions
}

fn groups() -> Value {
    let groups = versions().into_iter().filter_map(|whole| {
        let (group, version) = whole.split_once('/')?;
        let version = json!({"groupVersion": whole, "version": version});
        Some(json!({"name": group, "versions": [version], "preferredVersion": version}))
    });
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups.collect::<Vec<_>>()})
}

fn resources(version: &str) -> Value {
    let verbs = ["create", "get", "list", "patch", "update", "watch"];
    let kinds = KINDS.iter().filter(|kind| kind.0 == version);
    let resources = kinds.map(|(_, plural, kind, namespaced)| {
        json!({"name": plural, "singularName": kind.to_lowercase(), "kind": kind, "namespaced": namespaced,
               "verbs": verbs})
    });
    let mut resources: Vec<_> = resources.collect();
    if version == "apps/v1" {
        for name in ["deployments/scale", "statefulsets/scale"] {
            resources.push(json!({"name": name, "singularName": "", "kind": "Scale", "group": "autoscaling",
                                  "version": "v1", "namespaced": true, "verbs": ["get", "patch", "update"]}));
        }
    }
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources})
}

fn documents() -> Value {
    let paths = versions().into_iter().map(|version| {
        let path = path_of(version);
        let document = json!({"serverRelativeURL": format!("/openapi/v3{path}")});
        (path.trim_start_matches('/').to_owned(), document)
    });
    json!({"paths": paths.collect::<serde_json::Map<_, _>>()})
}

/// Says of each kind that the server looks for fields it does not know. Schemas are left out: `kubectl` then
/// merges by those it has built in.
fn document(version: &str) -> Value {
    let (group, number) = version.split_once('/').unwrap_or(("", version));
    let kinds = KINDS.iter().filter(|kind| kind.0 == version);
    let paths = kinds.map(|(_, plural, kind, _)| {
        let patch = json!({
            "parameters": [{"name": "fieldValidation", "in": "query"}],
            "x-kubernetes-group-version-kind": {"group": group, "version": number, "kind": kind},
            "responses": {},
        });
        (
            format!("{}/{plural}/{{name}}", path_of(version)),
            json!({"patch": patch}),
        )
    });
    json!({
        "openapi": "3.0.0",
        "info": {"title": "a stand-in", "version": "1"},
        "paths": paths.collect::<serde_json::Map<_, _>>(),
    })
}
