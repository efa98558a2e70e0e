//! What an overlay comes to.

use std::process::Command;

use deploy::{root, run};
use serde_json::Value;
use servers::program;

/// The two shapes.
pub(crate) const OVERLAYS: [&str; 2] = ["k8s/overlays/single", "k8s/overlays/scaled"];

/// The objects of an overlay.
#[derive(Clone, Debug)]
pub(crate) struct Manifests {
    objects: Vec<Value>,
}

/// Has `kubectl` put a folder together.
pub(crate) fn rendered(folder: &str) -> String {
    let kubectl = program("k8s", "kubectl");
    run(Command::new(kubectl)
        .args(["kustomize", folder])
        .current_dir(root()))
}

impl Manifests {
    /// Reads what `kubectl` has put together.
    pub(crate) fn read(yaml: &str) -> Self {
        let documents = yaml.split("\n---\n");
        let objects = documents.map(|document| {
            serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{error}\n{document}"))
        });
        Self {
            objects: objects.collect(),
        }
    }

    pub(crate) fn all(&self) -> &[Value] {
        &self.objects
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Value> {
        let kind = kind.to_owned();
        let objects = self.objects.iter();
        objects.filter(move |object| object["kind"] == kind.as_str())
    }

    /// The one object of a kind.
    pub(crate) fn only(&self, kind: &str) -> &Value {
        let mut objects = self.of_kind(kind);
        let object = objects.next();
        let object = object.unwrap_or_else(|| panic!("there is no {kind}"));
        assert!(objects.next().is_none(), "there is more than one {kind}");
        object
    }

    /// The Deployment or the `StatefulSet`.
    pub(crate) fn workload(&self) -> &Value {
        if self.is_scaled() {
            self.only("Deployment")
        } else {
            self.only("StatefulSet")
        }
    }

    pub(crate) fn is_scaled(&self) -> bool {
        self.of_kind("Deployment").next().is_some()
    }

    pub(crate) fn pod(&self) -> &Value {
        &self.workload()["spec"]["template"]
    }

    /// The one container.
    pub(crate) fn container(&self) -> &Value {
        &self.pod()["spec"]["containers"][0]
    }

    /// A setting of the `ConfigMap`.
    pub(crate) fn setting(&self, name: &str) -> &str {
        text(&self.only("ConfigMap")["data"][name])
    }

    /// The number of a port of the container.
    pub(crate) fn port(&self, name: &Value) -> Option<u64> {
        let mut ports = list(&self.container()["ports"]);
        let port = ports.find(|port| port["name"] == *name);
        port.and_then(|port| port["containerPort"].as_u64())
    }

    /// Whether a selector takes our pods.
    pub(crate) fn takes_pods(&self, labels: &Value) -> bool {
        let ours = &self.pod()["metadata"]["labels"];
        let wanted = labels.as_object();
        wanted.is_some_and(|wanted| {
            !wanted.is_empty() && wanted.iter().all(|(name, value)| ours[name] == *value)
        })
    }
}

/// The items of a list; none, if it is not there.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, empty if it is not there.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
