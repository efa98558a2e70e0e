//! What an invocation is answered with, and what it leaves.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bots::server::Setup;
use platform_sim::lambda::InvocationFailure;
use reqwest::header::SET_COOKIE;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::common::{PEACE, function, polled};
use platform_sim::lambda::FunctionUrl;

/// Requests of a client that does not stop, and of those the ones that may be answered: some by each of the environments,
/// which count by themselves.
const FLOOD: usize = 120;
const ANSWERED_MAX: usize = 60;

/// Clients, by their addresses.
const FLOODER: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 1);
const BYSTANDER: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 2);

/// What a client writes that wants to be numbered by itself.
const FORGED: &str = "forged-by-a-client-0001";

fn client(from: Ipv4Addr) -> Client {
    let from = cfg!(target_os = "linux").then_some(IpAddr::V4(from));
    let client = Client::builder().local_address(from).no_proxy();
    client.build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_addresses_neither_free_a_client_nor_hang_it_on_another() {
    let limits = [
        ("RATE_LIMIT_ENABLED", "true".to_owned()),
        ("MAX_REQUESTS_PER_MINUTE", "1".to_owned()),
    ];
    let function = function(&limits, PEACE).await;
    let url = FunctionUrl::start(function.clone()).await;
    let home = format!("http://{}/", url.secure());
    let flooder = client(FLOODER);
    let mut answered = 0;
    for number in 0..FLOOD {
        let forged = format!("203.0.113.{number}, 198.51.100.{number}");
        let asked = flooder.get(&home).header("x-forwarded-for", &forged);
        let asked = asked.header("forwarded", format!("for=203.0.113.{number}"));
        match asked.send().await.unwrap().status() {
            StatusCode::OK => answered += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert!(
        (1..=ANSWERED_MAX).contains(&answered),
        "{answered} answered"
    );
    let asked = client(BYSTANDER).get(&home);
    let told = asked.header("x-forwarded-for", FLOODER.to_string()).send();
    assert_eq!(told.await.unwrap().status(), StatusCode::OK);
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scheme_and_request_id_are_what_the_front_says() {
    let (function, url) = polled(PEACE).await;
    for (at, forged, secure) in [(url.secure(), "http", true), (url.plain(), "https", false)] {
        let opened = open(at, forged).await;
        assert_eq!(opened.status(), StatusCode::CREATED, "{opened:?}");
        let cookie = opened.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        let is_secure = cookie.split(';').any(|part| part.trim() == "Secure");
        assert_eq!(is_secure, secure, "{forged} is claimed: {cookie}");
        let number = opened.headers()["x-request-id"].to_str().unwrap();
        assert!(number.starts_with("00000000-0000-4000-8000-"), "{number}");
    }
    let asked = format!("http://{}/t/none", url.secure());
    let asked = client(BYSTANDER).get(asked).header("x-request-id", FORGED);
    let told = asked.header("lambda-runtime-aws-request-id", FORGED).send();
    let number = told.await.unwrap().headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_ne!(number, FORGED);
    let log = function.end().await;
    assert!(!log.contains(FORGED), "{log}");
    for line in log.lines() {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["level"].is_string(), "{line}");
    }
}

async fn open(at: SocketAddr, forged: &str) -> reqwest::Response {
    let id = format!("asking-{forged}-{}", crate::common::seed());
    let asked = client(BYSTANDER)
        .post(format!("http://{at}/api/tables"))
        .header("x-forwarded-proto", forged)
        .json(&json!({ "name": "Anna", "command_id": id }));
    asked.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_where_waiting_is_paid_for() {
    let (function, url) = polled(PEACE).await;
    let opened: Value = open(url.plain(), "http").await.json().await.unwrap();
    let table = opened["table"].as_str().unwrap();
    for stream in [
        format!("t/{table}/live"),
        format!("api/tables/{table}/events"),
    ] {
        let asked = client(BYSTANDER).get(format!("http://{}/{stream}", url.plain()));
        let told = asked
            .header("accept", "application/json")
            .send()
            .await
            .unwrap();
        assert_eq!(told.status(), StatusCode::NOT_IMPLEMENTED, "{told:?}");
        let problem: Value = told.json().await.unwrap();
        assert_eq!(problem["code"], "no-streams");
    }
    // The table is at this version, and nobody plays: elsewhere this would wait.
    let asked = format!("http://{}/api/tables/{table}?since=1&wait=25", url.plain());
    let told = client(BYSTANDER).get(asked).send().await.unwrap();
    assert!(told.status().is_success(), "{told:?}");
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_another_kind_is_an_error_and_the_environment_goes_on() {
    let (function, _url) = polled(PEACE).await;
    let message = json!({ "Records": [{ "eventSource": "aws:sqs", "body": "hello" }] });
    let told = function.invoke(&message).await;
    let Err(InvocationFailure::Error(error)) = told else {
        panic!("{told:?}");
    };
    assert!(error.contains("no HTTP request"), "{error}");
    assert_eq!(function.sweep().await, Ok(Value::Null));
    let log = function.end().await;
    assert!(log.contains("an invocation failed"), "{log}");
}

#[tokio::test]
async fn a_start_that_cannot_be_says_why() {
    let elsewhere = Setup::of(env!("CARGO_BIN_EXE_bootstrap"));
    let ended = elsewhere.run(&[]).await;
    assert_eq!(ended.status.code(), Some(69), "{}", ended.text());
    assert!(
        ended.text().contains("AWS_LAMBDA_RUNTIME_API"),
        "{}",
        ended.text()
    );

    let here = elsewhere
        .with("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
        .with("DB_PATH", "");
    let ended = here.run(&[]).await;
    assert_ne!(ended.status.code(), Some(0), "{}", ended.text());
    assert!(ended.text().contains("DYNAMODB_TABLE"), "{}", ended.text());
}
