//! The screen for all: what it shows, and that it shows no seat's whispers in whoever's browser it is.

use game::Command;
use http::{Method, StatusCode};

use crate::client::{Client, page};
use crate::fixtures::{At, TableFixture, assert_page};
use crate::server::Server;

/// The page of the screen for all, and the news of it, as a browser gets them that may hold a seat.
async fn shown(client: &mut Client, fixture: &str) -> String {
    let mut shown = String::new();
    for path in ["tv", "tv/news"] {
        let path = format!("/t/{fixture}/{path}");
        let answer = client.send(page(Method::GET, &path, "".into())).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        shown += answer.text();
    }
    shown
}

#[tokio::test]
async fn the_screen_for_all_shows_what_spectators_see_to_every_seat() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let table = fixture.table.to_string();
    let seats = page(Method::GET, &format!("/t/{table}"), "".into());
    let own = fixture.guest.send(seats).await;
    assert_page(&own, 200, "Only you hear this");
    for client in [&mut fixture.host, &mut fixture.guest, &mut fixture.stranger] {
        let shown = shown(client, &table).await;
        assert!(shown.contains("data-page=\"tv\""));
        assert!(!shown.contains("Only you hear this"), "{shown}");
        assert!(!shown.contains("Your sheet"), "{shown}");
    }
    let follows = format!("/t/{table}/tv/live");
    let mut stream = fixture.guest.stream(&follows).await;
    let text = "Listen.".to_owned();
    fixture
        .host
        .play(&fixture.table, &Command::Say { text })
        .await;
    let first = stream.next().await.unwrap();
    assert!(!first.data.contains("Only you hear this"), "{}", first.data);
}

#[tokio::test]
async fn it_is_found_by_its_short_address_and_says_how_one_sits_down() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let table = fixture.table.clone();
    let found = fixture.stranger.get(&format!("/t/{table}?tv")).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    assert_eq!(found.header("location"), format!("/t/{table}/tv"));
    let shown = fixture.stranger.get(&format!("/t/{table}/tv")).await;
    assert_page(&shown, 200, "and type the code");
    let nowhere = fixture.stranger.get("/t/aaaaaaaaaaaaaaaaaaaa/tv").await;
    assert_page(&nowhere, 404, "");
}
