//! News for places without long answers: a question waits until there is something new.

use std::time::Duration;

use game::Command;
use http::StatusCode;
use tokio::time::Instant;
use web::LifecycleStage;

use crate::client::Answer;
use crate::fixtures::{At, TableFixture, assert_problem};
use crate::server::{Options, Server};

#[tokio::test(start_paused = true)]
async fn who_has_another_version_is_answered_at_once() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let head = fixture.version().await;
    let began = Instant::now();
    let shown = fixture.guest.clone().get_json(&view(&fixture)).await;
    // A table set back from a backup stands at less than its clients have.
    for after in [0, head - 1, head + 1] {
        let news = ask(&fixture, after, 25).await;
        assert_eq!((news.status, news.json()), (StatusCode::OK, shown.json()));
        assert_eq!(news.header("cache-control"), "no-store");
        assert_eq!(news.header("content-type"), "application/json");
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_has_the_newest_waits_for_the_next() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let head = fixture.version().await;
    let began = Instant::now();
    let (news, said) = tokio::join!(ask(&fixture, head, 25), async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        let text = "Listen.".to_owned();
        let mut host = fixture.host.clone();
        host.play(&fixture.table, &Command::Say { text }).await
    });
    assert_eq!(said.status, StatusCode::OK);
    assert_eq!(began.elapsed(), Duration::from_secs(7));
    assert_eq!(news.status, StatusCode::OK);
    assert_eq!(news.json()["view"]["version"], head + 1);
    assert_eq!(news.json()["view"]["lines"][0]["text"], "Listen.");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_happens_the_answer_is_empty_and_a_wait_has_an_end() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let head = fixture.version().await;
    for (wait, waited) in [(0, 0), (3, 3), (25, 25), (4_000_000_000, 25)] {
        let began = Instant::now();
        let nothing = ask(&fixture, head, wait).await;
        assert_eq!(nothing.status, StatusCode::NO_CONTENT);
        assert!(nothing.body.is_empty());
        assert_eq!(began.elapsed(), Duration::from_secs(waited));
    }
    let nonsense = format!("{}?after=soon", view(&fixture));
    let refused = fixture.guest.clone().get_json(&nonsense).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(start_paused = true)]
async fn who_waits_takes_a_streams_place_and_gives_it_back() {
    let server = Server::with(Options {
        streams_max: 1,
        ..Options::default()
    });
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let head = fixture.version().await;
    let open = fixture.host.stream(&fixture.page_stream()).await;
    let refused = ask(&fixture, head, 25).await;
    assert_problem(&refused, 503, "too-many-streams", "without live news");
    assert_eq!(ask(&fixture, head, 0).await.status, StatusCode::NO_CONTENT);
    drop(open);
    for _ in 0..2 {
        assert_eq!(ask(&fixture, head, 1).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_process_that_closes() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let head = fixture.version().await;
    let began = Instant::now();
    let (nothing, ()) = tokio::join!(ask(&fixture, head, 25), async {
        tokio::task::yield_now().await;
        server.lifecycle.come_to(LifecycleStage::Closing);
    });
    assert_eq!(nothing.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&fixture, head, 25).await.status, StatusCode::NO_CONTENT);
    assert_eq!(began.elapsed(), Duration::ZERO);
}

fn view(fixture: &TableFixture) -> String {
    format!("/api/tables/{}", fixture.table)
}

/// Ben asks for what is new.
async fn ask(fixture: &TableFixture, after: u64, wait_s: u64) -> Answer {
    let news = format!("{}?after={after}&wait={wait_s}", view(fixture));
    fixture.guest.clone().get_json(&news).await
}
