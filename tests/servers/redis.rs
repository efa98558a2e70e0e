//! Redis: one server, one behind sentinels, and a cluster.

mod groups;
mod node;

use std::fs;
use std::path::Path;
use std::process::Command;

use self::node::Node;

pub use groups::{RedisCluster, RedisSentinels};

/// What every server asks for, and how an address has it.
const PASSWORD: &str = "a-secret/of:tests%";
const PASSWORD_WRITTEN: &str = "a-secret%2Fof%3Atests%25";

/// One Redis server. What it keeps is gone when it ends.
#[derive(Debug)]
pub struct Redis {
    node: Node,
    scheme: &'static str,
}

impl Redis {
    /// Starts a server that asks for a password.
    pub async fn plain() -> Self {
        let node = Node::start(&[]).await;
        Self {
            node,
            scheme: "redis",
        }
    }

    /// Starts a server that speaks TLS only, with a certificate of an authority nobody knows: [`Redis::authority`].
    pub async fn tls() -> Self {
        let node = Node::start_with(&[], certify).await;
        Self {
            node,
            scheme: "rediss",
        }
    }

    /// Starts a server in cluster mode that belongs to no cluster, and so has no place for any key.
    pub async fn lone_node() -> Self {
        let node = groups::clustered().await;
        Self {
            node,
            scheme: "redis",
        }
    }

    /// Its address, with the password.
    pub fn url(&self) -> String {
        format!(
            "{}://:{PASSWORD_WRITTEN}@127.0.0.1:{}",
            self.scheme, self.node.port
        )
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.node.port
    }

    /// The password as nobody should see it.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The certificate of its authority, as PEM.
    ///
    /// # Panics
    ///
    /// When it has none.
    pub fn authority(&self) -> Vec<u8> {
        fs::read(self.node.folder().join("ca.crt")).expect("it speaks TLS")
    }

    /// Asks it something, and returns its answer as `redis-cli` prints it.
    pub fn ask(&self, words: &[&str]) -> String {
        self.node.ask(words)
    }

    /// Ends it at once, as a failing machine would.
    ///
    /// # Panics
    ///
    /// When it has ended.
    pub fn stop(&self) {
        self.node.stop();
    }

    /// Starts it again after [`Redis::stop`], where it was.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn start(&self) {
        self.node.start_again().await;
    }

    /// Has it hang: it takes connections and answers nothing.
    ///
    /// # Panics
    ///
    /// When it has ended.
    pub fn pause(&self) {
        self.node.pause();
    }

    /// Lets it go on after [`Redis::pause`].
    ///
    /// # Panics
    ///
    /// When it has ended.
    pub fn resume(&self) {
        self.node.resume();
    }
}

/// Makes an authority, and a certificate of 127.0.0.1 by it; returns the settings that have them used.
fn certify(folder: &Path) -> Vec<String> {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    let authority = "req -x509 -subj /CN=tests -keyout ca.key -out ca.crt";
    let server = "req -x509 -subj /CN=redis -keyout own.key -out own.crt -CA ca.crt -CAkey ca.key \
                  -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
    for command in [authority, server] {
        let words = command.split_whitespace().chain(key.split_whitespace());
        let made = Command::new("openssl")
            .args(words)
            .current_dir(folder)
            .output();
        let made = made.unwrap_or_else(|error| panic!("openssl cannot be started: {error}"));
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "no certificate can be made: {said}");
    }
    let settings = "--tls-cert-file own.crt --tls-key-file own.key --tls-ca-cert-file ca.crt --tls-auth-clients no";
    settings.split_whitespace().map(str::to_owned).collect()
}
