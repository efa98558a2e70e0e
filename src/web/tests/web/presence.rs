//! Who is there: an open stream is a sign of life.

use std::sync::Arc;
use std::time::Duration;

use bus::LinkState;
use store::memory::MemoryJournal;

use tokio::time::Instant;

use crate::client::{BEAT, Client};
use crate::fixtures::{At, TableFixture, sit};
use crate::news::TestBus;
use crate::server::{AWAY_AFTER_MS, Options, Server, pass};

#[tokio::test(start_paused = true)]
async fn a_seat_that_watches_is_here_and_one_that_has_gone_is_away() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut ivy = Client::new(&server);
    let seat = sit(&mut ivy, &fixture.table, "Ivy").await["seat"].to_string();
    assert_eq!(
        presence(&fixture, &seat).await,
        "here",
        "to sit down is one"
    );
    pass(26_000);
    assert_eq!(presence(&fixture, &seat).await, "away");
    let mut stream = ivy.stream(&fixture.page_stream()).await;
    stream.event().await;
    assert_eq!(presence(&fixture, &seat).await, "here");

    // The test's clock is not tokio's: each beat is heard as late as the test says.
    pass(24_000);
    stream.event().await;
    pass(24_000);
    assert_eq!(
        presence(&fixture, &seat).await,
        "here",
        "the beat was a sign"
    );
    drop(stream);
    pass(2_000);
    assert_eq!(presence(&fixture, &seat).await, "away");
    pass(AWAY_AFTER_MS);
    assert_eq!(presence(&fixture, &seat).await, "absent");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_absent_while_other_instances_are_not_heard() {
    let bus = Arc::new(TestBus::default());
    let journal = Arc::new(MemoryJournal::default());
    let server = Server::between(journal, bus.ports(), Options::default());
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut ivy = Client::new(&server);
    let seat = sit(&mut ivy, &fixture.table, "Ivy").await["seat"].to_string();
    pass(2 * AWAY_AFTER_MS);
    assert_eq!(presence(&fixture, &seat).await, "absent");
    bus.link(LinkState::Disconnected {
        duration: Duration::from_secs(1),
        cause: "it does not answer".to_owned(),
        failure: bus::LinkFailure::Unreachable,
    });
    assert_eq!(presence(&fixture, &seat).await, "away");
    bus.link(LinkState::Connected);
    assert_eq!(presence(&fixture, &seat).await, "absent");
}

#[tokio::test(start_paused = true)]
async fn that_somebody_came_is_told_at_once_and_that_they_went_within_a_beat() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut ivy = Client::new(&server);
    let seat = sit(&mut ivy, &fixture.table, "Ivy").await["seat"].to_string();
    pass(26_000);
    let mut stream = fixture.host.stream(&fixture.json_stream()).await;
    let first = stream.event().await.json();
    assert_eq!(first["presence"][&seat], "away");
    let came = ivy.stream(&fixture.page_stream()).await.next().await;
    assert!(came.is_some());
    let began = Instant::now();
    let news = stream.event().await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(
        (news.event.as_str(), &news.json()["presence"][&seat]),
        ("view", &"here".into())
    );
    assert_eq!(stream.event().await.event, "beat", "once is enough");
    pass(26_000);
    let began = Instant::now();
    let mut news = stream.event().await;
    while news.event == "beat" {
        news = stream.event().await;
    }
    assert!(began.elapsed() <= BEAT);
    assert_eq!(news.json()["presence"][&seat], "away");
}

async fn presence(fixture: &TableFixture, seat: &str) -> String {
    let path = format!("/api/tables/{}", fixture.table);
    let shown = fixture.stranger.clone().get_json(&path).await;
    let presence = &shown.json()["presence"][seat];
    presence.as_str().unwrap_or("unknown").to_owned()
}
