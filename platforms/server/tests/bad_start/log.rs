//! A log that cannot be written: nothing stops, slows or aborts for its sake.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::header::ACCEPT;
use reqwest::{Method, StatusCode};
use rustix::process::Signal;
use serde_json::Value;
use servers::free_port;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::unix::pipe;
use tokio::time::{sleep, timeout};

use crate::common::client::HttpClient;
use crate::common::fresh_setup;
use crate::common::server::{PATIENCE, Process, Setup};

/// The time the platform gives to end.
const DRAIN: Duration = Duration::from_secs(10);
/// Clients that ask side by side, and the requests of each in a round.
const CLIENTS: usize = 8;
const REQUESTS: usize = 100;
/// After so many, their lines are more than a pipe and the queue before it hold.
const ROUNDS_MAX: usize = 50;

#[tokio::test]
async fn a_log_on_a_full_disk_neither_stops_the_start_nor_the_end() {
    let port = free_port();
    let setup = with_output(fresh_setup().with("PORT", &port), "/dev/full");
    let process = setup.launch(&[]);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let client = HttpClient::new(address);
    ready(&client).await;
    assert!(dropped(address, "failed").await > 0);
    ends(process).await;
}

#[tokio::test]
async fn a_log_whose_reader_has_gone_neither_stops_the_game_nor_the_end() {
    let setup = fresh_setup().with("LOG_LEVEL", "debug");
    let (process, address, reader) = with_reader(&setup).await;
    let client = HttpClient::new(address);
    ready(&client).await;
    drop(reader);
    for _ in 0..10 {
        assert_eq!(client.get("/").await.status, StatusCode::OK);
    }
    assert!(dropped(address, "failed").await > 0);
    ends(process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_delays_nobody_says_later_what_is_missing_and_does_not_stop_the_end()
 {
    let setup = fresh_setup().with("LOG_LEVEL", "debug");
    let (process, address, mut reader) = with_reader(&setup).await;
    ready(&HttpClient::new(address)).await;
    let lost = flood(address, 0).await;
    let told = timeout(PATIENCE, async {
        loop {
            let line = next_line(&mut reader).await;
            if let Some(lines) = line.get("in_all").and_then(Value::as_u64) {
                return lines;
            }
        }
    });
    let told = told.await.expect("it says what is missing");
    assert!(told >= lost, "{told} of {lost}");
    flood(address, told).await;
    ends(process).await;
}

/// Asks to end, and waits for the end.
async fn ends(process: Process) {
    let asked = Instant::now();
    process.signal(Signal::TERM);
    let ended = process.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(asked.elapsed() < DRAIN, "after {:?}", asked.elapsed());
}

/// Asks until more lines than `lost` were dropped. Returns how many.
async fn flood(address: SocketAddr, lost: u64) -> u64 {
    let clients = vec![HttpClient::new(address); CLIENTS];
    for _ in 0..ROUNDS_MAX {
        let asked = clients.iter().map(async |client| {
            for _ in 0..REQUESTS {
                let answer = client.get("/health/live").await;
                assert_eq!(answer.status, StatusCode::OK);
            }
        });
        join_all(asked).await;
        let now = dropped(address, "overflowed").await;
        if now > lost {
            return now;
        }
    }
    panic!("the log takes all lines");
}

/// The setup of a server that writes its log, and what else it says, to a file.
fn with_output(setup: Setup, path: &str) -> Setup {
    let script = format!("exec \"$0\" \"$@\" >'{path}' 2>&1");
    setup.through(&["sh", "-c", &script])
}

type Reader = BufReader<pipe::Receiver>;

/// Starts a server that writes its log to a named pipe, and reads of it until it is known where the server listens.
async fn with_reader(setup: &Setup) -> (Process, SocketAddr, Reader) {
    let path = setup.folder().join("pipe");
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let receiver = pipe::OpenOptions::new().open_receiver(&path).unwrap();
    let mut reader = BufReader::new(receiver);
    let setup = with_output(setup.clone(), path_text(&path));
    let process = setup.launch(&[]);
    let address = timeout(PATIENCE, async {
        loop {
            let line = next_line(&mut reader).await;
            let address = line["addr"]
                .as_str()
                .and_then(|it| it.strip_prefix("http://"));
            if let Some(address) = address {
                return address.parse().unwrap();
            }
        }
    });
    let address = address.await.unwrap();
    (process, address, reader)
}

/// The next line of a log; null if it is not JSON.
async fn next_line(reader: &mut Reader) -> Value {
    let mut line = String::new();
    // Before the server has opened the pipe there is nothing, and no end either.
    while reader.read_line(&mut line).await.unwrap() == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    serde_json::from_str(&line).unwrap_or_default()
}

fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn ready(client: &HttpClient) {
    let ready = timeout(PATIENCE, async {
        while !is_ready(client).await {
            sleep(Duration::from_millis(5)).await;
        }
    });
    ready.await.expect("it becomes ready");
}

async fn is_ready(client: &HttpClient) -> bool {
    let answer = client.ask_once(Method::GET, "/health/ready", None).await;
    answer.is_ok_and(|answer| answer.status == StatusCode::OK)
}

/// The lines of the log that the server says it has dropped for this reason.
async fn dropped(address: SocketAddr, reason: &str) -> u64 {
    let asked = reqwest::Client::new()
        .get(format!("http://{address}/metrics"))
        .header(ACCEPT, "text/plain");
    let metrics = asked.send().await.unwrap().text().await.unwrap();
    let name = format!("arcane_log_lines_dropped_total{{reason=\"{reason}\"}} ");
    let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
    count
        .unwrap_or_else(|| panic!("{metrics}"))
        .parse()
        .unwrap()
}
