//! What an overlay comes to.

use std::process::Command;

use deploy::{root, run};
use serde_json::Value;
use servers::program;

/// The two shapes.
pub(crate) const OVERLAYS: [&str; 2] = ["k8s/overlays/single", "k8s/overlays/scaled"];

/// The objects of an overlay.
#[derive(Clone, Debug)]
pub(crate) struct Manifests(Vec<Value>);

/// Has `kubectl` put a folder together.
pub(crate) fn rendered(folder: &str) -> String {
    let kubectl = program("k8s", "kubectl");
    run(Command::new(kubectl)
        .args(["kustomize", folder])
        .current_dir(root()))
}

impl Manifests {
    /// Reads what `kubectl` makes of an overlay.
    pub(crate) fn of(overlay: &str) -> Self {
        let yaml = rendered(overlay);
        let documents = yaml.split("\n---\n");
        let objects = documents.map(|document| {
            serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{error}\n{document}"))
        });
        Self(objects.collect())
    }

    /// The one object of a kind.
    pub(crate) fn only(&self, kind: &str) -> &Value {
        let mut objects = self.0.iter().filter(|object| object["kind"] == kind);
        let object = objects.next();
        let object = object.unwrap_or_else(|| panic!("there is no {kind}"));
        assert!(objects.next().is_none(), "there is more than one {kind}");
        object
    }

    /// The Deployment or the `StatefulSet`.
    pub(crate) fn workload(&self) -> &Value {
        let is_scaled = self.0.iter().any(|object| object["kind"] == "Deployment");
        self.only(if is_scaled {
            "Deployment"
        } else {
            "StatefulSet"
        })
    }

    pub(crate) fn pod(&self) -> &Value {
        &self.workload()["spec"]["template"]
    }

    /// The one container.
    pub(crate) fn container(&self) -> &Value {
        &self.pod()["spec"]["containers"][0]
    }

    /// A setting of the `ConfigMap`.
    pub(crate) fn setting(&self, name: &str) -> &Value {
        &self.only("ConfigMap")["data"][name]
    }
}
