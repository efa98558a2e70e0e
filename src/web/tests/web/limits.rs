//! What a server takes at most, and how it says that it is enough.

use std::sync::Arc;
use std::time::Duration;

use game::TableId;
use http::StatusCode;
use serde_json::json;
use store::memory::MemoryJournal;

use crate::client::{Client, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, view};
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
async fn phrases_cannot_be_guessed_in_a_row() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    for number in 0..20 {
        let guess = format!("guess number {number}");
        let refused = come_back(&mut fixture.stranger, &fixture.code, &guess).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let phrase = fixture.phrases[0].clone();
    let refused = come_back(&mut fixture.stranger, &fixture.code, &phrase).await;
    let says = "Too many phrases were tried for this table. Please wait 3 seconds.";
    assert_page(&refused, 429, says);
    assert_eq!(refused.header("retry-after"), "3");
    assert!(fixture.stranger.cookies.is_empty());
    fixture.plays_on().await;
    let other = TableFixture::at(&server, At::Gathering).await;
    let back = come_back(&mut Client::new(&server), &other.code, &other.phrases[0]).await;
    assert_eq!(
        back.status,
        StatusCode::SEE_OTHER,
        "other tables do not suffer"
    );

    tokio::time::advance(Duration::from_secs(3)).await;
    let back = come_back(&mut fixture.stranger, &fixture.code, &phrase).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "when it was said");
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
