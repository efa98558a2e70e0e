//! One process of Redis.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::PASSWORD;
use crate::free_port;
use crate::process::Process;
use crate::programs::find;

/// How long a server, or a group of them, may take until it does what it is for, and how often it is asked.
pub(super) const START_MAX: Duration = Duration::from_mins(1);
pub(super) const ASK_EVERY: Duration = Duration::from_millis(50);
/// How often a server is started anew because others took its port before it did.
const STARTS_MAX: u32 = 5;

/// One process of Redis, with its folder.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) port: u16,
    settings: Vec<String>,
    tls: bool,
    // Before the folder: what is dropped first stops writing into it.
    process: Mutex<Option<Process>>,
    folder: TempDir,
}

impl Node {
    pub(super) async fn start(settings: &[&str]) -> Self {
        Self::start_with(settings, |_| Vec::new()).await
    }

    /// Starts a server with what `prepare` makes in its folder and returns as further settings. If these name a
    /// certificate, it speaks TLS only.
    pub(super) async fn start_with(
        settings: &[&str],
        prepare: impl Fn(&Path) -> Vec<String>,
    ) -> Self {
        for _ in 0..STARTS_MAX {
            let folder =
                TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
            let mut all: Vec<_> = settings.iter().map(|&word| word.to_owned()).collect();
            all.extend(prepare(folder.path()));
            let node = Self {
                port: free_port(),
                tls: all.iter().any(|word| word == "--tls-cert-file"),
                settings: all,
                process: Mutex::default(),
                folder,
            };
            if node.try_start().await {
                return node;
            }
        }
        panic!("a Redis ends as soon as it is started");
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks it something, and returns what `redis-cli` prints.
    pub(super) fn ask(&self, words: &[&str]) -> String {
        let mut command = Command::new(find("redis-cli"));
        command.args(["-p", &self.port.to_string()]);
        if self.tls {
            command.args(["--tls", "--cacert", "ca.crt"]);
        }
        let asked = command
            .args(words)
            .current_dir(self.folder())
            .env("REDISCLI_AUTH", PASSWORD)
            .stderr(Stdio::null())
            .output();
        let said = asked.unwrap_or_else(|error| panic!("redis-cli cannot be started: {error}"));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// Asks until the answer is the one that is waited for.
    pub(super) async fn ask_until(&self, words: &[&str], fits: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let answer = self.ask(words);
            if fits(&answer) {
                return answer;
            }
            let patient = begun.elapsed() < START_MAX;
            assert!(patient, "{words:?} is answered: {answer}\n{}", self.log());
            sleep(ASK_EVERY).await;
        }
    }

    pub(super) fn stop(&self) {
        let ended = self.process().take();
        assert!(ended.is_some(), "the server runs");
    }

    pub(super) async fn start_again(&self) {
        for _ in 0..STARTS_MAX {
            if self.try_start().await {
                return;
            }
        }
        panic!("a Redis does not start again: {}", self.log());
    }

    pub(super) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    pub(super) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = self.process();
        let number = process.as_ref().expect("the server runs").pid();
        let number = i32::try_from(number).ok().and_then(Pid::from_raw);
        kill_process(number.expect("it has a number"), signal).expect("it is ours");
    }

    /// Starts it and waits until it answers. Says no if it ends first: somebody has its port.
    async fn try_start(&self) -> bool {
        let log = File::create(self.folder().join("log")).expect("its folder is there");
        let port = self.port.to_string();
        let [plain, tls] = if self.tls { ["0", &port] } else { [&port, "0"] };
        let mut command = Command::new(find("redis-server"));
        command
            .args(&self.settings)
            .args([
                "--port",
                plain,
                "--tls-port",
                tls,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--requirepass", PASSWORD])
            .current_dir(self.folder())
            .stdout(log)
            .stderr(Stdio::null());
        *self.process() = Some(Process::start(&mut command, self.folder()));
        let begun = Instant::now();
        while self.ask(&["PING"]) != "PONG" {
            if self.process().as_mut().is_none_or(Process::has_ended) {
                *self.process() = None;
                return false;
            }
            assert!(
                begun.elapsed() < START_MAX,
                "a Redis does not answer: {}",
                self.log()
            );
            sleep(ASK_EVERY).await;
        }
        true
    }

    /// What it has said last.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
