//! The guide's commands, as they are written, with the real `kubectl` against a stand-in for the cluster.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deploy::{Block, Provider, blocks, outcome, root, run, told};
use serde_json::Value;
use servers::program;
use tempfile::TempDir;

use super::cluster;

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/arcane/deployments/arcane-app";

/// The headings with commands, each to be followed by a test.
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

#[test]
fn one_instance_comes_up_as_the_guide_says() {
    let reader = Reader::new();
    reader.follow("Prepare");
    reader.follow("One instance");
    let set = reader.object("/apis/apps/v1/namespaces/arcane/statefulsets/arcane-app");
    assert_eq!(set["spec"]["replicas"], 1);
    reader.has_every_key(&set);
    let refused = reader.try_line("kubectl scale deployment arcane-app --replicas=5");
    assert!(!refused.status.success(), "{}", told(&refused));
}

#[test]
fn many_instances_come_up_scale_roll_back_and_change_keys_as_the_guide_says() {
    let reader = Reader::new();
    reader.follow("Prepare");
    reader.follow("Many instances");
    let first = reader.object(DEPLOYMENT);
    let image = first["spec"]["template"]["spec"]["containers"][0]["image"].as_str();
    assert!(
        image.is_some_and(|image| image.contains("@sha256:")),
        "{image:?}"
    );
    reader.has_every_key(&first);

    reader.follow("Scale");
    assert_eq!(reader.object(DEPLOYMENT)["spec"]["replicas"], 5);
    let scaler = "/apis/autoscaling/v2/namespaces/arcane/horizontalpodautoscalers/arcane-app";
    assert_eq!(reader.object(scaler)["spec"]["minReplicas"], 5);
    assert!(reader.follow("See").contains("the Codex is open"));

    let old = reader.secret("secret-key");
    reader.follow("Rotate SECRET_KEY");
    assert_eq!(reader.secret("secret-key-previous"), old);
    assert_ne!(reader.secret("secret-key"), old);
    let restarted = reader.object(DEPLOYMENT);
    reader.follow("Roll back");
    assert_ne!(reader.object(DEPLOYMENT), restarted);
}

#[test]
fn every_command_of_the_guide_is_run_or_says_why_not() {
    for Block { mark, heading, .. } in guide() {
        let known = match mark.split_once(':') {
            None => mark == "sh" || mark == "yaml",
            Some((mark, why)) => mark == "sh untested" && !why.trim().is_empty(),
        };
        assert!(known, "{heading}: {mark}");
        assert!(
            HEADINGS.contains(&heading.as_str()),
            "nobody runs {heading}"
        );
    }
}

fn guide() -> Vec<Block> {
    let guide = fs::read_to_string(root().join("k8s/README.md"));
    blocks(&guide.expect("there is a guide"))
}

/// Somebody who follows the guide in a checkout of their own.
struct Reader {
    cluster: Provider,
    home: TempDir,
}

impl Reader {
    fn new() -> Self {
        let home = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let cluster = cluster::start(&home.path().join("config"));
        run(Command::new("cp")
            .arg("-r")
            .arg(root().join("k8s"))
            .arg(home.path()));
        Self { cluster, home }
    }

    /// Runs the blocks under a heading, in their order, and returns what they print.
    fn follow(&self, heading: &str) -> String {
        let guide = guide().into_iter();
        let blocks = guide.filter(|block| block.heading == heading && block.mark == "sh");
        let printed: Vec<_> = blocks
            .map(|block| {
                if block.text.contains("rollout restart") {
                    await_another_second();
                }
                let output = self.try_line(&block.text);
                assert!(output.status.success(), "{}\n{}", block.text, told(&output));
                told(&output)
            })
            .collect();
        assert!(!printed.is_empty(), "{heading} has no commands");
        printed.concat()
    }

    fn try_line(&self, line: &str) -> Output {
        let kubectl = program("k8s", "kubectl");
        let tools = kubectl.parent().expect("a program lies in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        outcome(
            Command::new("bash")
                .args(["-euo", "pipefail", "-c", line])
                .current_dir(self.home.path())
                .env("PATH", format!("{}:{path}", tools.display()))
                .env("HOME", self.home.path())
                .env("KUBECONFIG", self.home.path().join("config"))
                .env("NO_PROXY", "127.0.0.1"),
        )
    }

    fn object(&self, path: &str) -> Value {
        let kept = self.cluster.kept();
        let found = kept.objects.get(path).cloned();
        found.unwrap_or_else(|| panic!("{path} is not among {:?}", kept.objects.keys()))
    }

    /// A file of which the guide makes a key of the Secret.
    fn secret(&self, name: &str) -> String {
        let path = self.home.path().join("secrets").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The Secret the guide makes has what the pods take from it.
    fn has_every_key(&self, workload: &Value) {
        let volumes = workload["spec"]["template"]["spec"]["volumes"].as_array();
        let volumes = volumes.into_iter().flatten();
        let items = volumes.filter_map(|volume| volume["secret"]["items"].as_array());
        let keys: BTreeSet<_> = items
            .flatten()
            .filter_map(|item| item["key"].as_str())
            .collect();
        assert!(keys.len() >= 2, "{keys:?}");
        for key in keys {
            self.secret(key);
        }
    }
}

/// `kubectl` names a restart by the second it is asked in, and refuses another in the same.
fn await_another_second() {
    let since = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.expect("it is after 1970")
    };
    let begun = since().as_secs();
    while since().as_secs() == begun {
        thread::sleep(Duration::from_secs(begun + 1).saturating_sub(since()));
    }
}
