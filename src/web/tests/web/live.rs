//! Live updates: what a stream says, when, and to whom.

use std::sync::Arc;
use std::time::Duration;

use game::Command;
use http::StatusCode;
use serde_json::Value;
use store::memory::MemoryJournal;
use tokio::time::Instant;
use web::LifecycleStage;

use crate::client::{BEAT, Client, News};
use crate::fixtures::{At, TableFixture, view};
use crate::server::{Options, Server};

#[tokio::test(start_paused = true)]
async fn a_stream_begins_at_once_with_the_page_as_it_stands() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let version = fixture.version().await.to_string();
    let began = Instant::now();
    let page = fixture
        .host
        .stream(&fixture.page_stream())
        .await
        .event()
        .await;
    let view = fixture
        .host
        .stream(&fixture.json_stream())
        .await
        .event()
        .await;
    assert_eq!(began.elapsed(), Duration::ZERO, "nothing waits for a beat");
    assert_eq!((page.event.as_str(), page.version()), ("page", &*version));
    assert_eq!((view.event.as_str(), &view.id), ("view", &version));
    assert!(page.data.contains("id=\"stage\""), "{}", page.data);
    assert_eq!(seen(&view)["you"], 1);
}

#[tokio::test]
async fn a_process_that_closes_opens_no_stream() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    server.lifecycle.come_to(LifecycleStage::Closing);
    let refused = fixture.host.get_json(&fixture.json_stream()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.json()["code"], "closing");
    assert_eq!(refused.header("retry-after"), "5");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_grows_old_sends_its_client_to_the_next() {
    let age = Duration::from_mins(55);
    let server = Server::with(Options {
        stream_age_max: Some(age),
        ..Options::USUAL
    });
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let began = Instant::now();
    let mut stream = fixture.host.stream(&fixture.json_stream()).await;
    let mut last = stream.event().await;
    while let Some(event) = stream.next().await {
        last = event;
    }
    assert_eq!(
        (last.event.as_str(), &last.json()["reason"]),
        ("bye", &"age".into())
    );
    let lasted = began.elapsed();
    assert!(lasted <= age && lasted >= age * 9 / 10, "{lasted:?}");
}

#[tokio::test(start_paused = true)]
async fn who_has_the_newest_page_hears_a_beat_and_who_has_not_gets_it() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let head = fixture.version().await;
    for (path, shows) in [
        (fixture.page_stream(), "page"),
        (fixture.json_stream(), "view"),
    ] {
        let first = fixture.host.stream(&path).await.event().await;
        let newest = format!("{path}?since={}", first.id);
        let beat = fixture.host.stream(&newest).await.event().await;
        assert_eq!((beat.event.as_str(), &beat.id), ("beat", &first.id));
        assert_eq!(beat.json()["version"], head);
        let older = format!("{path}?since={}", head - 1);
        let again = fixture.host.stream(&older).await.event().await;
        assert_eq!((again.event.as_str(), again.id), (shows, first.id));
    }
}

#[tokio::test(start_paused = true)]
async fn any_instance_knows_what_a_client_has() {
    let journal = Arc::new(MemoryJournal::default());
    let [one, other] = [(); 2].map(|()| Server::over(journal.clone(), Options::default()));
    let mut fixture = TableFixture::at(&one, At::Scene).await;
    let path = fixture.page_stream();
    let first = fixture.host.stream(&path).await.event().await;
    let again = format!("{path}?since={}", first.id);
    // Who is there is known to each instance for itself: first the other has to see who looks.
    let guest = fixture.guest.on(&other).stream(&path).await.event().await;
    assert_eq!(guest.event, "page");
    let beat = fixture.host.on(&other).stream(&again).await.event().await;
    assert_eq!((beat.event.as_str(), beat.id), ("beat", first.id));
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_reconnects_says_what_it_has() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let path = format!("{}?since=1", fixture.page_stream());
    let first = fixture.host.stream(&path).await.event().await;
    let again = fixture
        .host
        .stream_after(&path, Some(&first.id))
        .await
        .event()
        .await;
    assert_eq!(
        again.event, "beat",
        "the last event's id is newer than the address"
    );
    for nonsense in ["", "soon", "-1"] {
        let again = fixture
            .host
            .stream_after(&path, Some(nonsense))
            .await
            .event()
            .await;
        assert_eq!(again.event, "page");
    }
}

#[tokio::test(start_paused = true)]
async fn a_commit_is_news_at_once_and_beats_fill_the_silence() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut stream = fixture.guest.stream(&fixture.json_stream()).await;
    stream.event().await;
    let began = Instant::now();
    say(&fixture, "Listen.").await;
    let news = stream.event().await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(seen(&news)["lines"][0]["text"], "Listen.");
    assert_eq!(news.id, fixture.version().await.to_string());

    for _ in 0..3 {
        let began = Instant::now();
        let beat = stream.event().await;
        assert_eq!((beat.event.as_str(), &beat.id), ("beat", &news.id));
        assert_eq!(began.elapsed(), BEAT);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_the_newest_page_and_not_all_between() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut stream = fixture.guest.stream(&fixture.json_stream()).await;
    stream.event().await;
    for text in ["One.", "Two.", "Three."] {
        say(&fixture, text).await;
    }
    let news = stream.event().await;
    assert_eq!(seen(&news)["lines"][2]["text"], "Three.");
    assert_eq!(stream.event().await.event, "beat");
}

#[tokio::test(start_paused = true)]
async fn each_watcher_gets_the_page_of_its_own_seat() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let clients = [&fixture.host, &fixture.guest, &fixture.stranger];
    let mut streams = Vec::new();
    for client in clients {
        streams.push(client.clone().stream(&fixture.json_stream()).await);
        streams.push(client.clone().stream(&fixture.page_stream()).await);
    }
    let mut pages: Vec<News> = Vec::new();
    for stream in &mut streams {
        pages.push(stream.event().await);
    }
    say(&fixture, "Whose eyes are these?").await;
    let mut news: Vec<News> = Vec::new();
    for stream in &mut streams {
        news.push(stream.event().await);
    }
    let whispers = |at: usize| seen(&news[at])["stage"]["whispers"].clone();
    assert_eq!(seen(&news[0])["you"], 1);
    assert_eq!(seen(&news[2])["you"], 2);
    assert!(seen(&news[4])["you"].is_null());
    assert_ne!(whispers(0), whispers(2));
    assert_eq!(whispers(4).as_array().map(Vec::len), Some(0));
    assert!(pages[1].data.contains("Only you hear this"));
    assert!(!pages[5].data.contains("Only you hear this"));
    assert_ne!(pages[1].data, pages[3].data);
    assert!(news[1].data.contains("Whose eyes are these?"));
    assert!(!news[5].data.contains("Whose eyes are these?"));
}

#[tokio::test(start_paused = true)]
async fn who_loses_the_seat_while_watching_sees_what_spectators_see() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let mut stream = fixture.guest.stream(&fixture.json_stream()).await;
    assert_eq!(seen(&stream.event().await)["you"], 2);
    fixture.guest.play(&fixture.table, &Command::Leave {}).await;
    let after = seen(&stream.event().await);
    assert!(after["you"].is_null());
    assert!(after["sheet"].is_null());
}

#[tokio::test(start_paused = true)]
async fn when_the_process_closes_streams_say_goodbye_and_end() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut streams = vec![
        fixture.host.stream(&fixture.page_stream()).await,
        fixture.guest.stream(&fixture.json_stream()).await,
    ];
    for stream in &mut streams {
        stream.event().await;
    }
    let began = Instant::now();
    server.lifecycle.come_to(LifecycleStage::Closing);
    for stream in &mut streams {
        let bye = stream.event().await;
        assert_eq!(bye.event, "bye");
        let retry_ms = bye.json()["retry_ms"].as_u64().unwrap();
        assert!((500..=1_500).contains(&retry_ms), "{retry_ms}");
        assert_eq!(bye.json()["reason"], "closing");
        assert_eq!(stream.next().await, None);
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(streams_open(&server).await, 0);
}

#[tokio::test(start_paused = true)]
async fn of_many_streams_of_one_seat_the_newest_stay_and_the_oldest_is_told_why() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut guests = fixture.guest.stream(&fixture.json_stream()).await;
    guests.event().await;
    let mut streams = Vec::new();
    let paths = [fixture.page_stream(), fixture.json_stream()];
    for path in paths.iter().cycle().take(6) {
        let mut stream = fixture.host.stream(path).await;
        stream.event().await;
        streams.push(stream);
    }
    for stream in &mut streams[..2] {
        let bye = stream.event().await;
        assert_eq!(bye.event, "bye");
        assert_eq!(bye.json()["reason"], "replaced");
        let retry_ms = bye.json()["retry_ms"].as_u64().unwrap();
        assert!(retry_ms >= 60_000, "{retry_ms} would end another at once");
        assert_eq!(stream.next().await, None);
    }
    assert_eq!(streams_open(&server).await, 5);
    say(&fixture, "Still here?").await;
    for stream in streams[2..].iter_mut().chain([&mut guests]) {
        assert_ne!(stream.event().await.event, "bye");
    }
}

#[tokio::test(start_paused = true)]
async fn an_erased_table_says_goodbye_and_is_gone_in_words_and_in_json() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let mut streams = vec![
        fixture.host.stream(&fixture.page_stream()).await,
        fixture.stranger.stream(&fixture.json_stream()).await,
    ];
    for stream in &mut streams {
        stream.event().await;
    }
    server.tables.erasures.erase(&fixture.table).await.unwrap();
    for stream in &mut streams {
        let bye = stream.event().await;
        assert_eq!(
            (bye.event.as_str(), &bye.json()["reason"]),
            ("bye", &"erased".into())
        );
        assert_eq!(stream.next().await, None);
    }
    let page = fixture.host.get(&format!("/t/{}", fixture.table)).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.text().contains("no longer kept"), "{}", page.text());
    let api = format!("/api/tables/{}", fixture.table);
    for path in [&api, &fixture.json_stream()] {
        let answer = fixture.host.get_json(path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
        assert_eq!(answer.json()["code"], "table-erased");
    }
}

#[tokio::test]
async fn who_hangs_up_gives_the_place_back() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut read = fixture.host.stream(&fixture.page_stream()).await;
    let unread = fixture.guest.stream(&fixture.json_stream()).await;
    read.event().await;
    assert_eq!(streams_open(&server).await, 2);
    drop(read);
    assert_eq!(streams_open(&server).await, 1);
    drop(unread);
    assert_eq!(streams_open(&server).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_is_news() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let mut stream = fixture.host.stream(&fixture.json_stream()).await;
    let before = seen(&stream.event().await);
    let deadline_ms = before["deadline_ms"].as_u64().unwrap();
    crate::server::come_to(deadline_ms);
    server.tables.clock.run(std::future::ready(())).await;
    let after = seen(&stream.event().await);
    assert_eq!(after["version"], before["version"].as_u64().unwrap() + 1);
    assert_eq!(
        view(&mut fixture.host, &fixture.table).await["version"],
        after["version"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_json_says_what_the_address_of_the_view_says() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let shown = fixture
        .guest
        .get_json(&format!("/api/tables/{}", fixture.table))
        .await;
    let event = fixture
        .guest
        .stream(&fixture.json_stream())
        .await
        .event()
        .await;
    assert_eq!(event.json(), shown.json());
}

/// The view in an event.
fn seen(news: &News) -> Value {
    news.json()["view"].take()
}

async fn say(fixture: &TableFixture, text: &str) {
    let say = Command::Say {
        text: text.to_owned(),
    };
    let said = fixture.host.clone().play(&fixture.table, &say).await;
    assert_eq!(said.status, StatusCode::OK);
}

async fn streams_open(server: &Server) -> u64 {
    let health = Client::new(server).get_json("/health").await.json();
    health["checks"]["streams"]["open"].as_u64().unwrap()
}
