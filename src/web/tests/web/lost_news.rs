//! News that never come: the journal is the truth, and a heartbeat never far.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use game::Command;
use http::StatusCode;
use store::memory::MemoryJournal;
use tokio::time::{Instant, timeout};

use crate::client::{BEAT, Stream};
use crate::fixtures::{At, TableFixture};
use crate::news::{Losing, TestBus};
use crate::server::{Options, Server, pass};

/// Enough that a watcher who missed its news for good would show.
const SENTENCES: usize = 40;

#[tokio::test(start_paused = true)]
async fn with_half_of_all_news_lost_every_watcher_sees_the_truth_within_a_beat() {
    let bus = Arc::new(TestBus::losing(Losing::Half(0x00c0_ffee)));
    let journal = Arc::new(MemoryJournal::default());
    let instance = || Server::between(journal.clone(), bus.ports(), Options::default());
    let (first, second) = (instance(), instance());
    let fixture = TableFixture::at(&first, At::Scene).await;
    let mut streams = Vec::new();
    for client in [&fixture.host, &fixture.guest, &fixture.stranger] {
        for server in [&first, &second] {
            for path in [fixture.page_stream(), fixture.json_stream()] {
                streams.push(client.on(server).stream(&path).await);
            }
        }
    }
    for stream in &mut streams {
        stream.event().await;
    }
    let mut longest = Duration::ZERO;
    let mut at_once = 0;
    for number in 0..SENTENCES {
        // Nobody may talk without a pause.
        pass(5_000);
        drain(&mut streams).await;
        let host = fixture.host.on([&first, &second][number % 2]);
        let head = say(host, &fixture, &format!("Sentence {number}.")).await;
        let waited = join_all(streams.iter_mut().map(|stream| until(stream, &head))).await;
        assert!(waited.iter().all(|waited| *waited <= BEAT), "{waited:?}");
        at_once += waited.iter().filter(|waited| waited.is_zero()).count();
        longest = waited.into_iter().fold(longest, Duration::max);
    }
    let (heard, lost) = bus.announced();
    assert!(heard > 10 && lost > 10, "{heard} heard, {lost} lost");
    assert!(at_once > 0 && !longest.is_zero(), "both ways were gone");
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_is_woken_without_news_looks_at_the_journal() {
    let bus = Arc::new(TestBus::default());
    let journal = Arc::new(MemoryJournal::default());
    let server = Server::between(journal, bus.ports(), Options::default());
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let mut stream = fixture.guest.stream(&fixture.json_stream()).await;
    stream.event().await;
    *bus.losing.lock().unwrap() = Losing::All;
    let head = say(fixture.host.clone(), &fixture, "Is anybody there?").await;
    let began = Instant::now();
    bus.wake();
    let news = stream.event().await;
    assert_eq!((news.event.as_str(), news.id), ("view", head));
    assert_eq!(began.elapsed(), Duration::ZERO);

    bus.wake();
    assert_eq!(stream.event().await.event, "beat", "nothing new is no news");
    assert_eq!(began.elapsed(), BEAT);
}

/// Reads what the streams have to say already: who is taken for away since the clock was moved is news, too.
async fn drain(streams: &mut [Stream]) {
    let mut is_quiet = false;
    while !is_quiet {
        is_quiet = true;
        for stream in &mut *streams {
            while timeout(Duration::ZERO, stream.event()).await.is_ok() {
                is_quiet = false;
            }
        }
    }
}

/// Reads a stream until it shows `head`, and returns how long that took.
async fn until(stream: &mut Stream, head: &str) -> Duration {
    let began = Instant::now();
    while stream.event().await.version() != head {}
    began.elapsed()
}

/// Says something, and returns the version it led to.
async fn say(mut client: crate::client::Client, fixture: &TableFixture, text: &str) -> String {
    let text = text.to_owned();
    let said = client.play(&fixture.table, &Command::Say { text }).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    said.json()["version"].to_string()
}
