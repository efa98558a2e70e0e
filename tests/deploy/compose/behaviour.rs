//! What nginx does with what it is asked.

use std::fs;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER, UPGRADE};
use reqwest::{Response, StatusCode, Version};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;

use super::edge::Edge;
use super::instance::Instance;

/// How long something may take to come about.
const PATIENCE: Duration = Duration::from_secs(20);
const FIRST: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::test]
async fn what_a_client_says_about_itself_is_not_passed_on() {
    let (edge, _instance) = Edge::alone().await;
    let mut request = edge.get("/t/anna");
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-port", "1"),
        ("x-real-ip", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9"),
        ("x-request-id", "mine"),
    ] {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=31536000"
    );
    let told: Value = answer.json().await.unwrap();
    let heard = |name: &str| -> Vec<String> {
        let headers = told["headers"].as_array().unwrap().iter();
        let named = headers.filter(|header| header[0] == name);
        named
            .map(|header| header[1].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(heard("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(heard("x-forwarded-proto"), ["https"]);
    for left_out in [
        "x-forwarded-host",
        "x-forwarded-port",
        "x-real-ip",
        "forwarded",
    ] {
        assert!(heard(left_out).is_empty(), "{left_out} is passed on");
    }
    assert_eq!(heard("x-request-id").len(), 1);
    assert_ne!(heard("x-request-id"), ["mine"]);
    assert!(heard("host")[0].starts_with("localhost:"), "{told}");
}

#[tokio::test]
async fn an_event_is_passed_on_before_the_next_one_is_told() {
    let (edge, instance) = Edge::alone().await;
    for path in ["/t/anna/live", "/api/tables/anna/events"] {
        let mut stream = edge.get(path).send().await.unwrap();
        assert_eq!(next(&mut stream).await, "data: one\n\n");
        instance.tell_more();
        assert_eq!(next(&mut stream).await, "data: two\n\n");
    }
}

#[tokio::test]
async fn a_connection_becomes_a_web_socket() {
    let (edge, _instance) = Edge::alone().await;
    let request = edge.get_upgradable("/socket.io/?transport=websocket");
    let request = request
        .header(UPGRADE, "websocket")
        .header("connection", "Upgrade");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS);
    let mut socket = answer.upgrade().await.unwrap();
    socket.write_all(b"hello").await.unwrap();
    let mut echo = [0; 5];
    socket.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"hello");
}

#[tokio::test]
async fn a_connection_becomes_nothing_else() {
    let (edge, _instance) = Edge::alone().await;
    let request = edge.get_upgradable("/");
    let request = request
        .header(UPGRADE, "h2c")
        .header("connection", "Upgrade, HTTP2-Settings");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_11);
    let told = answer.text().await.unwrap();
    assert!(!told.contains("h2c"), "{told}");
    assert!(!told.to_lowercase().contains("\"connection\""), "{told}");
}

#[tokio::test]
async fn the_log_tells_what_was_asked_and_not_what_was_typed() {
    let (edge, instance) = Edge::alone().await;
    edge.get("/join?code=SECRET").send().await.unwrap();
    instance.end().await;
    edge.post("/tables").body("x").send().await.unwrap();
    let log = edge.log_of(2).await;
    assert_eq!(log[0]["path"], "/join");
    assert_eq!(log[0]["status"], 200);
    assert_eq!(log[1]["path"], "/tables");
    assert_eq!(log[1]["method"], "POST");
    assert_eq!(log[1]["status"], 503);
    assert!(!log.iter().any(|line| line.to_string().contains("SECRET")));
}

#[tokio::test]
async fn the_figures_are_closed_and_health_only_says_whether_it_is_ready() {
    let (edge, instance) = Edge::alone().await;
    for path in [
        "/metrics",
        "/metrics/",
        "/metrics?x=1",
        "//metrics",
        "/%6detrics",
        "/x/../metrics",
    ] {
        let answer = edge.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(instance.asked(), 0);
    for path in ["/health", "/health?full=1"] {
        let told: Value = edge.get(path).send().await.unwrap().json().await.unwrap();
        let asked = told["path"].as_str().unwrap();
        assert_eq!(asked.split('?').next(), Some("/health/ready"), "{path}");
    }
}

#[tokio::test]
async fn a_body_of_more_than_16_kilobytes_is_refused() {
    let (edge, instance) = Edge::alone().await;
    let body = "x".repeat(16 * 1024 + 1);
    for (path, kind) in [
        ("/tables", "text/html"),
        ("/api/tables", "application/problem+json"),
    ] {
        let answer = edge.post(path).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_kind(&answer, kind);
    }
    assert_eq!(instance.asked(), 0);
    let fits = edge.post("/tables").body(body[1..].to_owned());
    assert_eq!(fits.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn while_nobody_answers_people_get_a_page_and_programs_a_problem() {
    let (edge, instance) = Edge::alone().await;
    instance.end().await;
    for nobody in [&[FIRST][..], &[]] {
        edge.names().stand_for(nobody);
        let page = edge.post("/tables").body("name=Anna").send().await.unwrap();
        assert_away(&page, "text/html");
        assert!(page.text().await.unwrap().contains("Every table is kept"));
        let problem = edge.get("/api/tables/anna").send().await.unwrap();
        assert_away(&problem, "application/problem+json");
        let problem: Value = problem.json().await.unwrap();
        assert_eq!(problem["code"], "away");
        assert_eq!(problem["status"], 503);
    }
}

#[tokio::test]
async fn another_instance_answers_for_one_that_is_gone() {
    let (first, second, edge) = two().await;
    first.end().await;
    for _ in 0..10 {
        let looked = edge.get("/t/anna").send().await.unwrap();
        assert_eq!(looked.status(), StatusCode::OK);
        // It could not be sent, so it was not done.
        let played = edge
            .post("/t/anna/play")
            .body("do=say")
            .send()
            .await
            .unwrap();
        assert_eq!(played.status(), StatusCode::OK);
    }
    assert_eq!(second.asked(), 20);
}

#[tokio::test]
async fn a_change_that_was_sent_is_not_sent_again() {
    let (first, second, edge) = two().await;
    first.close();
    for _ in 0..10 {
        let looked = edge.get("/t/anna").send().await.unwrap();
        assert_eq!(looked.status(), StatusCode::OK);
    }
    let before = first.asked() + second.asked();
    let mut refused = 0;
    for _ in 0..10 {
        let played = edge
            .post("/t/anna/play")
            .body("do=say")
            .send()
            .await
            .unwrap();
        refused += usize::from(played.status() == StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(first.asked() + second.asked() - before, 10);
    assert!(refused > 0, "the one that is closing was never asked");
}

#[tokio::test]
async fn an_instance_at_another_address_is_found() {
    let (first, _second) = Instance::serve_both(FIRST, SECOND).await;
    let edge = Edge::before(&[FIRST], first.port()).await;
    assert_eq!(who(&edge).await, Some(FIRST.to_string()));
    first.end().await;
    edge.names().stand_for(&[SECOND]);
    let began = Instant::now();
    while who(&edge).await != Some(SECOND.to_string()) {
        assert!(began.elapsed() < PATIENCE, "{}", edge.errors());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_file_under_its_own_address_is_asked_for_once_in_each_encoding() {
    let (edge, instance) = Edge::alone().await;
    for _ in 0..3 {
        for encoding in ["gzip", "identity"] {
            let asked = edge
                .get("/assets/codex.css?v=1")
                .header("accept-encoding", encoding);
            let answer = asked.send().await.unwrap();
            assert_eq!(
                answer.headers()["cache-control"],
                "public, max-age=31536000, immutable"
            );
            let encoded = answer.headers().contains_key(CONTENT_ENCODING);
            assert_eq!(encoded, encoding == "gzip");
        }
    }
    assert_eq!(instance.asked(), 2);
    edge.get("/assets/codex.css?v=2").send().await.unwrap();
    assert_eq!(instance.asked(), 3);
}

#[tokio::test]
async fn without_tls_there_is_only_the_way_to_it_and_the_challenge() {
    let (edge, instance) = Edge::alone().await;
    let led = edge.get_plain("/join/ABCDEF?x=1").send().await.unwrap();
    assert_eq!(led.status(), StatusCode::PERMANENT_REDIRECT);
    let secure = format!("https://127.0.0.1:{}/join/ABCDEF?x=1", edge.secure_port());
    assert_eq!(led.headers()[LOCATION], secure.as_str());
    let challenge = "/.well-known/acme-challenge/token";
    fs::write(edge.folder().join(format!("acme{challenge}")), "proof").unwrap();
    let proof = edge.get_plain(challenge).send().await.unwrap();
    assert_eq!(proof.text().await.unwrap(), "proof");
    assert_eq!(instance.asked(), 0);
}

#[tokio::test]
async fn a_school_at_one_address_is_served_and_a_flood_is_not() {
    const SCHOOL: usize = 300;
    const FLOOD: usize = 4_000;
    let (edge, _instance) = Edge::alone().await;
    // Everybody at once opens the page and plays.
    let refused = flood(&edge, 2 * SCHOOL).await;
    assert!(
        refused.is_empty(),
        "{} of a school are refused",
        refused.len()
    );
    let refused = flood(&edge, FLOOD).await;
    let first = refused.first().expect("a flood is refused");
    assert_eq!(first.headers()[RETRY_AFTER], "5");
    assert_kind(first, "application/problem+json");
}

/// Asks so often, a hundred at a time. Returns the answers that say it was too often.
async fn flood(edge: &Edge, requests: usize) -> Vec<Response> {
    let mut refused = Vec::new();
    let mut asking = JoinSet::new();
    for number in 0..requests {
        asking.spawn(edge.get(&format!("/api/tables/{number}")).send());
        if asking.len() >= 100 {
            refused.extend(
                asking
                    .join_next()
                    .await
                    .map(|answer| answer.unwrap().unwrap()),
            );
        }
    }
    refused.extend(asking.join_all().await.into_iter().map(Result::unwrap));
    refused.retain(|answer| {
        let refused = answer.status() == StatusCode::TOO_MANY_REQUESTS;
        assert!(refused || answer.status() == StatusCode::OK, "{answer:?}");
        refused
    });
    refused
}

/// Two instances that one name stands for.
async fn two() -> (Instance, Instance, Edge) {
    let (first, second) = Instance::serve_both(FIRST, SECOND).await;
    let edge = Edge::before(&[FIRST, SECOND], first.port()).await;
    (first, second, edge)
}

/// Who answers, if anybody does.
async fn who(edge: &Edge) -> Option<String> {
    let answer = edge.get("/").send().await.unwrap();
    let told: Value = answer.json().await.ok()?;
    told["instance"].as_str().map(str::to_owned)
}

async fn next(stream: &mut Response) -> String {
    let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await;
    let chunk = chunk.expect("an event comes").unwrap().unwrap_or_default();
    String::from_utf8(chunk.to_vec()).unwrap()
}

fn assert_away(answer: &Response, kind: &str) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()[RETRY_AFTER], "5");
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert_kind(answer, kind);
}

fn assert_kind(answer: &Response, kind: &str) {
    let told = answer.headers()[CONTENT_TYPE].to_str().unwrap();
    assert!(told.starts_with(kind), "{told} is not {kind}");
}
