//! A stand-in for a cluster's API server: it knows the kinds of the manifests, keeps objects as they are sent, and
//! has every Deployment rolled out already. It starts no pods and checks no fields; `schemas` does that.

use std::path::Path;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use deploy::{Answer, Asked, Kept, Provider, ok};
use serde_json::{Value, json};

/// Versions of groups, and their kinds by plural and name.
const KINDS: &[(&str, &[(&str, &str)])] = &[
    (
        "v1",
        &[
            ("namespaces", "Namespace"),
            ("configmaps", "ConfigMap"),
            ("pods", "Pod"),
            ("secrets", "Secret"),
            ("serviceaccounts", "ServiceAccount"),
            ("services", "Service"),
        ],
    ),
    (
        "apps/v1",
        &[
            ("deployments", "Deployment"),
            ("replicasets", "ReplicaSet"),
            ("statefulsets", "StatefulSet"),
        ],
    ),
    (
        "apiextensions.k8s.io/v1",
        &[("customresourcedefinitions", "CustomResourceDefinition")],
    ),
    (
        "autoscaling/v2",
        &[("horizontalpodautoscalers", "HorizontalPodAutoscaler")],
    ),
    (
        "gateway.networking.k8s.io/v1",
        &[("httproutes", "HTTPRoute")],
    ),
    (
        "networking.k8s.io/v1",
        &[("networkpolicies", "NetworkPolicy")],
    ),
    (
        "policy/v1",
        &[("poddisruptionbudgets", "PodDisruptionBudget")],
    ),
];
const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/arcane/deployments/arcane-app";
const REVISION: &str = "deployment.kubernetes.io/revision";

/// Starts one, and writes what leads `kubectl` there into a file.
pub(crate) fn start(config: &Path) -> Provider {
    let cluster = Provider::start(answer);
    let server = format!("http://{}", cluster.address);
    let text = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "stand-in",
        "clusters": [{"name": "stand-in", "cluster": {"server": server}}],
        "contexts": [{"name": "stand-in", "context": {"cluster": "stand-in", "user": "somebody"}}],
        "users": [{"name": "somebody", "user": {}}],
    });
    std::fs::write(config, text.to_string()).expect("a file can be written");
    cluster
}

fn answer(kept: &mut Kept, asked: &Asked) -> Answer {
    if asked.path.starts_with("/openapi") {
        // Without schemas `kubectl` merges by those it has built in.
        return Answer::Other(Box::new(().into_response()));
    }
    if let Some(known) = discovery(asked.path.trim_end_matches('/')) {
        return ok(known);
    }
    let kind = asked.headers.get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().ends_with(b"protobuf")) {
        // What `kubectl create` makes by itself comes packed, and is taken as it is.
        let kind = [(header::CONTENT_TYPE, "application/vnd.kubernetes.protobuf")];
        return Answer::Other(Box::new((kind, asked.body.clone()).into_response()));
    }
    match asked.method.as_str() {
        "GET" => look(kept, asked),
        "POST" => {
            let object = asked.json();
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let path = format!("{}/{name}", asked.path);
            Answer::Json(StatusCode::CREATED, keep(kept, path, object))
        }
        "PATCH" if asked.path.ends_with("/scale") => {
            let replicas = asked.json()["spec"]["replicas"].clone();
            change(kept, DEPLOYMENT, &json!({"spec": {"replicas": replicas}}));
            ok(json!({
                "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "arcane-app"},
                "spec": {"replicas": replicas}, "status": {"replicas": replicas},
            }))
        }
        "PATCH" if asked.json().is_array() => {
            // A rollback: the operations of a JSON patch, of which one replaces the template.
            let operations = asked.json();
            let mut replaced = operations.as_array().into_iter().flatten();
            let template = replaced.find(|one| one["path"] == "/spec/template");
            let template = template.map_or(Value::Null, |one| one["value"].clone());
            ok(change(
                kept,
                &asked.path,
                &json!({"spec": {"template": template}}),
            ))
        }
        "PATCH" => ok(change(kept, &asked.path, &asked.json())),
        _ => ok(keep(kept, asked.path.clone(), asked.json())),
    }
}

/// Looks for an object, a list, a log or the scale of something.
fn look(kept: &Kept, asked: &Asked) -> Answer {
    if asked.query.contains("watch=") {
        // Watching ends at once, and `kubectl` lists again.
        let invalid = Answer::Json(StatusCode::UNPROCESSABLE_ENTITY, status("Invalid", 422));
        let streams = asked.query.contains("sendInitialEvents");
        return if streams {
            invalid
        } else {
            Answer::Other(Box::new(().into_response()))
        };
    }
    let words = asked.words();
    let found = kept.objects.get(&asked.path).cloned();
    match words.as_slice() {
        ["api", "v1", "namespaces", name] => {
            let fresh =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            ok(found.unwrap_or(fresh))
        }
        [.., "log"] => Answer::Other(Box::new(
            "{\"message\":\"the Codex is open\"}\n".into_response(),
        )),
        [.., "pods", _] => ok(pod()),
        [.., "pods"] => ok(list("v1", "Pod", &[pod()])),
        [.., "replicasets"] => ok(list("apps/v1", "ReplicaSet", &revisions(kept))),
        [.., "deployments"] => {
            let items: Vec<Value> = kept.objects.get(DEPLOYMENT).cloned().into_iter().collect();
            ok(list("apps/v1", "Deployment", &items))
        }
        _ => found.map_or_else(
            || Answer::Json(StatusCode::NOT_FOUND, status("NotFound", 404)),
            ok,
        ),
    }
}

/// Keeps an object, a Deployment with the state of one that is rolled out.
fn keep(kept: &mut Kept, path: String, mut object: Value) -> Value {
    if object["kind"] == "Deployment" {
        let replicas = object["spec"]["replicas"].as_u64().unwrap_or(1);
        object["spec"]["replicas"] = replicas.into();
        let added = json!({
            "metadata": {"uid": "uid-1", "generation": 1, "annotations": {REVISION: "2"}},
            "status": {
                "observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
                "readyReplicas": replicas, "availableReplicas": replicas,
            },
        });
        merge(&mut object, &added);
    }
    kept.objects.insert(path, object.clone());
    object
}

fn change(kept: &mut Kept, path: &str, added: &Value) -> Value {
    let mut object = kept.objects.get(path).cloned().unwrap_or_else(|| {
        let name = path.rsplit('/').next();
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    });
    merge(&mut object, added);
    keep(kept, path.to_owned(), object)
}

/// Merges as RFC 7386 has it. For lists of our manifests that is what a strategic merge comes to.
fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *into = patch.clone();
        return;
    };
    for (name, value) in fields {
        merge(&mut into[name], value);
    }
}

/// Two revisions of the Deployment, of which the older has another template.
fn revisions(kept: &Kept) -> Vec<Value> {
    let deployment = kept.objects.get(DEPLOYMENT).cloned().unwrap_or_default();
    let revisions = (1..=2).map(|number| {
        let mut template = deployment["spec"]["template"].clone();
        if number == 1 {
            template["metadata"]["annotations"]["revision"] = "before".into();
        }
        json!({
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": format!("arcane-app-{number}"), "namespace": "arcane", "uid": number.to_string(),
                "labels": template["metadata"]["labels"], "annotations": {REVISION: number.to_string()},
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": "arcane-app", "uid": "uid-1",
                    "controller": true,
                }],
            },
            "spec": {
                "replicas": deployment["spec"]["replicas"], "selector": deployment["spec"]["selector"],
                "template": template,
            },
        })
    });
    revisions.collect()
}

fn pod() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "arcane-app-1", "namespace": "arcane"},
        "spec": {"containers": [{"name": "codex"}]}, "status": {"phase": "Running"},
    })
}

fn list(version: &str, kind: &str, items: &[Value]) -> Value {
    json!({
        "apiVersion": version, "kind": format!("{kind}List"), "metadata": {"resourceVersion": "1"}, "items": items,
    })
}

fn status(reason: &str, code: u16) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": reason, "message": reason, "code": code,
    })
}

/// What a cluster tells of itself: its version, its groups and their kinds.
fn discovery(path: &str) -> Option<Value> {
    let groups = KINDS.iter().filter_map(|(whole, _)| {
        let (group, version) = whole.split_once('/')?;
        let version = json!({"groupVersion": whole, "version": version});
        Some(json!({"name": group, "versions": [version], "preferredVersion": version}))
    });
    match path {
        "/version" => Some(json!({"major": "1", "minor": "37", "gitVersion": "v1.37.0"})),
        "/api" => Some(json!({"kind": "APIVersions", "versions": ["v1"]})),
        "/apis" => Some(json!({
            "kind": "APIGroupList", "apiVersion": "v1", "groups": groups.collect::<Vec<_>>(),
        })),
        _ => {
            let asked = path.strip_prefix("/apis/").or(path.strip_prefix("/api/"))?;
            let (version, kinds) = KINDS.iter().find(|(version, _)| *version == asked)?;
            Some(resources(version, kinds))
        }
    }
}

fn resources(version: &str, kinds: &[(&str, &str)]) -> Value {
    let verbs = ["create", "get", "list", "patch", "update", "watch"];
    let resources = kinds.iter().map(|(plural, kind)| {
        let everywhere = ["Namespace", "CustomResourceDefinition"].contains(kind);
        json!({
            "name": plural, "singularName": kind.to_lowercase(), "kind": kind, "namespaced": !everywhere,
            "verbs": verbs,
        })
    });
    let mut resources: Vec<_> = resources.collect();
    if version == "apps/v1" {
        resources.push(json!({
            "name": "deployments/scale", "singularName": "", "kind": "Scale", "group": "autoscaling",
            "version": "v1", "namespaced": true, "verbs": ["get", "patch", "update"],
        }));
    }
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources})
}
