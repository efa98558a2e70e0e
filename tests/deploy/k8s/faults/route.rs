//! Whether the route is one of the Gateway API's, and leads to us.

use serde_json::{Value, json};

use super::unless;
use crate::manifests::{Manifests, list, text};

/// The fields a route may have where ours has some, by where they stand. This is what the Gateway API 1.2 knows at
/// these places, less what ours has no use for.
const FIELDS: [(&str, &[&str]); 11] = [
    ("", &["apiVersion", "kind", "metadata", "spec"]),
    ("spec", &["parentRefs", "hostnames", "rules"]),
    ("parentRefs", &["name", "namespace", "sectionName"]),
    ("rules", &["matches", "filters", "backendRefs", "timeouts"]),
    ("filters", &["type", "requestRedirect"]),
    ("requestRedirect", &["scheme", "statusCode"]),
    ("matches", &["path", "headers", "method"]),
    ("path", &["type", "value"]),
    ("headers", &["name", "type", "value"]),
    ("timeouts", &["request", "backendRequest"]),
    ("backendRefs", &["name", "port", "weight"]),
];

/// Whether the route has no unknown field, lets event streams live, and leads to the service over TLS alone.
pub(super) fn route(manifests: &Manifests) -> Vec<String> {
    let routes = manifests.of_kind("HTTPRoute");
    let (ours, others): (Vec<_>, Vec<_>) =
        routes.partition(|route| route["metadata"]["name"] == "arcane-app");
    let ([route], [redirect]) = (ours.as_slice(), others.as_slice()) else {
        return vec!["there is not one route, and one redirect to it".to_owned()];
    };
    let mut faults = unknown("", route);
    faults.extend(unknown("", redirect));
    faults.extend(encrypted(route, redirect));
    let rules: Vec<_> = list(&route["spec"]["rules"]).collect();
    for backend in rules.iter().flat_map(|rule| list(&rule["backendRefs"])) {
        let led = manifests.of_kind("Service").any(|service| {
            let mut ports = list(&service["spec"]["ports"]);
            service["metadata"]["name"] == backend["name"]
                && ports.any(|port| port["port"] == backend["port"] && port["targetPort"] == "http")
        });
        faults.extend(unless([(led, "the route leads to no service of ours")]));
    }
    let everything = json!({"type": "PathPrefix", "value": "/"});
    let stream = json!([{"headers": [{"name": "Accept", "value": "text/event-stream"}], "path": everything}]);
    let other = json!([{ "path": everything }]);
    let time = |matches: &Value| {
        let rule = rules.iter().find(|rule| rule["matches"] == *matches)?;
        seconds(text(&rule["timeouts"]["request"]))
    };
    let patience: u64 = manifests.setting("DB_TIMEOUT").parse().unwrap_or(30);
    faults.extend(unless([
        (
            route["apiVersion"] == "gateway.networking.k8s.io/v1",
            "the route is of no released version",
        ),
        (
            list(&route["spec"]["parentRefs"]).count() == 1,
            "the route hangs on no Gateway",
        ),
        (
            list(&route["spec"]["hostnames"]).count() == 1,
            "the route takes every host's requests",
        ),
        (time(&stream) == Some(0), "event streams are cut off"),
        (
            time(&other).is_some_and(|time| time > patience),
            "a request ends before the journal has answered",
        ),
        (
            rules
                .iter()
                .all(|rule| list(&rule["backendRefs"]).count() == 1),
            "a rule leads nowhere",
        ),
    ]));
    faults
}

/// Whether there is no way in without TLS, but for a word about where it is.
fn encrypted(route: &Value, redirect: &Value) -> Vec<String> {
    let listener = |route: &Value| route["spec"]["parentRefs"][0]["sectionName"].clone();
    let sent = json!([{ "filters": [{
        "type": "RequestRedirect",
        "requestRedirect": { "scheme": "https", "statusCode": 301 },
    }] }]);
    unless([
        (
            listener(route) == "https",
            "requests without TLS lead to us",
        ),
        (
            listener(redirect) == "http" && redirect["spec"]["rules"] == sent,
            "who comes without TLS is not sent to where TLS is",
        ),
        (
            route["spec"]["hostnames"] == redirect["spec"]["hostnames"],
            "the redirect is of another host",
        ),
    ])
}

/// Names the fields that the Gateway API does not know.
fn unknown(place: &str, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    match value {
        Value::Array(items) => faults.extend(items.iter().flat_map(|item| unknown(place, item))),
        Value::Object(fields) => {
            let known = FIELDS.iter().find(|(name, _)| *name == place);
            for (name, value) in fields {
                let known = known.is_none_or(|(_, names)| names.contains(&name.as_str()));
                faults.extend(unless([(known, format!("{place} has no field {name}"))]));
                faults.extend(unknown(name, value));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    faults
}

/// A time-out in whole seconds, as both rules write theirs.
fn seconds(text: &str) -> Option<u64> {
    text.strip_suffix('s')?.parse().ok()
}
