//! Servers of Redis that belong together.

use std::fs;
use std::path::Path;

use tokio::time::{Instant, sleep};

use super::node::{ASK_EVERY, Node, START_MAX};
use super::{PASSWORD, PASSWORD_WRITTEN};
use crate::free_port;

/// What the sentinels call the server that leads.
const MASTER: &str = "codex";
const SLOTS: u32 = 16_384;

/// A Redis server, one that follows it, and three sentinels that put it in the place of the first.
#[derive(Debug)]
pub struct RedisSentinels {
    master: Node,
    replica: Node,
    sentinels: [Node; 3],
}

impl RedisSentinels {
    /// Starts them, and waits until all know of each other.
    ///
    /// # Panics
    ///
    /// When that does not come about in time.
    pub async fn start() -> Self {
        let master = Node::start(&["--masterauth", PASSWORD]).await;
        let port = master.port.to_string();
        let follow = ["--masterauth", PASSWORD, "--replicaof", "127.0.0.1", &port];
        let replica = Node::start(&follow).await;
        let sentinels = [
            sentinel(&port).await,
            sentinel(&port).await,
            sentinel(&port).await,
        ];
        for sentinel in &sentinels {
            let know_all = |answer: &str| {
                let lines: Vec<_> = answer.lines().collect();
                let says = |name, value| lines.windows(2).any(|pair| pair == [name, value]);
                says("num-slaves", "1") && says("num-other-sentinels", "2")
            };
            sentinel
                .ask_until(&["SENTINEL", "MASTER", MASTER], know_all)
                .await;
        }
        let in_step = |answer: &str| answer.contains("master_link_status:up");
        replica.ask_until(&["INFO", "replication"], in_step).await;
        Self {
            master,
            replica,
            sentinels,
        }
    }

    /// Their address, with the password.
    pub fn url(&self) -> String {
        let [a, b, c] = self.sentinels.each_ref().map(|sentinel| sentinel.port);
        let servers = format!("127.0.0.1:{a},127.0.0.1:{b},127.0.0.1:{c}");
        format!("redis+sentinel://:{PASSWORD_WRITTEN}@{servers}/{MASTER}")
    }

    /// Ends the server that leads at first, for good.
    pub fn stop_master(&self) {
        self.master.stop();
    }

    /// Whether the other leads now.
    pub fn replica_leads(&self) -> bool {
        self.replica.ask(&["ROLE"]).starts_with("master")
    }
}

async fn sentinel(master: &str) -> Node {
    // They write what they learn into their settings.
    let settings = format!(
        "sentinel monitor {MASTER} 127.0.0.1 {master} 2\n\
         sentinel auth-pass {MASTER} {PASSWORD}\n\
         sentinel sentinel-pass {PASSWORD}\n\
         sentinel down-after-milliseconds {MASTER} 1000\n\
         sentinel failover-timeout {MASTER} 5000\n"
    );
    let write = |folder: &Path| {
        fs::write(folder.join("sentinel.conf"), &settings).expect("its folder is there");
        Vec::new()
    };
    Node::start_with(&["sentinel.conf", "--sentinel"], write).await
}

/// Three Redis servers that share the keys among them.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: [Node; 3],
}

impl RedisCluster {
    /// Starts them, and waits until all keys have a place that everybody knows.
    ///
    /// # Panics
    ///
    /// When that does not come about in time.
    pub async fn start() -> Self {
        let nodes = [clustered().await, clustered().await, clustered().await];
        for (third, node) in (0..).zip(&nodes) {
            let [from, to] = [third, third + 1].map(|third| SLOTS * third / 3);
            let (from, to) = (from.to_string(), (to - 1).to_string());
            assert_eq!(node.ask(&["CLUSTER", "ADDSLOTSRANGE", &from, &to]), "OK");
            let bus = node.ask(&["CONFIG", "GET", "cluster-port"]);
            let bus = bus.lines().last().unwrap_or_default().to_owned();
            let met = nodes[0].ask(&["CLUSTER", "MEET", "127.0.0.1", &node.port.to_string(), &bus]);
            assert_eq!(met, "OK");
        }
        let cluster = Self { nodes };
        for node in &cluster.nodes {
            let whole = |answer: &str| {
                answer.contains("cluster_state:ok") && answer.contains("cluster_known_nodes:3")
            };
            node.ask_until(&["CLUSTER", "INFO"], whole).await;
        }
        cluster
    }

    /// The address of one of its servers, with the password.
    pub fn url(&self, server: usize) -> String {
        let port = self.nodes[server].port;
        format!("redis+cluster://:{PASSWORD_WRITTEN}@127.0.0.1:{port}")
    }

    /// Returns which server has a key.
    ///
    /// # Panics
    ///
    /// When none has it.
    pub fn owner(&self, key: &str) -> usize {
        // The others say who has it.
        let has = |node: &Node| !node.ask(&["EXISTS", key]).starts_with("MOVED");
        self.nodes.iter().position(has).expect("somebody has it")
    }

    /// Gives the slot of a key, and all that is in it, to another server.
    ///
    /// # Panics
    ///
    /// When a server refuses.
    pub async fn move_slot(&self, key: &str, to: usize) {
        let from = &self.nodes[self.owner(key)];
        let to = &self.nodes[to];
        let slot = from.ask(&["CLUSTER", "KEYSLOT", key]);
        let [from_id, to_id] = [from, to].map(|node| node.ask(&["CLUSTER", "MYID"]));
        let set = |node: &Node, words: [&str; 2]| {
            let answer = node.ask(&["CLUSTER", "SETSLOT", &slot, words[0], words[1]]);
            assert_eq!(answer, "OK");
        };
        set(to, ["IMPORTING", &from_id]);
        set(from, ["MIGRATING", &to_id]);
        let begun = Instant::now();
        let port = to.port.to_string();
        loop {
            let keys = from.ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"]);
            if keys.is_empty() {
                break;
            }
            for key in keys.lines() {
                let way = [
                    "MIGRATE",
                    "127.0.0.1",
                    &port,
                    key,
                    "0",
                    "5000",
                    "AUTH",
                    PASSWORD,
                ];
                from.ask(&way);
            }
            assert!(begun.elapsed() < START_MAX, "a slot does not become empty");
            sleep(ASK_EVERY).await;
        }
        for node in [to, from] {
            set(node, ["NODE", &to_id]);
        }
    }
}

pub(super) async fn clustered() -> Node {
    let bus = free_port().to_string();
    let settings = ["--cluster-enabled", "yes", "--cluster-port", &bus];
    Node::start(&[&settings[..], &["--cluster-node-timeout", "2000"]].concat()).await
}
