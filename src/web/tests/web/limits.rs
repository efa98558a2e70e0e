//! What a server takes at most, and how it says that it is enough.

use std::sync::Arc;
use std::time::Duration;

use game::TableId;
use http::StatusCode;
use serde_json::json;
use store::memory::MemoryJournal;
use web::RateLimits;

use crate::client::{Client, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, open, view};
use crate::log::Log;
use crate::news::TestBus;
use crate::server::{Options, Server};

#[tokio::test]
async fn a_server_whose_tables_are_all_taken_asks_to_come_again() {
    let server = Server::with(Options {
        tables_max: 1,
        ..Options::default()
    });
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let says = "All tables of this server are taken.";
    let id = fresh_id();
    let typed = [("name", "Eve"), ("command_id", id.as_str())];
    let refused = fixture.stranger.post_form("/tables", &typed).await;
    assert_page(&refused, 503, says);
    assert_eq!(refused.header("retry-after"), "60");
    let body = json!({ "name": "Eve", "command_id": fresh_id() });
    let refused = fixture.stranger.post_json("/api/tables", &body).await;
    assert_problem(&refused, 503, "server-full", says);
    assert_eq!(refused.header("retry-after"), "60");
    assert!(fixture.stranger.cookies.is_empty());
    fixture.plays_on().await;

    let close = game::Command::Close {};
    fixture.host.play(&fixture.table, &close).await;
    let opened = fixture.stranger.post_form("/tables", &typed).await;
    assert_eq!(
        opened.status,
        StatusCode::SEE_OTHER,
        "a place is free again"
    );
}

#[tokio::test]
async fn instances_count_the_tables_of_their_journal_and_not_their_own() {
    let options = Options {
        tables_max: 1,
        ..Options::default()
    };
    let journal = Arc::new(MemoryJournal::default());
    let [first, second] = [(); 2].map(|()| Server::over(journal.clone(), options));
    let fixture = TableFixture::at(&first, At::Gathering).await;
    let body = json!({ "name": "Eve", "command_id": fresh_id() });
    let mut eve = Client::new(&second);
    let refused = eve.post_json("/api/tables", &body).await;
    assert_problem(&refused, 503, "server-full", "All tables");
    let close = game::Command::Close {};
    fixture.host.on(&second).play(&fixture.table, &close).await;
    let opened = eve.post_json("/api/tables", &body).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
}

#[tokio::test]
async fn a_server_with_all_streams_open_shows_pages_without_news() {
    let server = Server::with(Options {
        streams_max: 1,
        ..Options::default()
    });
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let live = format!("/t/{}/live", fixture.table);
    let events = format!("/api/tables/{}/events", fixture.table);
    let open = fixture.host.stream(&live).await;
    let says = "The page still works without live news.";
    let refused = fixture.guest.get(&live).await;
    assert_page(&refused, 503, says);
    assert_eq!(refused.header("retry-after"), "5");
    let refused = fixture.guest.get_json(&events).await;
    assert_problem(&refused, 503, "too-many-streams", says);
    fixture.plays_on().await;

    drop(open);
    drop(fixture.guest.stream(&live).await);
}

#[tokio::test]
async fn a_stream_of_a_table_nobody_opened_takes_no_place() {
    let server = Server::with(Options {
        streams_max: 1,
        ..Options::default()
    });
    let mut client = Client::new(&server);
    for _ in 0..3 {
        let refused = client
            .get_json("/api/tables/aaaaaaaaaaaaaaaaaaaa/events")
            .await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(start_paused = true)]
async fn openings_are_counted_together_also_where_each_token_costs_something() {
    let (bus, journal) = (
        Arc::new(TestBus::billed()),
        Arc::new(MemoryJournal::default()),
    );
    let options = Options {
        limits: Some(RateLimits {
            openings_per_ten_minutes: 2,
            ..RateLimits::by_seat(60)
        }),
        ..Options::default()
    };
    let servers = [(); 3].map(|()| Server::between(journal.clone(), bus.ports(), options));
    let [one, other, mut third] = servers.each_ref().map(Client::new);
    for mut client in [one, other] {
        open(&mut client, "Anna").await;
    }
    let typed = json!({ "name": "Anna", "command_id": fresh_id() });
    let refused = third.post_json("/api/tables", &typed).await;
    assert_problem(&refused, 429, "too-many-requests", "Too many requests");
}

#[tokio::test]
async fn a_wrong_phrase_brings_nobody_back() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let version = fixture.version().await;
    let near = fixture.phrases[0].rsplit_once(' ').unwrap().0.to_owned();
    for phrase in ["", "open sesame", &near] {
        let refused = come_back(&mut fixture.stranger, &fixture.code, phrase).await;
        assert_page(&refused, 403, "That phrase fits no seat at this table.");
    }
    let refused = come_back(&mut fixture.stranger, "ZZZZZZ", &fixture.phrases[0]).await;
    assert_page(&refused, 404, "No table answers to that code.");
    let other = TableFixture::at(&server, At::Gathering).await;
    let refused = come_back(&mut fixture.stranger, &other.code, &fixture.phrases[0]).await;
    assert_page(&refused, 403, "That phrase fits no seat at this table.");

    assert!(fixture.stranger.cookies.is_empty());
    assert_eq!(fixture.version().await, version);
    fixture.plays_on().await;
}

#[tokio::test]
async fn the_right_phrase_brings_the_seat_to_another_device_and_leaves_it_on_the_first() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let phrase = format!("  {}  ", fixture.phrases[1].to_uppercase());
    for place in [
        fixture.code.clone(),
        format!("http://codex.test/t/{}/", fixture.table),
    ] {
        let mut phone = fixture.stranger.clone();
        let back = come_back(&mut phone, &place, &phrase).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert_eq!(back.header("location"), format!("/t/{}", fixture.table));
        for device in [&mut phone, &mut fixture.guest] {
            assert_eq!(view(device, &fixture.table).await["you"], 2);
        }
    }
    fixture.plays_on().await;
}

#[tokio::test]
async fn the_phrase_of_a_freed_seat_brings_nobody_back() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Freed).await;
    let refused = come_back(&mut fixture.stranger, &fixture.code, &fixture.phrases[1]).await;
    assert_page(&refused, 403, "That phrase fits no seat at this table.");
}

#[tokio::test(start_paused = true)]
async fn wrong_phrases_count_against_who_tries_and_never_against_the_owner() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let other = TableFixture::at(&server, At::Gathering).await;
    for number in 0..20 {
        let guess = format!("guess number {number}");
        let code = [&fixture.code, &other.code][number % 2];
        let refused = come_back(&mut fixture.stranger, code, &guess).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let phrase = fixture.phrases[0].clone();
    let refused = come_back(&mut fixture.stranger, &fixture.code, &phrase).await;
    let says =
        "Too many wrong codes or phrases came from you or your network. Please wait 3 seconds.";
    assert_page(&refused, 429, says);
    assert_eq!(refused.header("retry-after"), "3");
    assert!(fixture.stranger.cookies.is_empty());
    fixture.plays_on().await;
    let mut owner = Client::new(&server);
    owner.address = [192, 0, 2, 2];
    for _ in 0..30 {
        let back = come_back(&mut owner, &fixture.code, &phrase).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "the owner is let in");
    }

    tokio::time::advance(Duration::from_secs(3)).await;
    let back = come_back(&mut fixture.stranger, &fixture.code, &phrase).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "when it was said");
}

#[tokio::test(start_paused = true)]
async fn wrong_codes_count_against_who_tries_them_and_right_ones_against_nobody() {
    let server = Server::with(Options {
        trusted_proxy_hops: 1,
        ..Options::default()
    });
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut client = Client::new(&server);
    let find = async |client: &mut Client, from: &str, code: &str| {
        let path = format!("/api/codes/{code}");
        let mut request =
            crate::client::program(http::Method::GET, &path, axum::body::Body::empty());
        let from = from.parse().expect("a header's value");
        request.headers_mut().insert("x-forwarded-for", from);
        client.send(request).await
    };
    for number in 0_u16..120 {
        // One customer has 65,536 networks.
        let from = format!("2001:db8:7:{number:x}::1");
        let wrong = find(&mut client, &from, "ZZZZZZ").await;
        assert_eq!(wrong.status, StatusCode::NOT_FOUND, "{number}");
        if number < 119 {
            let right = find(&mut client, &from, &fixture.code).await;
            assert_eq!(right.status, StatusCode::OK, "{number}");
        }
    }
    let refused = find(&mut client, "2001:db8:7:ffff::1", &fixture.code).await;
    assert_problem(&refused, 429, "too-many-tries", "Please wait a second.");
    assert_eq!(refused.header("retry-after"), "1");
    let other = find(&mut client, "2001:db8:8::1", &fixture.code).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn one_client_leaves_half_of_the_tables_to_others_and_the_log_says_who_holds_them() {
    let options = Options {
        tables_max: 8,
        share_percent: 25,
        trusted_proxy_hops: 1,
        ..Options::default()
    };
    let server = Server::with(options);
    let open = async |from: &str| {
        let body = json!({ "name": "Eve", "command_id": fresh_id() });
        let mut request = crate::client::json_body("/api/tables", &body);
        if !from.is_empty() {
            let from = from.parse().expect("a header's value");
            request.headers_mut().insert("x-forwarded-for", from);
        }
        Client::new(&server).send(request).await
    };
    let log = Log::listen();
    for number in 1..=4 {
        let opened = open(&format!("2001:db8:7:{number}::1")).await;
        assert_eq!(opened.status, StatusCode::CREATED);
    }
    let refused = open("2001:db8:7:ffff::1").await;
    let says =
        "Half of this server’s tables are in use, and 2 or more were opened by you or your network";
    assert_problem(&refused, 429, "share-taken", says);
    assert_eq!(refused.header("retry-after"), "60");
    for _ in 0..2 {
        assert_eq!(open("192.0.2.7").await.status, StatusCode::CREATED);
    }
    // A proxy that names nobody may stand before anybody.
    for _ in 0..2 {
        assert_eq!(open("").await.status, StatusCode::CREATED);
    }
    let full = open("192.0.2.8").await;
    assert_problem(
        &full,
        503,
        "server-full",
        "All tables of this server are taken.",
    );
    let said = String::from_utf8(log.take()).unwrap();
    assert!(said.contains("has opened its share"), "{said}");
    assert!(said.contains("client=\"2001:db8:7::/48\""), "{said}");
}

#[tokio::test]
async fn a_full_server_says_so_in_the_log_with_by_whom() {
    let server = Server::with(Options {
        tables_max: 2,
        share_percent: 100,
        ..Options::default()
    });
    let log = Log::listen();
    TableFixture::at(&server, At::Gathering).await;
    TableFixture::at(&server, At::Gathering).await;
    for _ in 0..3 {
        let body = json!({ "name": "Eve", "command_id": fresh_id() });
        let mut eve = Client::new(&server);
        eve.address = [192, 0, 2, 2];
        let refused = eve.post_json("/api/tables", &body).await;
        assert_problem(&refused, 503, "server-full", "All tables");
    }
    let said = String::from_utf8(log.take()).unwrap();
    assert_eq!(said.matches("all tables are in use").count(), 1, "{said}");
    assert!(said.contains("in_use=2"), "{said}");
    assert!(said.contains("openers=\"192.0.2.1: 2\""), "{said}");
}

#[tokio::test]
async fn a_table_address_without_its_table_is_not_mistaken_for_one() {
    let server = Server::new();
    let id = TableId::parse("aaaaaaaaaaaaaaaaaaaa").unwrap();
    let mut client = Client::new(&server);
    let refused = come_back(&mut client, id.as_str(), "open sesame").await;
    assert_page(&refused, 404, "There is no such table here.");
    let asked = page(http::Method::POST, "/return", axum::body::Body::empty());
    assert_page(&client.send(asked).await, 400, "could not be read");
}

async fn come_back(client: &mut Client, code: &str, phrase: &str) -> crate::client::Answer {
    client
        .post_form("/return", &[("code", code), ("phrase", phrase)])
        .await
}
