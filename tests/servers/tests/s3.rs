//! The servers do for tests what they say.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
#![expect(
    clippy::print_stdout,
    reason = "one test starts another, which tells it what to look for"
)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use servers::S3;

/// Has this binary start a server, tell its number, and wait until it is killed.
const TOLD: &str = "PARTS_TEST_IS_TO_BE_KILLED";
const NUMBER: &str = "server=";

async fn put(server: &S3, path: &str, body: &'static str) -> u16 {
    let url = format!("{}/{path}", server.endpoint());
    let client = reqwest::Client::builder().no_proxy().build();
    let sent = client.unwrap().put(url).body(body).send().await;
    sent.unwrap().status().as_u16()
}

async fn get(server: &S3, path: &str) -> Option<String> {
    let url = format!("{}/{path}", server.endpoint());
    let client = reqwest::Client::builder().no_proxy().build();
    let sent = client.unwrap().get(url).send().await.ok()?;
    sent.text().await.ok()
}

#[tokio::test]
async fn what_a_server_kept_is_there_when_it_starts_again() {
    let server = S3::ministack().await;
    server.make_bucket("kept").await;
    assert_eq!(put(&server, "kept/a", "body").await, 200);
    let (before, endpoint) = (server.pid(), server.endpoint());

    server.stop().await;
    assert_eq!(get(&server, "kept/a").await, None);

    server.start().await;
    assert_eq!(get(&server, "kept/a").await.as_deref(), Some("body"));
    assert_ne!(server.pid(), before);
    assert_eq!(server.endpoint(), endpoint);
}

#[tokio::test]
async fn nobody_writes_to_seaweed_without_a_signature() {
    let server = S3::seaweed().await;
    server.make_bucket("kept").await;
    assert_eq!(put(&server, "kept/a", "body").await, 403);
}

#[tokio::test]
async fn a_server_ends_with_its_value_and_leaves_nothing() {
    let server = S3::seaweed().await;
    let process = format!("/proc/{}", server.pid());
    assert!(Path::new(&process).exists());
    drop(server);
    assert!(!Path::new(&process).exists());
}

#[tokio::test]
async fn a_server_ends_with_a_test_that_is_killed() {
    if env::var_os(TOLD).is_some() {
        let server = S3::shared_ministack().await;
        println!("{NUMBER}{}", server.pid());
        return std::future::pending().await;
    }
    let mut test = Command::new(env::current_exe().unwrap())
        .env(TOLD, "yes")
        .args([
            "--exact",
            "a_server_ends_with_a_test_that_is_killed",
            "--nocapture",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(test.stdout.take().unwrap()).lines();
    let number = told
        .map(Result::unwrap)
        .find_map(|line| Some(line.split_once(NUMBER)?.1.to_owned()));
    let process = Path::new("/proc").join(number.unwrap());
    let folder = fs::read_link(process.join("cwd")).unwrap();
    assert!(folder.exists());
    test.kill().unwrap();
    test.wait().unwrap();

    let killed = Instant::now();
    while process.exists() || folder.exists() {
        let patient = killed.elapsed() < Duration::from_secs(20);
        assert!(
            patient,
            "{} or {} stays",
            process.display(),
            folder.display()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
