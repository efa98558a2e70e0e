//! Litestream beside a server that has no replica of its own.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::site::{BUCKET, Site, held, sum_of};

/// How long it may take until its first copy is in the bucket.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How often it looks at the database, and how often it uploads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As it comes: a second each.
    Default,
    /// Both in so many milliseconds.
    EveryMs(u64),
}

/// A running Litestream. Dropping it kills it.
pub(crate) struct Litestream {
    child: Child,
    config: TempDir,
    metrics: SocketAddr,
    settings: Vec<(&'static str, String)>,
}

impl Litestream {
    /// Starts it on a database, and waits until a first copy is in the bucket.
    pub(crate) async fn start(site: &Site, prefix: &str, journal: &Path, pace: Pace) -> Self {
        let config = TempDir::new().unwrap();
        let metrics = free_address();
        let text = configuration(site, prefix, journal, pace, metrics);
        fs::write(config.path().join("litestream.yml"), text).unwrap();
        let settings = site.settings();
        let child = program(&config, &settings)
            .args(["replicate", "-config", "litestream.yml"])
            .spawn()
            .unwrap();
        let began = Instant::now();
        let bucket = site.bucket(prefix).await;
        while held(&bucket, "").await.objects == 0 {
            assert!(began.elapsed() < PATIENCE, "Litestream copies nothing");
            sleep(LOOK_EVERY).await;
        }
        Self {
            child,
            config,
            metrics,
            settings,
        }
    }

    /// Bytes it says it has put.
    pub(crate) async fn put_bytes(&self) -> u64 {
        let url = format!("http://{}/metrics", self.metrics);
        let text = reqwest::get(url).await.unwrap().text().await.unwrap();
        sum_of(&text, |line| {
            line.starts_with("litestream_replica_operation_bytes") && line.contains("PUT")
        })
    }

    /// Kills it as a power cut would. What it has copied stays.
    pub(crate) async fn kill(mut self) -> Copied {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
        Copied {
            config: self.config,
            settings: self.settings,
        }
    }
}

/// What it has copied.
pub(crate) struct Copied {
    config: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Copied {
    /// Restores the database where it was. Returns how long that took.
    pub(crate) async fn restore(&self, journal: &Path) -> Duration {
        let began = Instant::now();
        let status = program(&self.config, &self.settings)
            .args(["restore", "-config", "litestream.yml"])
            .arg(journal)
            .status();
        assert!(status.await.unwrap().success(), "nothing was restored");
        began.elapsed()
    }
}

fn program(folder: &TempDir, settings: &[(&str, String)]) -> Command {
    let mut command = Command::new(installed());
    command
        .env_clear()
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Where `tests/install.sh` puts it.
fn installed() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.unwrap().join("arcane-codex/parts/bin/litestream")
}

fn configuration(
    site: &Site,
    prefix: &str,
    journal: &Path,
    pace: Pace,
    metrics: SocketAddr,
) -> String {
    let (monitor, sync) = match pace {
        Pace::Default => (String::new(), String::new()),
        Pace::EveryMs(ms) => (
            format!("    monitor-interval: {ms}ms\n"),
            format!("      sync-interval: {ms}ms\n"),
        ),
    };
    format!(
        "addr: \"{metrics}\"\n\
         dbs:\n  \
           - path: {}\n\
         {monitor}    \
             replica:\n      \
               type: s3\n      \
               bucket: {}\n      \
               path: {prefix}\n      \
               endpoint: {}\n      \
               region: us-east-1\n      \
               force-path-style: true\n\
         {sync}",
        journal.display(),
        BUCKET,
        site.endpoint(),
    )
}

fn free_address() -> SocketAddr {
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    held.local_addr().unwrap()
}
