//! Sockets that a gateway holds: who may open one, what is told there, and what becomes of one that is gone.

use std::time::Duration;

use bots::bot::Bot;
use bots::fleet::BotFleet;
use game::Command;
use platform_sim::lambda::{SocketClient, SocketFrame, SocketLimits};
use tokio::time::timeout;

use crate::common::{PEACE, live, seed};

/// How long a frame is waited for.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Sockets that stay open, and whose closing nobody tells.
pub(crate) const SILENT: SocketLimits = SocketLimits {
    age: Duration::from_hours(2),
    idle: Duration::from_mins(10),
    untold: Some(1),
};

async fn told(socket: &mut SocketClient) -> SocketFrame {
    let frame = timeout(TOLD_WITHIN, socket.next()).await;
    frame.ok().flatten().expect("a frame")
}

fn line(text: &str) -> Command {
    Command::Say {
        text: text.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_told_at_once_what_another_seat_does() {
    let (function, url, sockets) = live(PEACE, SILENT).await;
    let fleet = BotFleet::new(url.plain(), seed());
    let mut anna = Bot::open(&fleet).await;
    let table = anna.table().clone();
    let ben = Bot::sit(&fleet, &table).await;
    let mut socket = SocketClient::open(ben.client(), &table).await.unwrap();
    assert!(socket.say("hello", "").await);
    let first = told(&mut socket).await;
    assert_eq!(first.event, "view", "{first:?}");
    let version = anna.command(&line("Well?")).await.unwrap();
    let news = told(&mut socket).await;
    assert_eq!(news.version(), Some(version.0), "{news:?}");
    // Who has it all hears a beat.
    assert!(socket.say("beat", &news.id).await);
    let beat = told(&mut socket).await;
    assert_eq!(
        (beat.event.as_str(), beat.version()),
        ("beat", Some(version.0))
    );
    assert_eq!(
        sockets.refused(),
        0,
        "nothing is posted before a socket is open"
    );
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_gone_is_posted_to_once() {
    let (function, url, sockets) = live(PEACE, SILENT).await;
    let fleet = BotFleet::new(url.plain(), seed());
    let mut anna = Bot::open(&fleet).await;
    let table = anna.table().clone();
    let mut socket = SocketClient::open(anna.client(), &table).await.unwrap();
    assert!(socket.say("hello", "").await);
    told(&mut socket).await;
    sockets.lose_all();
    anna.command(&line("Well?")).await.unwrap();
    assert_eq!(sockets.refused(), 1);
    anna.command(&line("Nobody there?")).await.unwrap();
    assert_eq!(sockets.refused(), 1, "it was forgotten");
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_ticket_no_socket_is_opened() {
    let (function, url, sockets) = live(PEACE, SILENT).await;
    let fleet = BotFleet::new(url.plain(), seed());
    let anna = Bot::open(&fleet).await;
    for ticket in ["", "garbled", "..", "0000"] {
        let refused = SocketClient::with(&sockets.url(), ticket).await;
        let error = refused.map(|_| ()).expect_err("it is refused").to_string();
        assert!(error.contains("401"), "{ticket:?}: {error}");
    }
    assert_eq!(sockets.open(), 0);
    assert!(
        SocketClient::open(anna.client(), anna.table())
            .await
            .is_ok()
    );
    function.end().await;
}
