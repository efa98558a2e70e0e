//! The process from outside: how it starts, answers, is asked to end, and what it says.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A command whose rest never comes.
const HALF_A_COMMAND: &str = "POST /tables HTTP/1.1\r\nhost: codex\r\nexpect: 100-continue\r\n\
    content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n";

#[test]
fn every_wrong_value_is_named_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&folder, &[], &[("PORT", "many"), ("DB_POOL_SIZE", "0")]);
    assert_eq!(ended.status.code(), Some(78));
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        "PORT: \"many\" is not a whole number from 0 to 65535 (default 5000)\n\
         DB_POOL_SIZE: \"0\" is not a whole number from 1 to 200 (default 20)\n"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn config_prints_what_is_in_force_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let key = "0123456789abcdef0123456789abcdef";
    let ended = run(
        &folder,
        &["config"],
        &[("PORT", "8080"), ("SECRET_KEY", key)],
    );
    let listing = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success());
    assert!(
        listing.contains("PORT=8080") && listing.contains("SECRET_KEY=***"),
        "{listing}"
    );
    assert!(!listing.contains(key), "{listing}");
}

#[test]
fn a_taken_port_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder, &[]);
    let port = server.address.port().to_string();
    let ended = run(&folder, &[], &[("HOST", "127.0.0.1"), ("PORT", &port)]);
    let said = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(69));
    assert!(
        said.contains(&format!("PORT: {port} is taken by another program")),
        "{said}"
    );
}

#[test]
fn a_journal_that_can_be_kept_nowhere_is_told_as_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(
        &folder,
        &[],
        &[("PORT", "0"), ("DB_PATH", "missing/codex.db")],
    );
    let said = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(69));
    assert!(said.contains("cannot serve: DB_PATH: "), "{said}");
}

#[test]
fn a_process_without_settings_keeps_its_key_gets_ready_and_ends_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder, &[]);
    server.await_line("the Codex is open");
    let port = server.address.port().to_string();
    let health = run(&folder, &["healthcheck"], &[("PORT", &port)]);
    assert!(health.status.success(), "{health:?}");
    let key = fs::read_to_string(folder.path().join("arcane_codex.db.key")).unwrap();
    assert_eq!(key.trim().len(), 64);
    server.signal(Signal::TERM);
    assert_eq!(server.await_line("closed")["cut"], 0);
    assert_eq!(server.end(), Some(0));
    let health = run(&folder, &["healthcheck"], &[("PORT", &port)]);
    assert_eq!(health.status.code(), Some(1));
}

#[test]
fn what_is_still_open_is_cut_within_the_time_the_platform_gives() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder, &[("DRAIN_SECONDS", "4")]);
    server.await_line("the Codex is open");
    let _client = server.hold();
    let begun = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(
        server.await_line("closed; connections still open were cut")["cut"],
        1
    );
    assert_eq!(server.end(), Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "ended after {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_second_order_ends_the_process_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder, &[("DRAIN_SECONDS", "600")]);
    server.await_line("the Codex is open");
    let _client = server.hold();
    server.signal(Signal::INT);
    server.await_line("closing");
    server.signal(Signal::INT);
    assert_eq!(server.end(), Some(130));
}

#[test]
fn verify_says_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&folder, &["verify", "nothing.jsonl"], &[]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        String::from_utf8(ended.stderr)
            .unwrap()
            .starts_with("cannot read nothing.jsonl: ")
    );
}

fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_arcane-codex"));
    command
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(folder);
    command
}

fn run(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(folder.path(), arguments, variables)
        .output()
        .unwrap()
}

/// A running server, killed when the test is over.
struct Server {
    child: Child,
    log: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &TempDir, variables: &[(&str, &str)]) -> Self {
        let free = [("HOST", "127.0.0.1"), ("PORT", "0")];
        let variables = [&free, variables].concat();
        let mut command = command(folder.path(), &[], &variables);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            log,
            address: "127.0.0.1:0".parse().unwrap(),
        };
        let listening = server.await_line("listening on ");
        let addr = listening["addr"].as_str().unwrap();
        server.address = addr.strip_prefix("http://").unwrap().parse().unwrap();
        server
    }

    /// Reads the log up to a line that begins so.
    fn await_line(&mut self, beginning: &str) -> Value {
        loop {
            let mut line = String::new();
            assert!(
                self.log.read_line(&mut line).unwrap() > 0,
                "the log ended before {beginning:?}"
            );
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"].as_str().unwrap().starts_with(beginning) {
                return line;
            }
        }
    }

    /// Opens a connection with a request in flight.
    fn hold(&self) -> TcpStream {
        let mut client = TcpStream::connect(self.address).unwrap();
        client.write_all(HALF_A_COMMAND.as_bytes()).unwrap();
        // The server asks for the rest once a handler waits for it.
        let mut asked = [0; 12];
        client.read_exact(&mut asked).unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100");
        client
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn end(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error says that it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
