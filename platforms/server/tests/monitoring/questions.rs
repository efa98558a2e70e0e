//! Questions to a Prometheus, and the files that are deployed with it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use servers::Prometheus;
use tokio::time::sleep;

/// How long something may take to be seen by it: several scrapes.
const SEEN_MAX: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(500);

/// The folder of the deployed files.
pub(crate) fn monitoring() -> PathBuf {
    root().join("monitoring")
}

/// Reads a file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The queries of the dashboard.
pub(crate) fn dashboard_queries() -> BTreeSet<String> {
    let dashboard: Value = serde_json::from_str(&read("monitoring/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let queries = targets.flatten().map(|target| target["expr"].as_str());
    queries.map(|query| query.unwrap().to_owned()).collect()
}

/// Asks a Prometheus.
pub(crate) struct Questions<'a> {
    prometheus: &'a Prometheus,
    client: Client,
}

impl<'a> Questions<'a> {
    pub(crate) fn to(prometheus: &'a Prometheus) -> Self {
        Self {
            prometheus,
            client: Client::new(),
        }
    }

    /// The rules it has read, each as it tells of it.
    pub(crate) async fn rules(&self) -> Vec<Value> {
        let told = self.get("rules").await;
        let groups = told["data"]["groups"].as_array().unwrap();
        let rules = groups
            .iter()
            .map(|group| group["rules"].as_array().unwrap());
        rules.flatten().cloned().collect()
    }

    /// Waits until each of these returns data of which at least one value is a number.
    pub(crate) async fn all_have_data(&self, mut queries: BTreeSet<String>) {
        let began = Instant::now();
        while !queries.is_empty() {
            let mut open = BTreeSet::new();
            for query in queries {
                if !self.has_data(&query).await {
                    open.insert(query);
                }
            }
            assert!(
                open.is_empty() || began.elapsed() < SEEN_MAX,
                "no data: {open:#?}"
            );
            queries = open;
            sleep(PAUSE).await;
        }
    }

    /// Waits until an alert is about to fire, or fires, and returns its instance.
    pub(crate) async fn alert(&self, name: &str) -> String {
        let began = Instant::now();
        loop {
            let told = self.get("alerts").await;
            let alerts = told["data"]["alerts"].as_array().unwrap();
            let found = alerts.iter().find(|it| it["labels"]["alertname"] == name);
            if let Some(alert) = found {
                return alert["labels"]["instance"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
            }
            assert!(began.elapsed() < SEEN_MAX, "{name} never: {told}");
            sleep(PAUSE).await;
        }
    }

    /// The alerts that fire or are about to.
    pub(crate) async fn alerts(&self) -> BTreeSet<String> {
        let told = self.get("alerts").await;
        let alerts = told["data"]["alerts"].as_array().unwrap().iter();
        let names = alerts.map(|it| it["labels"]["alertname"].as_str().unwrap());
        names.map(str::to_owned).collect()
    }

    async fn has_data(&self, query: &str) -> bool {
        let written = query.bytes().fold(String::new(), |mut written, byte| {
            let _ = write!(written, "%{byte:02X}");
            written
        });
        let told = self.get(&format!("query?query={written}")).await;
        assert_eq!(told["status"], "success", "{query}: {told}");
        let samples = told["data"]["result"].as_array().unwrap();
        samples.iter().any(|sample| {
            let value = sample["value"][1].as_str().unwrap();
            value.parse::<f64>().unwrap().is_finite()
        })
    }

    async fn get(&self, what: &str) -> Value {
        let url = format!("http://{}/api/v1/{what}", self.prometheus.address());
        let answer = self.client.get(url).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }
}
