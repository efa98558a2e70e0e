//! What operators and their machines ask for.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bus::{CacheCounts, LinkState};
use http::{HeaderValue, Method};
use serde_json::{Value, json};
use store::memory::MemoryJournal;
use web::LifecycleStage;

use crate::client::{Answer, Client, page};
use crate::fixtures::{At, TableFixture, assert_problem};
use crate::news::TestBus;
use crate::server::{Options, Server, pass};

/// The older of the two formats.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
/// What a scraper sends that prefers the newer format, and one that knows the older only.
const SCRAPERS: [(&str, &str); 3] = [
    (
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
    ),
    ("text/plain;version=0.0.4", PROMETHEUS),
    ("text/plain", PROMETHEUS),
];

#[tokio::test]
async fn readiness_follows_the_life_of_the_process_and_liveness_does_not() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for (stage, ready, name) in [
        (LifecycleStage::Opening, false, "opening"),
        (LifecycleStage::Open, true, "open"),
        (LifecycleStage::Closing, false, "closing"),
    ] {
        server.lifecycle.come_to(stage);
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
async fn a_server_cut_off_from_others_is_degraded_and_ready() {
    let bus = Arc::new(TestBus::default());
    let journal = Arc::new(MemoryJournal::default());
    let server = Server::between(journal, bus.ports(), Options::default());
    let mut client = Client::new(&server);
    let away = LinkState::Disconnected {
        duration: Duration::from_millis(12_300),
        cause: "redis.internal cannot be reached".to_owned(),
        failure: bus::LinkFailure::Unreachable,
    };
    for (link, word, status, up) in [
        (LinkState::SingleProcess, "alone", "healthy", 1),
        (LinkState::Connected, "connected", "healthy", 1),
        (away, "away", "degraded", 0),
        (LinkState::Connected, "connected", "healthy", 1),
    ] {
        bus.link(link);
        let answer = client.get_json("/health").await;
        assert_eq!(answer.status, 200, "{word}");
        let health = answer.json();
        let check = &health["checks"]["bus"];
        assert_eq!(health["status"], status);
        assert_eq!(check["link"], word);
        assert_eq!(check["healthy"], up == 1);
        if word == "away" {
            assert_eq!(check["away_seconds"], 12);
            let message = check["message"].as_str().unwrap();
            assert_eq!(message, "other instances are not heard; the log says why");
        }
        assert_eq!(client.get_json("/health/ready").await.status, 200, "{word}");
        let text = metrics(&mut client, Some("text/plain")).await;
        assert_has_line(&text, &format!("arcane_bus_up {up}"));
    }
}

#[tokio::test]
async fn figures_tell_of_what_instances_share() {
    let counts = CacheCounts {
        hits: 30,
        misses: 10,
    };
    let bus = Arc::new(TestBus::saying(7, counts));
    let journal = Arc::new(MemoryJournal::default());
    let server = Server::between(journal, bus.ports(), Options::default());
    let mut client = Client::new(&server);
    let text = metrics(&mut client, Some("text/plain")).await;
    for line in [
        "arcane_bus_dropped_total 7",
        "arcane_bus_cache_hits_total 30",
        "arcane_bus_cache_misses_total 10",
    ] {
        assert_has_line(&text, line);
    }
    let figures = metrics(&mut client, None).await.json();
    assert_eq!(figures["cache_hit_rate"], 0.75, "{figures}");
}

#[tokio::test]
async fn figures_set_apart_are_not_for_players_and_health_is_for_both() {
    let server = Server::with(Options {
        metrics_apart: true,
        ..Options::default()
    });
    let mut player = Client::new(&server);
    let mut scraper = Client::of(server.apart.clone().unwrap());
    assert_eq!(player.get("/metrics").await.status, 404);
    let text = metrics(&mut scraper, Some("text/plain")).await;
    assert_reads_as_prometheus(text.text(), PROMETHEUS);
    for path in ["/health", "/health/live", "/health/ready"] {
        assert_eq!(player.get(path).await.status, 200, "{path}");
        assert_eq!(scraper.get(path).await.status, 200, "{path}");
    }
    for path in ["/", "/t/aaaaaaaaaaaaaaaaaaaa", "/api/codes/ZZZZZZ"] {
        let answer = scraper.get_json(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json()["code"], "not-found", "{path}");
    }
    assert!(Server::new().apart.is_none());
}

#[tokio::test]
async fn figures_are_the_json_of_the_specification_for_who_names_no_format() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let _open = fixture
        .host
        .stream(&format!("/t/{}/live", fixture.table))
        .await;
    for accept in [None, Some("*/*"), Some("application/json")] {
        let answer = metrics(&mut fixture.stranger, accept).await;
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
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    fixture.stranger.get("/no/such/page").await;
    for (accept, kind) in SCRAPERS {
        let answer = metrics(&mut fixture.stranger, Some(accept)).await;
        assert_eq!(answer.header("content-type"), kind);
        assert_reads_as_prometheus(answer.text(), kind);
        for (line, why) in [
            ("# TYPE arcane_live_tables gauge", "a gauge"),
            ("arcane_live_tables 1", "one table is live"),
            ("arcane_tables_in_use 1", "and somebody plays at it"),
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
        let counter = if kind == PROMETHEUS {
            "# TYPE arcane_tables_opened_total counter"
        } else {
            "# TYPE arcane_tables_opened counter"
        };
        assert_has_line(&answer, counter);
    }
}

#[tokio::test]
async fn figures_name_routes_and_never_addresses() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    fixture.plays_on().await;
    let text = metrics(&mut fixture.stranger.clone(), Some("text/plain")).await;
    for series in [
        "arcane_http_answers_total{route=\"/api/tables/{table}/commands\",status=\"200\"} ",
        "arcane_http_seconds_count{route=\"/api/tables/{table}/commands\",method=\"POST\",status_class=\"2xx\"} ",
        "arcane_http_seconds_bucket{le=\"+Inf\",route=\"/api/tables/{table}/commands\",method=\"POST\",status_class=\"2xx\"} ",
    ] {
        assert!(text.text().contains(series), "{series}: {}", text.text());
    }
    assert!(!text.text().contains(fixture.table.as_str()));
    assert!(!text.text().contains(&fixture.code));
}

#[tokio::test]
async fn figures_tell_what_became_of_each_kind_of_command_and_how_long_its_stages_took() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let mut open = fixture
        .host
        .stream(&format!("/t/{}/live", fixture.table))
        .await;
    open.next().await.expect("a stream begins with the page");
    let refused = fixture.host.get_json("/api/codes/ZZZZZZ").await;
    assert_eq!(refused.status, 404);
    let text = metrics(&mut fixture.stranger, Some("text/plain")).await;
    for line in [
        "arcane_commands_total{kind=\"open\",outcome=\"done\"} 1",
        "arcane_commands_total{kind=\"sit\",outcome=\"done\"} 1",
        "arcane_commands_total{kind=\"sit\",outcome=\"failed\"} 0",
        "arcane_refusals_total{code=\"table-full\"} 0",
        "arcane_journal_up 1",
        "arcane_tables_resting 0",
        "arcane_tables_in_memory{phase=\"scene\"} 1",
        "arcane_streams_open{kind=\"page\"} 1",
        "arcane_streams_open{kind=\"view\"} 0",
        "arcane_streams_max 100",
        "arcane_requests_limited_total{class=\"probes\"} 0",
    ] {
        assert_has_line(&text, line);
    }
    let count = |series: &str| {
        let value = text
            .text()
            .lines()
            .find_map(|line| line.strip_prefix(series));
        let value = value.unwrap_or_else(|| panic!("{series}: {}", text.text()));
        value.trim().parse::<f64>().unwrap()
    };
    let done = count("arcane_commands_done_total ");
    assert!(done >= 2.0);
    for stage in ["queue", "load", "decide", "append", "announce", "whole"] {
        let observed = count(&format!("arcane_ack_seconds_count{{stage=\"{stage}\"}} "));
        assert!(
            (observed - done).abs() < f64::EPSILON,
            "{stage}: {observed} of {done}"
        );
    }
    assert!(count("arcane_stream_bytes_total{kind=\"page\"} ") > 1_000.0);
}

#[tokio::test]
async fn figures_are_for_whoever_shows_the_token() {
    const TOKEN: &str = "6f1c2d3e4b5a69788796a5b4c3d2e1f0";
    let server = Server::with(Options {
        metrics_token: Some(TOKEN),
        ..Options::default()
    });
    let mut scraper = Client::new(&server);
    for shown in [None, Some("Bearer 6f1c2d3e4b5a6978"), Some("Basic Og==")] {
        for accept in ["text/plain", "application/json", "*/*"] {
            let answer = asks_with(&mut scraper, accept, shown).await;
            assert_problem(&answer, 401, "metrics-token", "METRICS_TOKEN");
            assert_eq!(
                answer.header("www-authenticate"),
                "Bearer realm=\"metrics\""
            );
        }
    }
    let shown = format!("Bearer {TOKEN}");
    let answer = asks_with(&mut scraper, "text/plain", Some(&shown)).await;
    assert_eq!(answer.status, 200);
    assert_reads_as_prometheus(answer.text(), PROMETHEUS);
    assert_eq!(scraper.get("/health").await.status, 200);
}

async fn asks_with(client: &mut Client, accept: &'static str, shown: Option<&str>) -> Answer {
    let mut request = page(Method::GET, "/metrics", Body::empty());
    let headers = request.headers_mut();
    headers.insert("accept", HeaderValue::from_static(accept));
    if let Some(shown) = shown {
        headers.insert("authorization", shown.parse().unwrap());
    }
    client.send(request).await
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

fn assert_has_line(answer: &Answer, line: &str) {
    let text = answer.text();
    assert!(text.lines().any(|have| have == line), "{line}: {text}");
}

/// Each line is a comment or a sample of a family that was announced, as this kind of text calls both, and the text ends
/// as it should.
fn assert_reads_as_prometheus(text: &str, kind: &str) {
    let classic = kind == PROMETHEUS;
    assert_eq!(text.ends_with("\n# EOF\n"), !classic, "{text}");
    let counted = if classic { "" } else { "_total" };
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
            assert_eq!(
                kind == "counter" && classic,
                classic && name.ends_with("_total"),
                "{line}"
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
            "counter" => suffix == Some(counted),
            "gauge" => suffix == Some(""),
            _ => ["_bucket", "_sum", "_count"].contains(&suffix.unwrap_or("")),
        };
        assert!(fits, "{line} does not belong to {family}, a {kind}");
    }
    assert!(families.len() > 10, "{families:?}");
}
