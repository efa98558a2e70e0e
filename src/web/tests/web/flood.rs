//! Who asks too often, and who only looks as if.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures_util::stream;
use game::Command;
use http::{HeaderValue, Method, StatusCode};
use store::memory::MemoryJournal;
use tokio::time::{advance, timeout};
use web::RateLimits;

use crate::client::{Answer, Client, form, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, open, sit, view};
use crate::news::TestBus;
use crate::server::{Options, Server};

const SAYS: &str = "Too many requests came from you or your network.";
/// Far longer than an answer takes that waits for nothing.
const PATIENCE: Duration = Duration::from_mins(5);

fn limited(requests_per_minute: u32) -> Options {
    Options {
        limits: Some(RateLimits::by_seat(requests_per_minute)),
        ..Options::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_asks_too_often_is_refused_alone_and_told_for_how_long() {
    let server = Server::with(limited(3));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let path = format!("/t/{}", fixture.table);
    for _ in 0..3 {
        assert_eq!(fixture.host.get(&path).await.status, StatusCode::OK);
    }
    let before = fixture.version().await;
    let refused = fixture.host.get(&path).await;
    assert_page(&refused, 429, SAYS);
    assert_page(&refused, 429, "Please wait 20 seconds and try again.");
    assert_eq!(refused.header("retry-after"), "20");
    let said = Command::Say {
        text: "Me! Me! Me!".to_owned(),
    };
    let refused = fixture.host.play(&fixture.table, &said).await;
    assert_problem(&refused, 429, "too-many-requests", SAYS);
    assert_eq!(refused.header("retry-after"), "20");
    assert_page(
        &fixture.host.play_by_form(&fixture.table, &said).await,
        429,
        SAYS,
    );
    assert_eq!(fixture.version().await, before);
    assert_eq!(view(&mut fixture.guest, &fixture.table).await["you"], 2);

    advance(Duration::from_millis(500)).await;
    let refused = fixture.host.get(&path).await;
    assert_eq!(refused.header("retry-after"), "20", "rounded up");
    advance(Duration::from_millis(19_500)).await;
    assert_eq!(fixture.host.get(&path).await.status, StatusCode::OK);
    assert_page(&fixture.host.get(&path).await, 429, SAYS);
}

#[tokio::test(start_paused = true)]
async fn an_address_without_a_seat_has_ten_times_as_many_and_no_seat_pays_for_it() {
    let server = Server::with(limited(2));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let path = format!("/t/{}", fixture.table);
    let other_table = TableFixture::at(&server, At::Gathering).await;
    let mut seated_elsewhere = other_table.host.clone();
    for _ in 0..10 {
        assert_eq!(fixture.stranger.get(&path).await.status, StatusCode::OK);
        assert_eq!(seated_elsewhere.get(&path).await.status, StatusCode::OK);
    }
    assert_page(&fixture.stranger.get(&path).await, 429, SAYS);
    assert_page(&seated_elsewhere.get("/").await, 429, SAYS);
    assert_eq!(fixture.host.get(&path).await.status, StatusCode::OK);
    let mut forger = fixture.stranger.clone();
    let name = format!("seat-{}", fixture.table);
    forger.cookies.insert(name, "forged".to_owned());
    assert_page(&forger.get(&path).await, 429, SAYS);
    fixture.stranger.address = [192, 0, 2, 2];
    assert_eq!(fixture.stranger.get(&path).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn files_health_and_figures_cost_no_seat_anything() {
    let server = Server::with(limited(1));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let style = web::pages::asset("codex.css");
    for client in [&mut fixture.host, &mut fixture.stranger] {
        for path in [
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            &style,
        ] {
            for _ in 0..9 {
                assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
            }
        }
    }
    let path = format!("/t/{}", fixture.table);
    assert_eq!(fixture.host.get(&path).await.status, StatusCode::OK);
    assert_page(&fixture.host.get(&path).await, 429, SAYS);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_opened_and_closed_costs_a_request_of_its_seat() {
    let server = Server::with(limited(3));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let (page, json) = (fixture.page_stream(), fixture.json_stream());
    for path in [&page, &json, &page] {
        drop(fixture.host.stream(path).await);
    }
    assert_page(&fixture.host.get(&page).await, 429, SAYS);
    let refused = fixture.host.get_json(&json).await;
    assert_problem(&refused, 429, "too-many-requests", SAYS);
    let table = format!("/t/{}", fixture.table);
    assert_page(&fixture.host.get(&table).await, 429, SAYS);
    assert_eq!(fixture.guest.get(&table).await.status, StatusCode::OK);
    for _ in 0..30 {
        drop(fixture.stranger.stream(&json).await);
    }
    let refused = fixture.stranger.get_json(&json).await;
    assert_problem(&refused, 429, "too-many-requests", SAYS);
}

#[tokio::test(start_paused = true)]
async fn an_address_has_one_limit_whatever_seats_streams_cookies_and_errors_it_has() {
    let limits = RateLimits {
        address_per_minute: 40,
        ..RateLimits::by_seat(30)
    };
    let server = Server::with(Options {
        limits: Some(limits),
        ..Options::default()
    });
    // Two seats of one address, and what it took to have them.
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let (table, stream) = (format!("/t/{}", fixture.table), fixture.json_stream());
    let style = web::pages::asset("codex.css");
    let nobody = "/api/tables/aaaaaaaaaaaaaaaaaaaa";
    let asked = ["/nothing", &table, &style, nobody, "/api/none"];
    let mut answered = 0;
    'until_refused: loop {
        for path in asked {
            for client in [&mut fixture.host, &mut fixture.guest, &mut fixture.stranger] {
                if client.get(path).await.status == StatusCode::TOO_MANY_REQUESTS {
                    break 'until_refused;
                }
                answered += 1;
                assert!(answered <= 40, "nothing holds");
            }
        }
    }
    assert!(answered >= 30, "{answered}");
    let path = "/nothing";
    assert_page(&fixture.stranger.get(path).await, 429, SAYS);
    let refused = fixture.host.get_json(&stream).await;
    assert_problem(&refused, 429, "too-many-requests", SAYS);
    let said = Command::Say {
        text: "Me!".to_owned(),
    };
    let refused = fixture.guest.play(&fixture.table, &said).await;
    assert_problem(&refused, 429, "too-many-requests", SAYS);
    assert_eq!(fixture.host.get("/health").await.status, StatusCode::OK);
    fixture.stranger.address = [192, 0, 2, 2];
    let elsewhere = fixture.stranger.get(path).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_health_checks_and_scrapes_is_stopped_and_everything_else_answered() {
    let limits = RateLimits {
        probes_per_minute: 8,
        ..RateLimits::by_seat(60)
    };
    let server = Server::with(Options {
        limits: Some(limits),
        trusted_proxy_hops: 1,
        ..Options::default()
    });
    let mut client = Client::new(&server);
    for path in ["/health", "/metrics"].repeat(4) {
        let answer = asks(&mut client, path, "198.51.100.5").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    let refused = asks(&mut client, "/metrics", "198.51.100.5").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "8");
    for (path, from) in [
        ("/", "198.51.100.5"),
        ("/health/live", "198.51.100.5"),
        ("/health/ready", "198.51.100.5"),
        ("/health", "198.51.100.6"),
    ] {
        assert_eq!(asks(&mut client, path, from).await.status, StatusCode::OK);
    }
    for _ in 0..20 {
        let own = client.get("/health").await;
        assert_eq!(own.status, StatusCode::OK, "the proxy's own checks");
    }
}

#[tokio::test(start_paused = true)]
async fn a_class_of_300_behind_one_address_sits_down_at_once_and_plays() {
    // What a server has that is told nothing.
    let server = Server::with(Options {
        tables_max: 100,
        ..limited(60)
    });
    let mut seated = Vec::new();
    for _ in 0..50 {
        let mut host = Client::new(&server);
        assert_eq!(host.get("/").await.status, StatusCode::OK);
        let opened = open(&mut host, "Anna").await;
        let table = opened["table"]
            .as_str()
            .and_then(game::TableId::parse)
            .unwrap();
        let join = format!("/join/{}", opened["code"].as_str().unwrap());
        seated.push((host, table.clone()));
        for name in ["Ben", "Chidi", "Dora", "Eve", "Finn"] {
            let mut guest = Client::new(&server);
            assert_eq!(guest.get(&join).await.status, StatusCode::OK);
            sit(&mut guest, &table, name).await;
            seated.push((guest, table.clone()));
        }
    }
    assert_eq!(seated.len(), 300);
    let said = Command::Say {
        text: "Good morning!".to_owned(),
    };
    for (client, table) in &mut seated {
        drop(client.stream(&format!("/t/{table}/live")).await);
        for _ in 0..3 {
            assert!(view(client, table).await["you"].is_number());
        }
        let played = client.play(table, &said).await;
        assert_eq!(played.status, StatusCode::OK, "{}", played.text());
    }
    let mut other = Client::new(&server);
    other.address = [192, 0, 2, 2];
    for _ in 0..20 {
        open(&mut other, "Greta").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_tables_is_stopped_before_it_is_read() {
    let server = Server::with(limited(60));
    let mut flood = Client::new(&server);
    for _ in 0..100 {
        open(&mut flood, "Flood").await;
    }
    let id = fresh_id();
    let typed = [("name", "Flood"), ("command_id", id.as_str())];
    let mut endless = form("/tables", &typed);
    *endless.body_mut() = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let refused = timeout(PATIENCE, flood.send(endless)).await;
    let refused = refused.expect("nothing of the body is waited for");
    assert_page(&refused, 429, SAYS);
    assert_eq!(refused.header("retry-after"), "6");
    let mut honest = Client::new(&server);
    honest.address = [192, 0, 2, 2];
    open(&mut honest, "Anna").await;
    assert_eq!(
        flood.get("/").await.status,
        StatusCode::OK,
        "looking is free"
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_newcomers_is_stopped() {
    let server = Server::with(limited(60));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let typed = [("name", "Flood"), ("command_id", "test-command-flood")];
    // Ben has taken a seat from here already.
    let join = format!("/join/{}", fixture.code);
    for number in 0..299 {
        let path = [&join, "/return"][number % 2];
        let asked = fixture.stranger.post_form(path, &typed).await;
        assert_ne!(asked.status, StatusCode::TOO_MANY_REQUESTS, "{number}");
    }
    let refused = fixture.stranger.post_form(&join, &typed).await;
    assert_page(&refused, 429, "Please wait a second and try again.");
    let mut honest = Client::new(&server);
    honest.address = [192, 0, 2, 2];
    sit(&mut honest, &fixture.table, "Ivy").await;
}

#[tokio::test(start_paused = true)]
async fn what_a_client_forges_does_not_move_its_limit() {
    for (hops, proxy_adds) in [(0, ""), (1, ", 198.51.100.5")] {
        let server = Server::with(Options {
            trusted_proxy_hops: hops,
            ..limited(1)
        });
        let mut client = Client::new(&server);
        let mut statuses = Vec::new();
        for number in 0..11 {
            let forged = format!("203.0.113.{number}{proxy_adds}");
            statuses.push(asks_for(&mut client, &forged).await.status.as_u16());
        }
        assert_eq!(statuses[..10], [200; 10], "{hops}");
        assert_eq!(statuses[10], 429, "{hops}");
    }
}

#[tokio::test(start_paused = true)]
async fn clients_behind_a_proxy_are_told_apart_and_one_network_is_one_client() {
    let server = Server::with(Options {
        trusted_proxy_hops: 1,
        ..limited(1)
    });
    let mut proxy = Client::new(&server);
    for number in 0..10 {
        let one_of_many = format!("2001:db8:0:1::{number}");
        let answer = asks_for(&mut proxy, &one_of_many).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_page(
        &asks_for(&mut proxy, "2001:db8:0:1:ffff::1").await,
        429,
        SAYS,
    );
    for neighbour in ["2001:db8:0:2::1", "198.51.100.5", ""] {
        assert_eq!(asks_for(&mut proxy, neighbour).await.status, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn instances_count_together_through_the_bus_and_each_by_itself_without_it() {
    let buses = [TestBus::counting(), TestBus::default(), TestBus::billed()];
    for (bus, allowed) in buses.into_iter().zip([3, 9, 9]) {
        let (bus, journal) = (Arc::new(bus), Arc::new(MemoryJournal::default()));
        let servers = [(); 3].map(|()| Server::between(journal.clone(), bus.ports(), limited(3)));
        let fixture = TableFixture::at(&servers[0], At::Gathering).await;
        let path = format!("/api/tables/{}", fixture.table);
        let mut answers = Vec::new();
        for number in 0..12 {
            let mut client = fixture.host.on(&servers[number % 3]);
            answers.push(client.get_json(&path).await.status.as_u16());
        }
        let expected = [[200].repeat(allowed), [429].repeat(12 - allowed)].concat();
        assert_eq!(answers, expected);
        let mut guest = fixture.guest.on(&servers[1]);
        assert_eq!(view(&mut guest, &fixture.table).await["you"], 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_counted_by_its_kind() {
    let server = Server::with(limited(1));
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    for _ in 0..3 {
        fixture.host.get(&format!("/t/{}", fixture.table)).await;
    }
    for _ in 0..11 {
        fixture.stranger.get("/").await;
    }
    let mut scraper = page(Method::GET, "/metrics", Body::empty());
    let accept = HeaderValue::from_static("text/plain");
    scraper.headers_mut().insert("accept", accept);
    let figures = fixture.stranger.send(scraper).await;
    for line in [
        "arcane_requests_limited_total{class=\"seat\"} 2",
        "arcane_requests_limited_total{class=\"address\"} 1",
    ] {
        let have = figures.text();
        assert!(have.lines().any(|have| have == line), "{line}: {have}");
    }
}

async fn asks_for(client: &mut Client, forwarded: &str) -> Answer {
    asks(client, "/", forwarded).await
}

async fn asks(client: &mut Client, path: &str, forwarded: &str) -> Answer {
    let mut request = page(Method::GET, path, Body::empty());
    let forwarded = forwarded.parse().expect("a header's value");
    request.headers_mut().insert("x-forwarded-for", forwarded);
    client.send(request).await
}
