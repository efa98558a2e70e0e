//! A server in a container of 256 MiB, with bots that play on it.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::cgroup::MemoryCgroup;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::{PATIENCE, Server};

/// The memory of a pod, and of the smallest container.
const MEMORY_BYTES: u64 = 256 * 1_024 * 1_024;
/// The part of each attack that is made, in percent, unless `HOSTILE_PERCENT` says otherwise.
const PERCENT: usize = 20;
/// Tables of three bots.
const TABLES: u8 = 4;
/// The mean pause of a bot, so that they leave time to others.
const THINK_TIME: Duration = Duration::from_millis(200);
/// Commands that are acknowledged at least before, during and after an attack.
const COMMANDS: usize = 40;

/// A server in a control group, and those who play on it.
pub(crate) struct Site {
    server: Server,
    fleet: Arc<BotFleet>,
    tables: JoinSet<usize>,
    idle_kib: u64,
    // Dropped last: a group with processes cannot be removed.
    cgroup: MemoryCgroup,
}

impl Site {
    /// Starts a server whose bots play already. Returns `None` where no control group can be made.
    pub(crate) async fn open(name: &str) -> Option<Self> {
        let Some(cgroup) = MemoryCgroup::make(name, MEMORY_BYTES) else {
            say("no control group can be made here: nothing was tested");
            return None;
        };
        allow_files();
        let starter = cgroup.starter();
        let starter = starter.each_ref().map(String::as_str);
        let server = fresh_setup().through(&starter).start().await;
        let idle_kib = resident_kib(server.id());
        let fleet = BotFleet::among(&[server.address()], 1, THINK_TIME);
        let mut tables = JoinSet::new();
        for _ in 0..TABLES {
            tables.spawn(Arc::clone(&fleet).play_on(3));
        }
        let site = Self {
            server,
            fleet,
            tables,
            idle_kib,
            cgroup,
        };
        site.measure("before").await;
        Some(site)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The part of an attack that is made.
    pub(crate) fn share(whole: usize) -> usize {
        let percent = std::env::var("HOSTILE_PERCENT");
        let percent = percent.map_or(PERCENT, |percent| percent.parse().unwrap());
        whole * percent / 100
    }

    /// Holds that newcomers are let in and bots are answered while an attack goes on.
    pub(crate) async fn stands(&self, attack: &str) {
        self.measure(attack).await;
        let used = self.cgroup.usage_bytes();
        assert!(used <= MEMORY_BYTES, "{used} bytes");
    }

    /// Holds the same after the attack, and that nobody was killed.
    pub(crate) async fn recovers(mut self) {
        self.measure("afterwards").await;
        self.fleet.stop();
        while self.tables.join_next().await.is_some() {}
        let log = self.server.text();
        assert!(!log.contains("panicked"), "{log}");
        self.server.kill().await;
    }

    /// Waits until newcomers and bots have been answered, and prints how long that took them.
    async fn measure(&self, when: &str) {
        let known = self.fleet.acknowledged().len();
        for _ in 0..5 {
            let began = Instant::now();
            let asked = timeout(PATIENCE, is_alive(self.address())).await;
            assert!(asked.expect("a health check is let in").unwrap());
            say(&format!(
                "{when}: health {} ms",
                began.elapsed().as_millis()
            ));
        }
        self.fleet.acknowledges(COMMANDS).await;
        let acknowledged = self.fleet.acknowledged();
        let mut took: Vec<_> = acknowledged[known..].iter().map(|it| it.took).collect();
        took.sort_unstable();
        let percentile = |of: usize| took[(took.len() - 1) * of / 100].as_millis();
        say(&format!(
            "{when}: commands p50 {} ms, p99 {} ms; resident {} KiB of {} KiB when idle; group {} KiB",
            percentile(50),
            percentile(99),
            resident_kib(self.server.id()),
            self.idle_kib,
            self.cgroup.usage_bytes() / 1_024,
        ));
    }
}

/// Asks on a new connection whether the server is alive.
async fn is_alive(server: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(server).await?;
    let request = b"GET /health/live HTTP/1.1\r\nhost: codex\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    Ok(&status == b"HTTP/1.1 200")
}

/// The memory of a process that is in RAM, in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.unwrap().trim().trim_end_matches(" kB");
    resident.parse().unwrap()
}

/// Lets this process have as many files open as it may.
fn allow_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// Past the test runner's capture: the figures are to be seen when it passes, too.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
