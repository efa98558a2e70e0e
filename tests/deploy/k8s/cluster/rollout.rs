//! A Deployment that is rolled out the moment it is written.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Value, json};

use super::objects::{Objects, Place};
use super::patch::merge;

const REVISION: &str = "deployment.kubernetes.io/revision";

/// Writes down what a cluster would have once the Deployment is rolled out: a `ReplicaSet` for each revision, and
/// the pods of the last.
pub(super) fn finish(objects: &mut Objects, place: &Place, deployment: &mut Value) {
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(1);
    deployment["spec"]["replicas"] = json!(replicas);
    let set = replica_set(objects, place, deployment);
    let revision = set["metadata"]["annotations"][REVISION].clone();
    merge(
        &mut deployment["metadata"],
        json!({"annotations": {REVISION: revision}}),
    );
    deployment["status"] = json!({
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": replicas,
        "updatedReplicas": replicas,
        "readyReplicas": replicas,
        "availableReplicas": replicas,
        "conditions": [{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}],
    });
    objects.remove_all(place, "pods");
    for number in 0..replicas {
        let name = format!("{}-{number}", text(&set["metadata"]["name"]));
        let mut pod = set["spec"]["template"].clone();
        let whole = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": place.namespace, "uid": name},
            "status": {"phase": "Running"},
        });
        merge(&mut pod, whole);
        objects.insert(place.beside("pods", &name), pod);
    }
    let name = text(&set["metadata"]["name"]);
    objects.insert(place.beside("replicasets", &name), set);
}

/// The set of the pods of this template, with the next revision.
fn replica_set(objects: &Objects, place: &Place, deployment: &Value) -> Value {
    let mut hasher = DefaultHasher::new();
    deployment["spec"]["template"].to_string().hash(&mut hasher);
    let hash = format!("{:x}", hasher.finish());
    let name = format!("{}-{hash}", text(&deployment["metadata"]["name"]));
    let sets = || objects.all_beside(place, "replicasets");
    let revision_of = |set: &Value| {
        text(&set["metadata"]["annotations"][REVISION])
            .parse()
            .unwrap_or(0)
    };
    let last: u64 = sets().map(revision_of).max().unwrap_or(0);
    let same = sets().find(|set| set["metadata"]["name"] == name.as_str());
    let revision = match same.map(revision_of) {
        Some(revision) if revision == last => revision,
        _ => last + 1,
    };
    let mut template = deployment["spec"]["template"].clone();
    merge(
        &mut template["metadata"]["labels"],
        json!({"pod-template-hash": hash}),
    );
    json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": place.namespace,
            "uid": name,
            "labels": template["metadata"]["labels"],
            "annotations": {REVISION: revision.to_string()},
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": deployment["metadata"]["name"],
                "uid": deployment["metadata"]["uid"],
                "controller": true,
            }],
        },
        "spec": {
            "replicas": deployment["spec"]["replicas"],
            "selector": {"matchLabels": template["metadata"]["labels"]},
            "template": template,
        },
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
