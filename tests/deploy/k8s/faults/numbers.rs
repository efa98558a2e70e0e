//! Whether the numbers that depend on each other agree.

use serde_json::Value;

use super::unless;
use crate::manifests::{Manifests, list, text};

/// What `PostgreSQL` has for others as it comes: a hundred, less three for its superuser.
const CONNECTIONS_MAX: u64 = 97;

/// The instances that are still ending while a rollout goes on: they count for nothing in `maxSurge`. A new one takes
/// some seconds to be counted as there, an old one at least the eight of `preStop` to go.
const LEAVING: u64 = 5;

/// The figure the specification scales to.
const REPLICAS_TOLD: u64 = 10;

/// Whether there is time to end in.
pub(super) fn time(manifests: &Manifests) -> Vec<String> {
    let grace = number(&manifests.pod()["spec"]["terminationGracePeriodSeconds"]);
    let rest = number(&manifests.container()["lifecycle"]["preStop"]["sleep"]["seconds"]);
    let drain: u64 = manifests
        .setting("DRAIN_SECONDS")
        .parse()
        .unwrap_or(u64::MAX);
    unless([
        (
            (5..=10).contains(&rest),
            "proxies need five to ten seconds to forget a pod",
        ),
        (
            rest.saturating_add(drain) <= grace,
            "a pod is killed before it has drained",
        ),
    ])
}

/// Whether there are as many instances as its storage bears.
pub(super) fn instances(manifests: &Manifests) -> Vec<String> {
    if manifests.is_scaled() {
        many(manifests)
    } else {
        one(manifests)
    }
}

fn one(manifests: &Manifests) -> Vec<String> {
    let set = &manifests.workload()["spec"];
    let apart = &set["template"]["spec"]["affinity"]["podAntiAffinity"];
    let mut rules = list(&apart["requiredDuringSchedulingIgnoredDuringExecution"]);
    let alone = rules.any(|rule| {
        rule["topologyKey"] == "kubernetes.io/os"
            && manifests.takes_pods(&rule["labelSelector"]["matchLabels"])
    });
    let claims: Vec<_> = list(&set["volumeClaimTemplates"]).collect();
    let once = claims.iter().all(|claim| {
        let modes: Vec<_> = list(&claim["spec"]["accessModes"]).collect();
        modes == ["ReadWriteOncePod"]
    });
    unless([
        (set["replicas"] == 1, "SQLite is for one instance"),
        (alone, "a second instance could start"),
        (
            set["podManagementPolicy"] == "Parallel",
            "a version that never becomes ready cannot be taken back",
        ),
        (
            claims.len() == 1 && once,
            "the journal's volume is not ReadWriteOncePod",
        ),
        (
            manifests.setting("REPLICA_ACK") == "strict",
            "REPLICA_ACK: a lost volume would lose commands",
        ),
    ])
}

fn many(manifests: &Manifests) -> Vec<String> {
    let deployment = manifests.workload();
    let spec = &deployment["spec"];
    let surge = number(&spec["strategy"]["rollingUpdate"]["maxSurge"]);
    let scaler = &manifests.only("HorizontalPodAutoscaler")["spec"];
    let (least, most) = (
        number(&scaler["minReplicas"]),
        number(&scaler["maxReplicas"]),
    );
    let target = &scaler["scaleTargetRef"];
    let targeted = target["kind"] == deployment["kind"]
        && target["apiVersion"] == deployment["apiVersion"]
        && target["name"] == deployment["metadata"]["name"];
    let measured = list(&scaler["metrics"])
        .all(|metric| metric["containerResource"]["container"] == manifests.container()["name"]);
    let asked = !manifests.container()["resources"]["requests"]["cpu"].is_null();
    let budget = &manifests.only("PodDisruptionBudget")["spec"];
    let pool: u64 = manifests
        .setting("DB_POOL_SIZE")
        .parse()
        .unwrap_or(u64::MAX);
    let spread = list(&spec["template"]["spec"]["topologySpreadConstraints"]);
    let spread: Vec<_> = spread
        .map(|rule| manifests.takes_pods(&rule["labelSelector"]["matchLabels"]))
        .collect();
    unless([
        (
            text(&deployment["metadata"]["name"]) == "arcane-app",
            "the specification scales arcane-app",
        ),
        (
            spec["replicas"].is_null(),
            "every apply would undo a scaling",
        ),
        (
            spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0,
            "an instance goes before a new one is ready",
        ),
        (surge > 0, "a rollout could not begin"),
        (
            targeted && measured && asked,
            "the autoscaler scales nothing of ours",
        ),
        (most >= REPLICAS_TOLD, "the specification scales to ten"),
        (
            pool.saturating_mul(most + surge + LEAVING) <= CONNECTIONS_MAX,
            "more connections than PostgreSQL has",
        ),
        (
            manifests.takes_pods(&budget["selector"]["matchLabels"]),
            "the budget is for no pods of ours",
        ),
        (
            (1..least).contains(&number(&budget["maxUnavailable"])),
            "the budget lets nothing or everything go",
        ),
        (spread == [true, true], "instances are not spread"),
    ])
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}
