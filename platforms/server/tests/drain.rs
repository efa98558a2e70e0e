//! How a server that is asked to end lets everybody go, and how they come back.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod common;

use std::time::{Duration, Instant};

use game::{Command, CommandId};
use reqwest::{Method, Response, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use common::bot::Bot;
use common::client::HttpClient;
use common::fleet::BotFleet;
use common::fresh_setup;
use common::server::Server;

/// What the platform gives a process to end.
const DRAIN: Duration = Duration::from_secs(10);
/// Streams of each kind.
const STREAMS: usize = 2;
/// Commands that fill a small file at the very latest.
const COMMANDS_MAX: usize = 5_000;

#[tokio::test]
async fn a_drain_finishes_what_is_in_hand_and_sends_every_watcher_off() {
    let mut server = fresh_setup().start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 1)).await;
    let mut streams = Vec::new();
    for path in [page_stream(&bot), json_stream(&bot)]
        .iter()
        .cycle()
        .take(2 * STREAMS)
    {
        let mut stream = Stream::open(bot.client(), path).await;
        assert!(
            stream.next().await.is_some(),
            "a stream begins with the table as it stands"
        );
        streams.push(stream);
    }
    let id = bot.fresh_id();
    let held = Held::send(&server, &bot, &id).await;

    let asked = Instant::now();
    server.terminate().await;
    for stream in streams {
        let bye = stream.last().await;
        assert_eq!(bye.event, "bye");
        let retry_ms = bye.data["retry_ms"].as_u64().unwrap();
        assert!((500..=1_500).contains(&retry_ms), "{retry_ms} ms");
    }
    let newcomer = HttpClient::new(server.address());
    let ready = newcomer
        .ask_once(Method::GET, "/health/ready", None)
        .await
        .unwrap();
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{ready:?}");
    let live = newcomer
        .ask_once(Method::GET, "/health/live", None)
        .await
        .unwrap();
    assert_eq!(live.status, StatusCode::OK, "{live:?}");
    let first = held.finish().await;
    let setup = server.setup();
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(asked.elapsed() < DRAIN, "ended after {:?}", asked.elapsed());

    let _server = setup.start().await;
    let again = bot.client().post(&bot.commands_path(), &said(&id)).await;
    assert_eq!(
        (again.status, again.field("version").as_u64()),
        (StatusCode::OK, Some(first))
    );
}

#[tokio::test]
async fn what_is_still_open_is_cut_within_the_time_the_platform_gives() {
    let given = Duration::from_secs(4);
    let mut server = fresh_setup()
        .with("DRAIN_SECONDS", &given.as_secs())
        .start()
        .await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 4)).await;
    let id = bot.fresh_id();
    let _never_finished = Held::send(&server, &bot, &id).await;
    let asked = Instant::now();
    server.terminate().await;
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(asked.elapsed() < given, "ended after {:?}", asked.elapsed());
    assert!(
        ended.text().contains("connections still open were cut"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_watcher_who_comes_back_is_shown_what_it_missed_and_nothing_else() {
    let mut server = fresh_setup().start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 2)).await;
    let seen = Stream::open(bot.client(), &json_stream(&bot))
        .await
        .next()
        .await
        .unwrap()
        .version();
    server.terminate().await;
    let setup = server.setup();
    server.ended().await;

    let _server = setup.start().await;
    assert!(
        bot.play(&Command::Say {
            text: "Meanwhile.".to_owned()
        })
        .await
    );
    let head = seen + 1;
    for (path, shown) in [(page_stream(&bot), "page"), (json_stream(&bot), "view")] {
        let missed = Stream::open(bot.client(), &format!("{path}?since={seen}"))
            .await
            .next()
            .await
            .unwrap();
        assert_eq!((missed.event.as_str(), missed.version()), (shown, head));
        assert!(missed.text.contains("Meanwhile."), "{missed:?}");
        let nothing = Stream::open(bot.client(), &format!("{path}?since={}", missed.id))
            .await
            .next()
            .await
            .unwrap();
        assert_eq!((nothing.event.as_str(), nothing.id), ("beat", missed.id));
    }
}

#[tokio::test]
async fn a_second_order_ends_the_process_at_once_and_loses_nothing_acknowledged() {
    let mut server = fresh_setup().with("DRAIN_SECONDS", &600).start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 3)).await;
    let id = bot.fresh_id();
    let first = bot.client().post(&bot.commands_path(), &said(&id)).await;
    let other = bot.fresh_id();
    let _held = Held::send(&server, &bot, &other).await;
    server.terminate().await;
    let setup = server.setup();
    server.hurry();
    assert_eq!(server.ended().await.status.code(), Some(130));

    let _server = setup.start().await;
    let again = bot.client().post(&bot.commands_path(), &said(&id)).await;
    assert_eq!(again.field("version"), first.field("version"));
}

#[tokio::test]
async fn a_terminal_that_is_closed_and_a_limit_of_the_processor_end_it_in_order() {
    for (signal, name) in [
        (Signal::HUP, "SIGHUP"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::XCPU, "SIGXCPU"),
    ] {
        // Whoever runs the tests under `nohup` hands that on, and the server would rightly outlive its terminal.
        let own_terminal = ["env", "--default-signal=HUP"];
        let server = fresh_setup().through(&own_terminal).start().await;
        let bot = Bot::open(&BotFleet::new(server.address(), 5)).await;
        let mut stream = Stream::open(bot.client(), &json_stream(&bot)).await;
        stream.next().await.expect("a stream begins with the view");
        server.signal(signal);
        assert_eq!(stream.last().await.event, "bye", "{name}");
        let ended = server.ended().await;
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        assert!(ended.text().contains(name), "{ended:?}");
    }
}

#[tokio::test]
async fn other_signals_change_nothing_and_are_said_once() {
    let mut server = fresh_setup().start().await;
    for (signal, name) in [
        (Signal::USR2, "SIGUSR2"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::VTALARM, "SIGVTALRM"),
        (Signal::PROF, "SIGPROF"),
        (Signal::IO, "SIGIO"),
        (Signal::XFSZ, "SIGXFSZ"),
    ] {
        server.signal(signal);
        server.says(name).await;
        server.signal(signal);
    }
    // What nobody reads any more.
    server.signal(Signal::PIPE);
    Bot::open(&BotFleet::new(server.address(), 6)).await;
    server.terminate().await;
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(ended.text().matches("SIGUSR2 changes nothing").count(), 1);
}

#[tokio::test]
async fn a_server_that_is_to_outlive_its_terminal_does() {
    let mut server = fresh_setup().through(&["nohup"]).start().await;
    server.signal(Signal::HUP);
    Bot::open(&BotFleet::new(server.address(), 7)).await;
    server.terminate().await;
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(!ended.text().contains("SIGHUP"), "{ended:?}");
}

#[tokio::test]
async fn files_that_may_grow_no_further_refuse_commands_and_end_nothing() {
    let script = "ulimit -f 2048; exec \"$0\" \"$@\"";
    let server = fresh_setup().through(&["sh", "-c", script]).start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 8)).await;
    let mut refused = None;
    for _ in 0..COMMANDS_MAX {
        let id = bot.fresh_id();
        let path = bot.commands_path();
        let body =
            json!({ "command_id": id, "command": Command::Say { text: "word ".repeat(80) } });
        let answer = bot
            .client()
            .ask_once(Method::POST, &path, Some(&body))
            .await;
        let answer = answer.expect("the server is there");
        if answer.status != StatusCode::OK {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the file comes to its limit");
    assert_eq!(refused.field("code"), "storage-unavailable", "{refused:?}");
    let live = bot.client().get("/health/live").await;
    assert_eq!(live.status, StatusCode::OK);
    server.signal(Signal::TERM);
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}

fn page_stream(bot: &Bot) -> String {
    format!("/t/{}/live", bot.table())
}

fn json_stream(bot: &Bot) -> String {
    format!("/api/tables/{}/events", bot.table())
}

fn said(id: &CommandId) -> Value {
    json!({ "command_id": id, "command": Command::Say { text: "Wait for me.".to_owned() } })
}

/// A command of which only a part has been sent.
struct Held {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Held {
    async fn send(server: &Server, bot: &Bot, id: &CommandId) -> Self {
        let body = said(id).to_string().into_bytes();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: codex\r\ncookie: {}\r\nexpect: 100-continue\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            bot.commands_path(),
            bot.client().cookies(),
            body.len()
        );
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // Asked to go on: a handler waits for the body.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        let (begun, rest) = body.split_at(body.len() / 2);
        stream.write_all(begun).await.unwrap();
        Self {
            stream,
            rest: rest.to_vec(),
        }
    }

    /// Sends the rest and returns the version it led to.
    async fn finish(mut self) -> u64 {
        self.stream.write_all(&self.rest).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        body["version"].as_u64().unwrap()
    }
}

/// An event stream.
struct Stream {
    response: Response,
    read: String,
}

/// One event of it.
#[derive(Debug, Default)]
struct StreamEvent {
    event: String,
    /// The version, and of a page its mark, too.
    id: String,
    text: String,
    data: Value,
}

impl Stream {
    async fn open(client: &HttpClient, path: &str) -> Self {
        let response = client.open(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Self {
            response,
            read: String::new(),
        }
    }

    /// The next event; none when the stream was ended, and not merely cut.
    async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let event: String = self.read.drain(..end + 2).collect();
                return Some(StreamEvent::read(&event));
            }
            let more = self
                .response
                .chunk()
                .await
                .expect("a stream is not cut off")?;
            self.read.push_str(str::from_utf8(&more).unwrap());
        }
    }

    async fn last(mut self) -> StreamEvent {
        let mut last = None;
        while let Some(told) = self.next().await {
            last = Some(told);
        }
        last.expect("a stream says something before it ends")
    }
}

impl StreamEvent {
    fn read(event: &str) -> Self {
        let mut told = Self::default();
        for line in event.lines() {
            match line.split_once(": ") {
                Some(("event", event)) => event.clone_into(&mut told.event),
                Some(("id", id)) => id.clone_into(&mut told.id),
                Some(("data", data)) => told.text.push_str(data),
                _ => {}
            }
        }
        told.data = serde_json::from_str(&told.text).unwrap_or_default();
        told
    }

    fn version(&self) -> u64 {
        let version = self.id.split('-').next();
        version.and_then(|version| version.parse().ok()).unwrap()
    }
}
