//! A command that one seat alone sees something of sends nothing to anybody else: no answer, no event, no frame, and no
//! number that counts it later.

use std::time::Duration;

use game::Command;
use http::StatusCode;
use serde_json::Value;
use tokio::time::Instant;

use crate::client::{Answer, Client};
use crate::fixtures::{At, TableFixture, view};
use crate::follower::Follower;
use crate::server::{Brings, Options, Server};
use crate::socket_client::SocketClient;

/// How long a question waits, in seconds.
const WAIT_S: u64 = 5;

/// Ben resolves to keep what he heard.
async fn ben_keeps(fixture: &TableFixture) -> u64 {
    let (scene, whisper) = fixture.heard.clone().expect("Ben has heard something");
    let keep = Command::Keep { scene, whisper };
    let kept = fixture.guest.clone().play(&fixture.table, &keep).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
    kept.json()["version"].as_u64().unwrap()
}

async fn anna_says(fixture: &TableFixture) -> u64 {
    let text = "Well?".to_owned();
    let say = Command::Say { text };
    let said = fixture.host.clone().play(&fixture.table, &say).await;
    said.json()["version"].as_u64().unwrap()
}

async fn ask(fixture: &TableFixture, client: &Client, after: u64) -> Answer {
    let path = format!("/api/tables/{}?after={after}&wait={WAIT_S}", fixture.table);
    client.clone().get_json(&path).await
}

async fn version(fixture: &TableFixture, client: &Client) -> u64 {
    let shown = view(&mut client.clone(), &fixture.table).await;
    shown["version"].as_u64().unwrap()
}

/// The news of a page, whose id and data stand for all of it.
async fn news(fixture: &TableFixture, client: &Client) -> Value {
    let path = format!("/t/{}/news", fixture.table);
    client.clone().get_json(&path).await.json()
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_not_answered_by_what_another_does_in_secret() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let head = fixture.version().await;
    let keeping = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        (ben_keeps(&fixture).await, Instant::now())
    };
    let began = Instant::now();
    let (anna, watcher, ben, (kept, kept_at)) = tokio::join!(
        ask(&fixture, &fixture.host, head),
        ask(&fixture, &fixture.stranger, head),
        ask(&fixture, &fixture.guest, head),
        keeping,
    );
    for nothing in [anna, watcher] {
        assert_eq!(nothing.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(began.elapsed(), Duration::from_secs(WAIT_S));
    assert_eq!(ben.json()["view"]["version"], head + 1);
    assert_eq!((kept, kept_at - began), (head + 1, Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn no_number_and_no_byte_that_others_see_counts_what_was_done_in_secret() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let head = fixture.version().await;
    let others = [&fixture.host, &fixture.stranger];
    let path = format!("/api/tables/{}", fixture.table);
    let mut before = Vec::new();
    for client in others {
        let shown = client.clone().get_json(&path).await.body;
        before.push((news(&fixture, client).await, shown));
    }
    ben_keeps(&fixture).await;
    for (client, before) in others.into_iter().zip(before) {
        assert_eq!(news(&fixture, client).await, before.0);
        assert_eq!(client.clone().get_json(&path).await.body, before.1);
    }
    assert_eq!(anna_says(&fixture).await, head + 1, "nor later");
    assert_eq!(version(&fixture, &fixture.host).await, head + 1);
    assert_eq!(version(&fixture, &fixture.stranger).await, head + 1);
    assert_eq!(version(&fixture, &fixture.guest).await, head + 2);
}

#[tokio::test(start_paused = true)]
async fn an_open_page_is_sent_nothing_of_what_another_does_in_secret() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let mut anna = Follower::follow(fixture.host.clone(), &fixture.table).await;
    let mut ben = Follower::follow(fixture.guest.clone(), &fixture.table).await;
    let before = anna.page();
    let kept = ben_keeps(&fixture).await;
    assert!(!ben.come_to(kept).await.is_empty());
    let said = anna_says(&fixture).await;
    let sent = anna.come_to(said).await;
    assert_eq!(
        sent.matches("event: ").count(),
        1,
        "what was said alone: {sent}"
    );
    assert_ne!(anna.page(), before);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_posted_to_sockets_of_those_who_see_nothing() {
    let server = Server::with(Options {
        brings_news: Brings::Sockets("wss://live.codex.test"),
        ..Options::default()
    });
    let fixture = TableFixture::at(&server, At::Scene).await;
    let open = async |client: &Client| {
        let mut socket = SocketClient::open(&server, &mut client.clone(), &fixture.table).await;
        socket.says(&server, "hello").await;
        socket
    };
    let (anna, mut ben) = (open(&fixture.host).await, open(&fixture.guest).await);
    let watcher = open(&fixture.stranger).await;
    ben_keeps(&fixture).await;
    let table = server.tables.loader.load(&fixture.table).await.unwrap();
    let committed = table.version();
    for seat in [&anna.seat, &watcher.seat] {
        assert!(server.sockets.news(seat, committed).await.is_none());
    }
    assert!(!ben.come_to(&server, committed).await.is_empty());
}

#[tokio::test]
async fn a_repeated_command_is_answered_with_the_number_it_had() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let id = crate::client::fresh_id();
    let text = "Again?".to_owned();
    let say = Command::Say { text };
    let request = || crate::client::json_of_command(&fixture.table, &id, &say);
    let first = fixture.host.clone().send(request()).await.json();
    ben_keeps(&fixture).await;
    anna_says(&fixture).await;
    let again = fixture.host.clone().send(request()).await.json();
    assert_eq!(again["version"], first["version"]);
}
