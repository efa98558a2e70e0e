//! Sockets: who may open one, what it is told, and what it is never told.

use std::sync::Arc;

use game::{Command, SeatNo, Version};
use http::StatusCode;
use serde_json::{Value, json};
use store::memory::MemoryJournal;
use web::TicketError;

use crate::client::{Answer, Client, page, program};
use crate::fixtures::{At, TableFixture, assert_problem, sit, stage, view};
use crate::plain::plain;
use crate::server::{AWAY_AFTER_MS, Brings, Options, Server, pass};
use crate::socket_client::{SocketClient, Told, ticket};

const URL: &str = "wss://live.codex.test/prod";

const OPTIONS: Options = Options {
    brings_news: Brings::Sockets(URL),
    ..Options::USUAL
};

#[tokio::test]
async fn a_page_says_that_its_news_come_by_socket_and_may_open_it() {
    for (brings_news, live, connects) in [
        (Brings::Streams, "stream", None),
        (
            Brings::Sockets(URL),
            "socket",
            Some("; connect-src 'self' wss://live.codex.test"),
        ),
        (Brings::Answers, "ask", None),
    ] {
        let options = Options {
            brings_news,
            ..OPTIONS
        };
        let server = Server::with(options);
        let mut fixture = TableFixture::at(&server, At::Gathering).await;
        let page = fixture.host.get(&format!("/t/{}", fixture.table)).await;
        let said = format!("data-live=\"{live}\"");
        assert!(page.text().contains(&said), "{said}");
        let policy = page.header("content-security-policy");
        let connect = policy.find("; connect-src ").map(|at| &policy[at..]);
        assert_eq!(connect, connects);
    }
}

#[tokio::test]
async fn a_ticket_opens_sockets_for_a_minute_and_is_kept_by_nobody() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let issued = ticket(&mut fixture.host, &fixture.table).await;
    assert_eq!(issued.status, StatusCode::OK);
    assert_eq!(issued.header("cache-control"), "no-store, no-transform");
    assert_eq!(issued.header("content-encoding"), "");
    let answer = issued.json();
    let text = answer["ticket"].as_str().unwrap();
    assert_eq!(answer["url"], format!("{URL}?ticket={text}"));
    let seat = server.sockets.admit(text).unwrap();
    assert_eq!(seat.table(), &fixture.table);
    assert_eq!(server.sockets.admit(text), Ok(seat), "again is harmless");
    pass(answer["expires_ms"].as_u64().unwrap());
    assert!(server.sockets.admit(text).is_ok());
    pass(1);
    let refused = server.sockets.admit(text).unwrap_err();
    assert_eq!(refused, TicketError::Expired);
    assert_eq!(refused.code(), "ticket-expired");
}

#[tokio::test]
async fn a_ticket_that_this_server_did_not_issue_opens_nothing() {
    let server = Server::with(OPTIONS);
    let other = Server::with(Options {
        secret: "another secret of the operator's, of 32 bytes",
        ..OPTIONS
    });
    let mut fixture = TableFixture::at(&other, At::Gathering).await;
    let foreign = ticket(&mut fixture.host, &fixture.table).await.json();
    let foreign = foreign["ticket"].as_str().unwrap();
    for text in [foreign, "", "0", &foreign[1..]] {
        let refused = server.sockets.admit(text).unwrap_err();
        assert_eq!(refused, TicketError::Unreadable);
        assert_eq!(refused.code(), "ticket-unreadable");
    }
}

#[tokio::test]
async fn there_are_tickets_for_tables_only() {
    let server = Server::with(OPTIONS);
    let mut stranger = Client::new(&server);
    let nowhere = game::TableId::parse("aaaaaaaaaaaaaaaaaaaa").unwrap();
    let refused = ticket(&mut stranger, &nowhere).await;
    assert_problem(&refused, 404, "no-such-table", "no such table");
    let looked = stranger.get_json("/t/aaaaaaaaaaaaaaaaaaaa/ticket").await;
    assert_problem(&looked, 405, "wrong-method", "does not take");
}

#[tokio::test]
async fn another_sites_page_is_given_no_ticket() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    for path in [
        format!("/t/{}/ticket", fixture.table),
        format!("/api/tables/{}/ticket", fixture.table),
    ] {
        let mut asked = program(http::Method::POST, &path, "".into());
        let origin = http::HeaderValue::from_static("https://elsewhere.test");
        asked.headers_mut().insert("origin", origin);
        let refused = fixture.host.send(asked).await;
        assert_problem(&refused, 403, "cross-site", "another site");
    }
}

#[tokio::test]
async fn nothing_is_kept_open_where_news_do_not_come_by_streams() {
    for brings_news in [Brings::Sockets(URL), Brings::Answers] {
        let server = Server::with(Options {
            brings_news,
            ..OPTIONS
        });
        let mut fixture = TableFixture::at(&server, At::Scene).await;
        for path in [fixture.page_stream(), fixture.json_stream()] {
            let refused = fixture.host.get_json(&path).await;
            assert_problem(&refused, 501, "no-streams", "Ask for news instead");
        }
        let (table, version) = (&fixture.table, fixture.version().await);
        let waits = format!("/api/tables/{table}?after={version}&wait=25");
        let began = tokio::time::Instant::now();
        let nothing = fixture.guest.get_json(&waits).await;
        assert_eq!(nothing.status, StatusCode::NO_CONTENT);
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_page_is_told_the_whole_then_what_changed_and_else_that_nothing_did() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let table = fixture.table.clone();
    let mut ben = SocketClient::open(&server, &mut fixture.guest, &table).await;
    assert_eq!(ben.says(&server, "hello").await.event, "page");
    let beat = ben.says(&server, "beat").await;
    assert_eq!((beat.event.as_str(), &beat.id), ("beat", &ben.id));
    assert_eq!(beat.json()["version"], fixture.version().await);

    let version = say(&mut fixture.host, &fixture.table, "Listen.").await;
    let frame = server.sockets.news(&ben.seat, version).await.unwrap();
    assert_eq!(ben.receive(&frame).event, "patch");
    assert!(ben.page().contains("Listen."));
    assert!(
        !frame.is_last() && frame.text().len() < 2_000,
        "{}",
        frame.text()
    );

    // One who was told nothing of two lines says what they have, and is sent both.
    say(&mut fixture.host, &fixture.table, "And again.").await;
    let told = ben.says(&server, "beat").await;
    assert_eq!(told.event, "patch");
    assert!(ben.page().contains("And again."));
    assert_eq!(ben.page(), whole(&mut fixture.guest, &table).await);
}

#[tokio::test]
async fn a_socket_comes_to_another_instance_and_its_page_is_known_there() {
    let journal = Arc::new(MemoryJournal::default());
    let [one, other] = [(); 2].map(|()| Server::over(journal.clone(), OPTIONS));
    let mut fixture = TableFixture::at(&one, At::Scene).await;
    let table = fixture.table.clone();
    let mut ben = SocketClient::open(&one, &mut fixture.guest, &table).await;
    ben.says(&one, "hello").await;
    // Who is there is known to each instance for itself: first the other has to see who looks.
    view(&mut fixture.host.on(&other), &table).await;
    assert_eq!(ben.says(&other, "hello").await.event, "beat");

    // The other has not sent this page: what it posts does not fit, or is whole.
    let version = say(&mut fixture.host, &table, "Here or there?").await;
    ben.come_to(&other, version).await;
    assert!(ben.page().contains("Here or there?"));
    let version = say(&mut fixture.host, &table, "There.").await;
    let frame = other.sockets.news(&ben.seat, version).await.unwrap();
    assert_eq!(ben.receive(&frame).event, "patch");
    assert!(ben.page().contains("There."));
}

#[tokio::test]
async fn messages_that_are_not_ours_are_not_answered() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let ben = SocketClient::open(&server, &mut fixture.guest, &fixture.table).await;
    for message in [
        "",
        "hello",
        "[]",
        "{}",
        r#"{"action":"play"}"#,
        r#"{"action":"hello","since":7}"#,
        &format!(r#"{{"action":"{}"}}"#, "x".repeat(40_000)),
    ] {
        assert_eq!(server.sockets.answer(&ben.seat, message).await, None);
    }
    for since in ["", "soon", "1-", &"9".repeat(9_999)] {
        let message = json!({ "action": "beat", "since": since }).to_string();
        let frame = server.sockets.answer(&ben.seat, &message).await.unwrap();
        assert_eq!(Told::read(frame.text()).event, "page", "{since}");
    }
}

#[tokio::test]
async fn what_is_too_long_for_a_socket_is_fetched() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Full).await;
    let table = fixture.table.clone();
    let mut ben = SocketClient::open(&server, &mut fixture.guest, &table).await;
    ben.says(&server, "hello").await;
    let before = ben.id.clone();
    let asked = json!({ "action": "beat", "since": before }).to_string();
    for number in 0..40 {
        // Each of these letters takes five in HTML.
        let line = format!("{number}{}", "&".repeat(390));
        say(&mut fixture.host, &table, &line).await;
    }
    let told = server.sockets.answer(&ben.seat, &asked).await.unwrap();
    let told = Told::read(told.text());
    assert_eq!(told.event, "beat");
    assert_ne!(told.id, before, "it is known that there is something else");
    assert_eq!(told.json()["version"], fixture.version().await);
    ben.says(&server, "beat").await;
    let fetched = ben.page();
    assert!(fetched.len() > web::FRAME_BYTES_MAX, "{}", fetched.len());
    assert!(fetched.contains("39&#38;&#38;"), "{fetched}");
}

#[tokio::test]
async fn a_program_is_told_the_view() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let path = format!("/api/tables/{}/ticket", fixture.table);
    let asked = program(http::Method::POST, &path, "".into());
    let issued = fixture.guest.send(asked).await.json();
    let seat = issued["ticket"].as_str().unwrap();
    let seat = server.sockets.admit(seat).unwrap();
    let hello = server.sockets.answer(&seat, r#"{"action":"hello"}"#).await;
    let told = Told::read(hello.unwrap().text());
    let shown = fixture.guest.get_json(&path.replace("/ticket", "")).await;
    assert_eq!((told.event.as_str(), told.json()), ("view", shown.json()));
    let again = json!({ "action": "beat", "since": told.id }).to_string();
    let beat = server.sockets.answer(&seat, &again).await.unwrap();
    assert_eq!(Told::read(beat.text()).event, "beat");
    let version = say(&mut fixture.host, &fixture.table, "Listen.").await;
    let news = server.sockets.news(&seat, version).await.unwrap();
    let news = Told::read(news.text());
    assert_eq!(news.json()["view"]["lines"][0]["text"], "Listen.");
}

#[tokio::test]
async fn a_message_is_a_sign_of_life_and_what_is_posted_is_none() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let table = fixture.table.clone();
    let mut ivy = Client::new(&server);
    let seat = sit(&mut ivy, &table, "Ivy").await["seat"].to_string();
    let mut socket = SocketClient::open(&server, &mut ivy, &table).await;
    // Two beats may be lost, and five seconds be needed for the next.
    pass(45_000);
    assert_eq!(presence(&mut fixture.host, &table, &seat).await, "here");
    pass(1);
    let version = say(&mut fixture.host, &table, "Ivy?").await;
    server.sockets.news(&socket.seat, version).await.unwrap();
    assert_eq!(presence(&mut fixture.host, &table, &seat).await, "away");
    socket.says(&server, "beat").await;
    assert_eq!(presence(&mut fixture.host, &table, &seat).await, "here");
}

#[tokio::test]
async fn whoever_lost_a_seat_is_told_what_spectators_are() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let table = fixture.table.clone();
    let mut ben = SocketClient::open(&server, &mut fixture.guest, &table).await;
    ben.says(&server, "hello").await;
    assert!(ben.page().contains("Only you hear this"));
    pass(AWAY_AFTER_MS);
    let vacate = Command::Vacate { seat: SeatNo(2) };
    let done = fixture.host.play(&table, &vacate).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    ben.come_to(&server, version_of(&done)).await;
    assert!(!ben.page().contains("Only you hear this"));
    assert_eq!(ben.page(), whole(&mut fixture.stranger, &table).await);
}

#[tokio::test]
async fn the_socket_of_a_table_that_is_erased_is_sent_away() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Closed).await;
    let ben = SocketClient::open(&server, &mut fixture.guest, &fixture.table).await;
    server.tables.erasures.erase(&fixture.table).await.unwrap();
    let bye = server
        .sockets
        .answer(&ben.seat, r#"{"action":"beat"}"#)
        .await;
    let bye = bye.unwrap();
    assert!(bye.is_last());
    assert_eq!(Told::read(bye.text()).json()["reason"], "erased");
    let refused = ticket(&mut fixture.guest, &fixture.table).await;
    assert_problem(&refused, 410, "table-erased", "");
}

#[tokio::test]
async fn no_seat_is_told_by_socket_what_another_hears() {
    let server = Server::with(OPTIONS);
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let table = fixture.table.clone();
    let annas = whispers(&mut fixture.host, &fixture.table).await;
    let bens = whispers(&mut fixture.guest, &fixture.table).await;
    let mut clients = [&fixture.host, &fixture.guest, &fixture.stranger].map(Client::clone);
    let mut sockets = Vec::new();
    for client in &mut clients {
        sockets.push(SocketClient::open(&server, client, &table).await);
    }
    let foreign = [&bens - &annas, &annas - &bens, &annas | &bens];
    assert!(foreign.iter().all(|texts| !texts.is_empty()));
    let mut told = vec![String::new(); 3];
    for (socket, told) in sockets.iter_mut().zip(&mut told) {
        *told += &socket.says(&server, "hello").await.data;
        *told += &socket.seat.to_string();
    }
    // In turn, from what was sent to the others, and with each other's ids.
    let ids: Vec<String> = sockets.iter().map(|socket| socket.id.clone()).collect();
    let version = say(&mut fixture.host, &table, "Who heard what?").await;
    for (at, (socket, told)) in sockets.iter_mut().zip(&mut told).enumerate() {
        *told += &socket.come_to(&server, version).await;
        for (other, since) in ids.iter().enumerate() {
            let asked = json!({ "action": "hello", "since": since }).to_string();
            let frame = server.sockets.answer(&socket.seat, &asked).await.unwrap();
            let event = Told::read(frame.text()).event;
            assert_eq!(event == "patch", at == other, "another's page is no base");
            *told += frame.text();
        }
    }
    for (told, foreign) in told.iter().zip(&foreign) {
        let told = plain(told.as_bytes());
        let leak = foreign.iter().find(|text| told.contains(*text));
        assert_eq!(leak, None, "{told}");
    }
    assert!(
        annas
            .iter()
            .all(|text| plain(told[0].as_bytes()).contains(text))
    );
}

/// The truths and twists a seat hears.
async fn whispers(
    client: &mut Client,
    table: &game::TableId,
) -> std::collections::BTreeSet<String> {
    let heard = stage(client, table).await["whispers"].take();
    let heard = heard.as_array().unwrap().iter();
    let texts = heard.flat_map(|one| [one["truth"].clone(), one["twist"].clone()]);
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

async fn presence(client: &mut Client, table: &game::TableId, seat: &str) -> Value {
    let shown = client.get_json(&format!("/api/tables/{table}")).await;
    shown.json()["presence"][seat].take()
}

/// The page that is streamed, or answered, to a client that has none.
async fn whole(client: &mut Client, table: &game::TableId) -> String {
    let asked = page(http::Method::GET, &format!("/t/{table}/news"), "".into());
    let told = Told::read(client.send(asked).await.text());
    assert_eq!(told.event, "page");
    told.data
}

async fn say(client: &mut Client, table: &game::TableId, text: &str) -> Version {
    let text = text.to_owned();
    let said = client.play(table, &Command::Say { text }).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    version_of(&said)
}

fn version_of(answer: &Answer) -> Version {
    Version(answer.json()["version"].as_u64().unwrap())
}
