//! Whether the pod is what the image and the service are made for.

use std::fs;

use deploy::root;
use serde_json::{Value, json};

use super::unless;
use crate::manifests::{Manifests, list, text};

/// The volumes a restricted pod may have.
const VOLUMES: [&str; 2] = ["emptyDir", "secret"];

/// Three times what a journal that fills its volume takes from a bucket on the same machine, without a snapshot.
const RESTORE_S: u64 = 600;

/// Whether probes ask for what is served, each for the right thing.
pub(super) fn probes(manifests: &Manifests) -> Vec<String> {
    let served = fs::read_to_string(root().join("src/web/router.rs")).expect("there are routes");
    let container = manifests.container();
    let mut faults = Vec::new();
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        let asked = &container[probe]["httpGet"];
        let route = format!("\"{}\"", text(&asked["path"]));
        faults.extend(unless([
            (
                served.contains(&route),
                format!("{probe} asks for an address that is not served"),
            ),
            (
                manifests.port(&asked["port"]).is_some(),
                format!("{probe} asks at no port"),
            ),
        ]));
    }
    let path = |probe: &str| text(&container[probe]["httpGet"]["path"]);
    faults.extend(unless([
        (
            path("livenessProbe") == "/health/live",
            "liveness must not depend on anything else",
        ),
        // Where one instance serves alone, nobody else could while it is not ready: it is asked for no more than life.
        (
            (path("readinessProbe") == "/health/ready") == manifests.is_scaled(),
            "readiness is for those whom others can stand in for",
        ),
        (
            path("startupProbe") == "/health/ready",
            "a start is over when it is ready",
        ),
        (
            manifests.is_scaled() || patience_s(&container["startupProbe"]) >= RESTORE_S,
            "a large journal is killed while it is restored",
        ),
    ]));
    faults
}

/// How long a probe may fail.
fn patience_s(probe: &Value) -> u64 {
    let number = |name: &str| probe[name].as_u64().unwrap_or(0);
    number("periodSeconds") * number("failureThreshold")
}

/// Whether the pod has the rights of the standard called restricted, and is of this version and the image's user.
pub(super) fn rights(manifests: &Manifests) -> Vec<String> {
    let pod = &manifests.pod()["spec"];
    let container = manifests.container();
    let of_pod = &pod["securityContext"];
    let own = &container["securityContext"];
    let volumes = list(&pod["volumes"]).flat_map(|volume| volume.as_object().into_iter().flatten());
    let kinds = volumes
        .map(|(name, _)| name.as_str())
        .filter(|&name| name != "name");
    let restricted = of_pod["runAsNonRoot"] == true
        && of_pod["seccompProfile"]["type"] == "RuntimeDefault"
        && own["allowPrivilegeEscalation"] == false
        && own["readOnlyRootFilesystem"] == true
        && own["capabilities"] == json!({"drop": ["ALL"]})
        && kinds.into_iter().all(|kind| VOLUMES.contains(&kind));
    let image = fs::read_to_string(root().join("Dockerfile")).expect("there is a Dockerfile");
    let user = of_pod["runAsUser"].to_string();
    let of_image = image.lines().any(|line| {
        line.strip_prefix("USER ")
            .is_some_and(|name| name.starts_with(&user))
    });
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("there is a workspace");
    let version = workspace
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    let version = version.unwrap_or_default().trim_matches('"');
    unless([
        (restricted, "the pod is not restricted"),
        (of_image, "the image is made for another user"),
        (
            of_pod["fsGroup"] == of_pod["runAsGroup"],
            "the process cannot write to its volume",
        ),
        (
            text(&container["image"]) == format!("arcane-codex:{version}"),
            "the image is not of this version",
        ),
        (
            list(&pod["containers"]).count() == 1,
            "there is more than one container",
        ),
        (
            pod["automountServiceAccountToken"] == false,
            "the pod has a token it does not need",
        ),
        (
            pod["serviceAccountName"] == manifests.only("ServiceAccount")["metadata"]["name"],
            "nobody is who it runs as",
        ),
        (
            manifests
                .all()
                .iter()
                .all(|object| object["metadata"]["namespace"].is_null()),
            "a namespace is fixed",
        ),
    ])
}

/// Whether what is mounted is there, and what is written can be.
pub(super) fn volumes(manifests: &Manifests) -> Vec<String> {
    let spec = &manifests.workload()["spec"];
    let volumes = list(&spec["template"]["spec"]["volumes"]).map(|volume| &volume["name"]);
    let claims = list(&spec["volumeClaimTemplates"]).map(|claim| &claim["metadata"]["name"]);
    let names: Vec<_> = volumes.chain(claims).collect();
    let mounts: Vec<&Value> = list(&manifests.container()["volumeMounts"]).collect();
    let mut faults = Vec::new();
    for mount in &mounts {
        let name = &mount["name"];
        faults.extend(unless([(
            names.contains(&name),
            format!("{name} is mounted and is not there"),
        )]));
    }
    faults.extend(unless([(
        names.len() == mounts.len(),
        "a volume is mounted nowhere or twice",
    )]));
    if !manifests.is_scaled() {
        let journal = mounts.iter().find(|mount| mount["name"] == "journal");
        let folder = journal.map(|mount| format!("{}/", text(&mount["mountPath"])));
        let within = folder.is_some_and(|folder| manifests.setting("DB_PATH").starts_with(&folder));
        faults.extend(unless([(within, "the journal lies outside of its volume")]));
    }
    faults
}
