//! A real Prometheus that scrapes instances, with the rules that are deployed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::free_port;
use crate::process::Process;
use crate::programs::find;

/// How long it may take until it answers, and how often it is asked.
const START_MAX: Duration = Duration::from_secs(30);
const ASK_EVERY: Duration = Duration::from_millis(50);

/// How often it looks: an instance whose journal is away takes two seconds for its answer.
const LOOKS_EVERY: &str = "3s";

/// A running Prometheus.
///
/// Its configuration is `monitoring/prometheus.yml` of the repository. Changed are the instances, which are listed by
/// address where a name service has them, and how often it looks.
#[derive(Debug)]
pub struct Prometheus {
    address: SocketAddr,
    // Before the folder: what is dropped first stops writing into it.
    _process: Process,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts one that scrapes these instances.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn scraping(instances: &[SocketAddr]) -> Self {
        Self::start(instances, "").await
    }

    /// Starts one that shows the instances a token.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn scraping_with(instances: &[SocketAddr], token: &str) -> Self {
        let shown = format!("\n    authorization: {{ credentials: {token} }}");
        Self::start(instances, &shown).await
    }

    async fn start(instances: &[SocketAddr], authorization: &str) -> Self {
        let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let config = configure(folder.path(), instances, authorization);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let log = File::create(folder.path().join("log")).expect("its folder is there");
        let mut command = Command::new(find("prometheus"));
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .stdout(log.try_clone().expect("a file can be shared"))
            .stderr(log);
        let mut process = Process::start(&mut command, folder.path());
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            let ended = process.has_ended();
            if ended || begun.elapsed() > START_MAX {
                let said = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
                panic!("Prometheus does not answer: {said}");
            }
            sleep(ASK_EVERY).await;
        }
        Self {
            address,
            _process: process,
            _folder: folder,
        }
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Runs promtool in a folder with arguments, and this text as its input. Returns what it said, and whether it was content.
///
/// # Panics
///
/// When it cannot be started.
pub fn promtool(folder: &Path, arguments: &[&str], input: &str) -> (String, bool) {
    let scratch = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
    let file = scratch.path().join("input");
    fs::write(&file, input).expect("its folder can be written");
    let told = Command::new(find("promtool"))
        .args(arguments)
        .current_dir(folder)
        .stdin(File::open(&file).expect("it has just been written"))
        .output()
        .expect("promtool can be started");
    let said = [told.stdout, told.stderr].concat();
    (
        String::from_utf8_lossy(&said).into_owned(),
        told.status.success(),
    )
}

/// Writes the configuration into a folder, and returns its path.
fn configure(folder: &Path, instances: &[SocketAddr], authorization: &str) -> PathBuf {
    let deployed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../monitoring");
    let read = |name: &str| {
        fs::read_to_string(deployed.join(name)).expect("the configuration can be read")
    };
    fs::write(folder.join("rules.yml"), read("rules.yml")).expect("its folder can be written");
    let mut text = read("prometheus.yml");
    let targets: Vec<String> = instances.iter().map(|it| format!("{it:?}")).collect();
    let targets = targets.join(", ");
    let found = text
        .find("    dns_sd_configs:")
        .expect("instances are found");
    text.truncate(found);
    let mut text =
        format!("{text}    static_configs:\n      - targets: [{targets}]{authorization}\n");
    for every in ["scrape_interval: 15s", "evaluation_interval: 15s"] {
        assert!(text.contains(every), "the configuration says {every}");
        text = text.replace(every, &every.replace("15s", LOOKS_EVERY));
    }
    let path = folder.join("prometheus.yml");
    fs::write(&path, text).expect("its folder can be written");
    path
}
