//! News for pages that ask: one event in an answer.

use std::time::Duration;

use game::Command;
use http::StatusCode;
use tokio::time::Instant;
use web::LifecycleStage;

use crate::client::Client;
use crate::fixtures::{At, TableFixture, assert_problem};
use crate::server::{Brings, Options, Server};
use crate::socket_client::Told;

const ANSWERS: Options = Options {
    brings_news: Brings::Answers,
    ..Options::USUAL
};

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_is_told_what_a_stream_would_tell_it() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let stream = fixture.page_stream();
    let mut stream = fixture.guest.stream(&stream).await;
    let whole = stream.event().await;
    let mut ben = fixture.guest.clone();
    let told = ask(&mut ben, &fixture, "", 0).await;
    assert_eq!((told.event.as_str(), &told.id), ("page", &whole.id));
    assert_eq!(told.data, whole.data);
    say(&fixture, "Listen.").await;
    let changed = stream.event().await;
    let next = ask(&mut ben, &fixture, &told.id, 0).await;
    assert_eq!((next.event.as_str(), &next.id), ("patch", &changed.id));
    assert_eq!(next.data, changed.data);
    let beat = ask(&mut ben, &fixture, &next.id, 0).await;
    assert_eq!((beat.event.as_str(), &beat.id), ("beat", &next.id));
    assert_eq!(beat.json()["version"], fixture.version().await);
}

#[tokio::test(start_paused = true)]
async fn a_question_waits_for_news_where_answers_may() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let mut ben = fixture.guest.clone();
    let had = ask(&mut ben, &fixture, "", 25).await;
    let began = Instant::now();
    let (news, ()) = tokio::join!(ask(&mut ben, &fixture, &had.id, 25), async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        say(&fixture, "Listen.").await;
    });
    assert_eq!(news.event, "patch");
    assert_eq!(began.elapsed(), Duration::from_secs(7));
    let began = Instant::now();
    for (wait_s, waited_s) in [(3, 3), (4_000_000_000, 25)] {
        let began = Instant::now();
        let beat = ask(&mut ben, &fixture, &news.id, wait_s).await;
        assert_eq!(beat.event, "beat");
        assert_eq!(began.elapsed(), Duration::from_secs(waited_s));
    }
    assert_eq!(began.elapsed(), Duration::from_secs(28));
    server.lifecycle.come_to(LifecycleStage::Closing);
    ask(&mut ben, &fixture, &news.id, 25).await;
    assert_eq!(began.elapsed(), Duration::from_secs(28));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_may_wait_a_question_is_answered_at_once() {
    let server = Server::with(ANSWERS);
    let fixture = TableFixture::at(&server, At::Scene).await;
    let mut ben = fixture.guest.clone();
    let began = Instant::now();
    let had = ask(&mut ben, &fixture, "", 25).await;
    let beat = ask(&mut ben, &fixture, &had.id, 25).await;
    assert_eq!((had.event.as_str(), beat.event.as_str()), ("page", "beat"));
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_page_that_asks_about_a_table_that_is_none_is_told_so() {
    let server = Server::with(ANSWERS);
    let mut fixture = TableFixture::at(&server, At::Closed).await;
    let nowhere = fixture.host.get_json("/t/aaaaaaaaaaaaaaaaaaaa/news").await;
    assert_problem(&nowhere, 404, "no-such-table", "no such table");
    let news = format!("/t/{}/news?wait=soon", fixture.table);
    let unreadable = fixture.host.get_json(&news).await;
    assert_eq!(unreadable.status, StatusCode::BAD_REQUEST);
    server.tables.erasures.erase(&fixture.table).await.unwrap();
    let news = format!("/t/{}/news", fixture.table);
    let erased = fixture.host.get_json(&news).await;
    assert_problem(&erased, 410, "table-erased", "");
    assert!(fixture.host.cookies.is_empty(), "its seat is taken back");
}

async fn ask(client: &mut Client, fixture: &TableFixture, since: &str, wait_s: u64) -> Told {
    let news = format!("/t/{}/news?since={since}&wait={wait_s}", fixture.table);
    let answer = client.get_json(&news).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    Told::read(answer.text())
}

async fn say(fixture: &TableFixture, text: &str) {
    let text = text.to_owned();
    let mut host = fixture.host.clone();
    let said = host.play(&fixture.table, &Command::Say { text }).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
}
