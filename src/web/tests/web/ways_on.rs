//! Where somebody can go who was told no, without a script as well.

use std::time::Duration;

use axum::body::Body;
use game::Command;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::advance;

use crate::client::{Answer, Client, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page};
use crate::server::{Options, Server};

const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_to_wait_asks_again_by_itself_and_leads_back_to_the_table() {
    let server = Server::with(Options {
        limits: Some(web::RateLimits::by_seat(3)),
        ..Options::default()
    });
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let path = format!("/t/{}", fixture.table);
    for _ in 0..3 {
        fixture.host.get(&path).await;
    }
    let looked = fixture.host.get(&path).await;
    assert_page(&looked, 429, "Try again");
    assert_page(&looked, 429, "This page asks again by itself.");
    assert!(looked.text().contains(&format!("href=\"{path}\"")));
    let refresh = "<meta http-equiv=\"refresh\" content=\"20\">";
    assert!(looked.text().contains(refresh), "{}", looked.text());

    let line = Command::Say {
        text: "Hello?".to_owned(),
    };
    let sent = fixture.host.play_by_form(&fixture.table, &line).await;
    assert_page(
        &sent,
        429,
        "reload this page in a moment, and it is sent again as it was.",
    );
    assert!(sent.text().contains(&format!("href=\"{path}/play\"")));
    assert!(!sent.text().contains("http-equiv"), "{}", sent.text());
    advance(Duration::from_mins(1)).await;
    assert_leads(&fixture.host.get(&format!("{path}/play")).await, &path);
}

#[tokio::test]
async fn every_address_that_takes_a_form_leads_to_the_page_of_the_form() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let table = format!("/t/{}", fixture.table);
    for opening in ["/t/", "/tables"] {
        assert_leads(&fixture.stranger.get(opening).await, "/");
    }
    assert_leads(&fixture.host.get(&format!("{table}/play")).await, &table);
    for path in ["/return", &format!("/join/{}", fixture.code)] {
        assert_page(&fixture.stranger.get(path).await, 200, "");
    }
}

#[tokio::test]
async fn what_cannot_be_had_leads_to_the_front_door() {
    let server = Server::new();
    let refused = Client::new(&server).get("/t/aaaaaaaaaaaaaaaaaaaa").await;
    assert_page(&refused, 404, "To the front door");
    assert!(!refused.text().contains("http-equiv"));
}

#[tokio::test]
async fn whoever_comes_too_late_to_sit_down_can_watch() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let join = format!("/join/{}", fixture.code);
    let watch = format!("href=\"/t/{}\">Watch the table", fixture.table);
    let id = fresh_id();
    let typed = [("name", "Ivy"), ("command_id", id.as_str())];
    for (late, status) in [
        (fixture.stranger.get(&join).await, 200),
        (fixture.stranger.post_form(&join, &typed).await, 409),
    ] {
        assert_page(&late, status, "This table has begun without you.");
        assert!(late.text().contains(&watch), "{}", late.text());
        assert!(!late.text().contains("Take a seat"), "{}", late.text());
    }
    let mut gathering = TableFixture::at(&server, At::Gathering).await;
    let join = format!("/join/{}", gathering.code);
    let early = gathering.stranger.get(&join).await;
    assert_page(&early, 200, "Take a seat");
    assert!(!early.text().contains("Watch the table"));
}

#[tokio::test]
async fn whoever_comes_in_clear_to_an_address_of_tls_is_led_there() {
    let server = Server::with(Options {
        public_url: Some("https://codex.test/"),
        trusted_proxy_hops: 1,
        ..Options::default()
    });
    let mut client = Client::new(&server);
    let clear = asks(&mut client, "http", "/join?code=K7M2QX").await;
    assert_eq!(clear.status, StatusCode::PERMANENT_REDIRECT);
    let meant = "https://codex.test/join?code=K7M2QX";
    assert_eq!(clear.header("location"), meant);
    let secure = asks(&mut client, "https", "/").await;
    assert_page(&secure, 200, "Open the table");
    assert_eq!(
        secure.header("strict-transport-security"),
        "max-age=15552000"
    );
    let probe = asks(&mut client, "http", "/health/ready").await;
    assert_eq!(probe.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_led_to_tls_on_the_word_of_whoever_asks() {
    for (public_url, trusted_proxy_hops) in [(Some("https://codex.test"), 0), (None, 1)] {
        let server = Server::with(Options {
            public_url,
            trusted_proxy_hops,
            ..Options::default()
        });
        let asked = asks(&mut Client::new(&server), "http", "/").await;
        assert_page(&asked, 200, "Open the table");
    }
}

async fn asks(client: &mut Client, spoken: &'static str, path: &str) -> Answer {
    let mut request = page(Method::GET, path, Body::empty());
    let spoken = HeaderValue::from_static(spoken);
    request.headers_mut().insert(PROTO, spoken);
    client.send(request).await
}

fn assert_leads(answer: &Answer, to: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.header("location"), to);
}
