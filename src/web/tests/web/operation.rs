//! What operators and their machines ask for.

use axum::body::Body;
use http::{HeaderValue, Method};
use serde_json::{Value, json};
use web::Stage;

use crate::client::{Answer, Client, page};
use crate::server::{Server, pass};
use crate::stands::{At, Stand};

/// What a scraper sends that prefers the newer format, and one that knows the older only.
const SCRAPERS: [(&str, &str); 3] = [
    (
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
    ),
    (
        "text/plain;version=0.0.4",
        "text/plain; version=0.0.4; charset=utf-8",
    ),
    ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
];

#[tokio::test]
async fn readiness_follows_the_life_of_the_process_and_liveness_does_not() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for (stage, ready, name) in [
        (Stage::Opening, false, "opening"),
        (Stage::Open, true, "open"),
        (Stage::Closing, false, "closing"),
    ] {
        server.life.come_to(stage);
        let live = client.get_json("/health/live").await;
        assert_eq!(
            (live.status.as_u16(), live.json()),
            (200, json!({ "status": "ok" }))
        );
        let answer = client.get_json("/health/ready").await;
        assert_eq!(answer.status, if ready { 200 } else { 503 }, "{stage:?}");
        assert_eq!(answer.json()["ready"], ready);
        let reasons = answer.json()["reasons"].as_array().map(Vec::len);
        assert_eq!(reasons, Some(usize::from(!ready)));
        let health = client.get_json("/health").await;
        assert_eq!(
            (health.status.as_u16(), &health.json()["stage"]),
            (200, &json!(name))
        );
    }
}

#[tokio::test]
async fn health_is_the_whole_picture() {
    let server = Server::new();
    pass(61_000);
    let health = Client::new(&server).get("/health").await.json();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["checks"]["database"]["healthy"], true);
    assert_eq!(health["checks"]["uptime"]["uptime_seconds"], 61);
    assert_eq!(
        health["checks"]["streams"],
        json!({ "healthy": true, "open": 0, "most": 100 })
    );
}

#[tokio::test]
async fn figures_are_the_json_of_the_specification_for_who_names_no_format() {
    let server = Server::new();
    let mut stand = Stand::at(&server, At::Scene).await;
    let _open = stand.host.stream(&format!("/t/{}/live", stand.table)).await;
    for accept in [None, Some("*/*"), Some("application/json")] {
        let answer = metrics(&mut stand.stranger, accept).await;
        assert_eq!(answer.header("content-type"), "application/json");
        let figures = answer.json();
        assert_eq!(figures["active_games"], 1, "{figures}");
        assert_eq!(figures["active_connections"], 1);
        let rate = figures["cache_hit_rate"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&rate), "{rate}");
        let database = &figures["database"];
        let count = |name: &str| {
            database[name]
                .as_u64()
                .unwrap_or_else(|| panic!("{database}"))
        };
        assert_eq!(count("pool_size"), count("active") + count("available"));
    }
}

#[tokio::test]
async fn before_anything_was_asked_there_is_no_rate() {
    let server = Server::new();
    let figures = metrics(&mut Client::new(&server), None).await.json();
    assert_eq!(figures["cache_hit_rate"], Value::Null);
    assert_eq!(figures["active_games"], 0);
}

#[tokio::test]
async fn figures_are_prometheus_text_for_scrapers() {
    let server = Server::new();
    let mut stand = Stand::at(&server, At::Scene).await;
    stand.stranger.get("/no/such/page").await;
    for (accept, kind) in SCRAPERS {
        let answer = metrics(&mut stand.stranger, Some(accept)).await;
        assert_eq!(answer.header("content-type"), kind);
        assert_reads_as_prometheus(answer.text());
        for (line, why) in [
            ("# TYPE arcane_live_tables gauge", "a gauge"),
            ("arcane_live_tables 1", "one table is live"),
            ("# TYPE arcane_streams gauge", "a gauge"),
            ("arcane_tables_opened_total 1", "one was opened"),
            ("arcane_seats_taken_total 1", "one newcomer sat down"),
            ("# TYPE arcane_http_seconds histogram", "a histogram"),
        ] {
            assert!(
                answer.text().lines().any(|have| have == line),
                "{why}: {}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn figures_name_routes_and_never_addresses() {
    let server = Server::new();
    let stand = Stand::at(&server, At::Scene).await;
    stand.plays_on().await;
    let text = metrics(&mut stand.stranger.clone(), Some("text/plain")).await;
    assert!(
        text.text().contains("route=\"/t/{table}\""),
        "{}",
        text.text()
    );
    assert!(!text.text().contains(stand.table.as_str()));
    assert!(!text.text().contains(&stand.code));
}

async fn metrics(client: &mut Client, accept: Option<&'static str>) -> Answer {
    let mut request = page(Method::GET, "/metrics", Body::empty());
    request.headers_mut().remove("accept");
    if let Some(accept) = accept {
        let accept = HeaderValue::from_static(accept);
        request.headers_mut().insert("accept", accept);
    }
    let answer = client.send(request).await;
    assert_eq!(answer.status, 200);
    answer
}

/// Each line is a comment or a sample of a family that was announced, and the text ends as it should.
fn assert_reads_as_prometheus(text: &str) {
    assert!(text.ends_with("# EOF\n"), "{text}");
    let mut families: Vec<(&str, &str)> = Vec::new();
    for line in text.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let (name, kind) = family.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(name.starts_with("arcane_"), "{line}");
            assert!(
                !families.iter().any(|(known, _)| *known == name),
                "{line} twice"
            );
            families.push((name, kind));
        }
        if line.starts_with('#') {
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = sample.split('{').next().unwrap();
        let (family, kind) = families.last().unwrap();
        let suffix = name.strip_prefix(family);
        let fits = match *kind {
            "counter" => suffix == Some("_total"),
            "gauge" => suffix == Some(""),
            _ => ["_bucket", "_sum", "_count"].contains(&suffix.unwrap_or("")),
        };
        assert!(fits, "{line} does not belong to {family}, a {kind}");
    }
    assert!(families.len() > 10, "{families:?}");
}
