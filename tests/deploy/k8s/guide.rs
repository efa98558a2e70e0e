//! The guide's commands, as they are written, against a stand-in for the cluster.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deploy::{Block, blocks, outcome, root, run, told};
use serde_json::{Value, json};
use servers::program;
use tempfile::TempDir;

use crate::cluster::Cluster;

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/arcane/deployments/arcane-app";
const SECRET: &str = "/api/v1/namespaces/arcane/secrets/arcane-secrets";

/// The blocks that belong to neither shape, each to be run by the one test that needs it.
const HEADINGS: [&str; 8] = [
    "Prepare",
    "One instance",
    "Many instances",
    "Scale",
    "See",
    "Roll back",
    "Back up",
    "Rotate SECRET_KEY",
];

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_comes_up_as_the_guide_says() {
    let reader = Reader::new().await;
    reader.follow("Prepare");
    reader.follow("One instance");
    let set = "/apis/apps/v1/namespaces/arcane/statefulsets/arcane-app";
    let set = reader.cluster.find(set).expect("it is there");
    assert_eq!(set["spec"]["replicas"], 1);
    assert!(reader.cluster.find(DEPLOYMENT).is_none());
    reader.has_every_key(&set);
    let refused = reader.try_line("kubectl scale deployment arcane-app --replicas=5");
    assert!(!refused.status.success());
    assert!(told(&refused).contains("NotFound"), "{}", told(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_instances_come_up_scale_roll_back_and_change_keys_as_the_guide_says() {
    let reader = Reader::new().await;
    reader.follow("Prepare");
    reader.follow("Many instances");
    let first = reader.deployment();
    let image = &first["spec"]["template"]["spec"]["containers"][0]["image"];
    assert!(
        image
            .as_str()
            .is_some_and(|image| image.contains("@sha256:")),
        "{image}"
    );
    reader.has_every_key(&first);
    let route = "/apis/gateway.networking.k8s.io/v1/namespaces/arcane/httproutes/arcane-app";
    let route = reader.cluster.find(route).expect("it is there");
    assert_eq!(route["spec"]["hostnames"], json!(["codex.example.org"]));
    let gateway =
        json!([{ "name": "edge", "namespace": "envoy-gateway-system", "sectionName": "https" }]);
    assert_eq!(route["spec"]["parentRefs"], gateway);

    reader.follow("Scale");
    assert_eq!(reader.deployment()["spec"]["replicas"], 5);
    assert_eq!(reader.follow("See").matches("the Codex is open").count(), 5);
    // A deployment of the same again leaves both numbers as they are.
    reader.do_line("kubectl apply -k deploy/");
    assert_eq!(reader.deployment()["spec"]["replicas"], 5);
    let scaler = "/apis/autoscaling/v2/namespaces/arcane/horizontalpodautoscalers/arcane-app";
    let scaler = reader.cluster.find(scaler).expect("it is there");
    assert_eq!(scaler["spec"]["minReplicas"], 5);

    let old = reader.key("secret-key");
    reader.follow("Rotate SECRET_KEY");
    assert_eq!(reader.key("secret-key-previous"), old);
    assert_ne!(reader.key("secret-key"), old);
    let template = |deployment: &Value| deployment["spec"]["template"].clone();
    assert_ne!(template(&reader.deployment()), template(&first));

    // Two restarts lie between the first and the last; one is undone by each time it is asked.
    let restarted = template(&reader.deployment());
    reader.follow("Roll back");
    assert_ne!(template(&reader.deployment()), restarted);
}

#[tokio::test(flavor = "multi_thread")]
async fn applying_without_k_makes_nothing() {
    let reader = Reader::new().await;
    reader.follow("Prepare");
    let refused = reader.try_line("kubectl apply -f k8s/");
    assert!(!refused.status.success());
    assert!(
        told(&refused).contains("no matches for kind \"Kustomization\""),
        "{}",
        told(&refused)
    );
    assert_eq!(reader.cluster.count_in("arcane"), 0);
}

#[test]
fn every_command_of_the_guide_is_run_or_says_why_not() {
    for Block {
        mark,
        heading,
        text,
    } in guide()
    {
        let known = match mark.split_once(':') {
            None => mark == "sh" || mark == "yaml",
            Some((mark, why)) => mark == "sh untested" && !why.trim().is_empty(),
        };
        assert!(known, "{heading}: {mark}");
        assert!(
            HEADINGS.contains(&heading.as_str()),
            "nobody runs {heading}"
        );
        assert!(!text.contains("sudo"), "{heading}");
    }
}

fn guide() -> Vec<Block> {
    let guide = fs::read_to_string(root().join("k8s/README.md"));
    blocks(&guide.expect("there is a guide"))
}

/// Somebody who follows the guide in a checkout of their own.
struct Reader {
    cluster: Cluster,
    home: TempDir,
}

impl Reader {
    async fn new() -> Self {
        let cluster = Cluster::start(&["envoy-gateway-system", "monitoring"]).await;
        let home = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        cluster.write_config(&home.path().join("config"));
        run(Command::new("cp")
            .arg("-r")
            .arg(root().join("k8s"))
            .arg(home.path()));
        Self { cluster, home }
    }

    /// Runs the blocks under a heading, in their order, and returns what they print.
    fn follow(&self, heading: &str) -> String {
        let blocks = guide()
            .into_iter()
            .filter(|block| block.heading == heading && block.mark == "sh");
        let printed: Vec<_> = blocks
            .map(|block| {
                if block.text.contains("rollout restart") {
                    await_another_second();
                }
                self.do_line(&block.text)
            })
            .collect();
        assert!(!printed.is_empty(), "{heading} has no commands");
        printed.concat()
    }

    fn do_line(&self, line: &str) -> String {
        let output = self.try_line(line);
        assert!(output.status.success(), "{line}\n{}", told(&output));
        told(&output)
    }

    fn try_line(&self, line: &str) -> Output {
        let kubectl = program("k8s", "kubectl");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", folder_of(&kubectl).display());
        outcome(
            Command::new("bash")
                .args(["-euo", "pipefail", "-c", line])
                .current_dir(self.home.path())
                .env("PATH", path)
                .env("HOME", self.home.path())
                .env("KUBECONFIG", self.home.path().join("config"))
                .env("NO_PROXY", "127.0.0.1"),
        )
    }

    fn deployment(&self) -> Value {
        self.cluster.find(DEPLOYMENT).expect("it is there")
    }

    /// A value of the Secret, as it is kept.
    fn key(&self, name: &str) -> Value {
        let secret = self.cluster.find(SECRET).expect("it is there");
        secret["data"][name].clone()
    }

    /// The Secret the guide makes has what the pods take from it.
    fn has_every_key(&self, workload: &Value) {
        let volumes = workload["spec"]["template"]["spec"]["volumes"].as_array();
        let items = volumes
            .into_iter()
            .flatten()
            .filter_map(|volume| volume["secret"]["items"].as_array());
        let items: Vec<_> = items.flatten().collect();
        assert!(items.len() >= 2, "{items:?}");
        for item in items {
            let name = item["key"].as_str().unwrap_or_default();
            assert!(self.key(name).is_string(), "the guide makes no {name}");
        }
    }
}

/// `kubectl` names a restart by the second it is asked in, and refuses another in the same.
fn await_another_second() {
    let since = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("it is after 1970")
    };
    let begun = since().as_secs();
    while since().as_secs() == begun {
        thread::sleep(Duration::from_secs(begun + 1).saturating_sub(since()));
    }
}

fn folder_of(program: &Path) -> PathBuf {
    program
        .parent()
        .expect("a program lies in a folder")
        .to_path_buf()
}
