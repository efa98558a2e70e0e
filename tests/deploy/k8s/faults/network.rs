//! Who reaches the pods, and whom they reach.

use serde_json::{Value, json};

use super::unless;
use crate::manifests::{Manifests, list, text};

/// Whether each service leads to our pods, and scrapers to the port of the figures.
pub(super) fn services(manifests: &Manifests) -> Vec<String> {
    let mut faults = Vec::new();
    for service in manifests.of_kind("Service") {
        let name = text(&service["metadata"]["name"]);
        let taken = manifests.takes_pods(&service["spec"]["selector"]);
        faults.extend(unless([(
            taken,
            format!("service {name} takes no pods of ours"),
        )]));
        for port in list(&service["spec"]["ports"]) {
            let found = manifests.port(&port["targetPort"]).is_some();
            let sentence = format!("service {name} leads to a port that no container has");
            faults.extend(unless([(found, sentence)]));
        }
    }
    for (name, setting) in [("http", "PORT"), ("metrics", "METRICS_PORT")] {
        let port = manifests.port(&json!(name)).unwrap_or_default().to_string();
        let sentence = format!("{setting}: the process listens on another port than {name} says");
        faults.extend(unless([(manifests.setting(setting) == port, sentence)]));
    }
    let scraped = text(&manifests.pod()["metadata"]["annotations"]["prometheus.io/port"]);
    let figures = manifests.setting("METRICS_PORT");
    let headless = manifests.of_kind("Service").any(|service| {
        service["spec"]["clusterIP"] == "None"
            && service["spec"]["ports"][0]["targetPort"] == "metrics"
    });
    faults.extend(unless([
        (scraped == figures, "scrapers are sent to another port"),
        (headless, "scrapers cannot find each instance by name"),
    ]));
    faults
}

/// Whether everything is refused that is not listed, and what is needed is listed.
pub(super) fn policies(manifests: &Manifests) -> Vec<String> {
    let policies: Vec<_> = manifests.of_kind("NetworkPolicy").collect();
    let all = |direction: &str, field: &str| -> Vec<&Value> {
        let heeded = policies.iter().filter(|policy| {
            let mut types = list(&policy["spec"]["policyTypes"]);
            manifests.takes_pods(&policy["spec"]["podSelector"]["matchLabels"])
                && types.any(|kind| kind == direction)
        });
        heeded
            .flat_map(|policy| list(&policy["spec"][field]))
            .collect()
    };
    let (into, out) = (all("Ingress", "ingress"), all("Egress", "egress"));
    let mut faults = unless([
        (
            !into.is_empty() && !out.is_empty(),
            "the network leaves a direction open or shut".to_owned(),
        ),
        (
            policies
                .iter()
                .all(|policy| list(&policy["spec"]["policyTypes"]).count() > 0),
            "a policy has no direction".to_owned(),
        ),
    ]);
    for rule in into {
        let from: Vec<_> = list(&rule["from"])
            .map(|from| &from["namespaceSelector"]["matchLabels"])
            .collect();
        let only = |label: &str| {
            let labels = json!({ label: "true" });
            !from.is_empty() && from.iter().all(|from| **from == labels)
        };
        for port in list(&rule["ports"]).map(|port| text(&port["port"])) {
            let fits = match port {
                "http" => only("arcane-codex/edge"),
                "metrics" => only("arcane-codex/monitoring"),
                _ => false,
            };
            let what = if port == "metrics" {
                "the figures"
            } else {
                port
            };
            faults.extend(unless([(fits, format!("{what} can be reached by others"))]));
        }
        faults.extend(unless([(
            list(&rule["ports"]).count() > 0,
            "a rule opens every port",
        )]));
    }
    let needed: &[u64] = if manifests.is_scaled() {
        &[53, 5432, 6379, 26379]
    } else {
        &[53, 443]
    };
    let open: Vec<_> = out.iter().flat_map(|rule| list(&rule["ports"])).collect();
    for wanted in needed {
        let found = open
            .iter()
            .any(|port| port["port"].as_u64() == Some(*wanted));
        faults.extend(unless([(
            found,
            format!("there is no way to port {wanted}"),
        )]));
    }
    faults
}
