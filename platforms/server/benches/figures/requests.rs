//! Tables in a scene, and requests to them of one kind, as many at a time as there are tables.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use game::Command;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::common::bot::Bot;
use crate::common::client::address;
use crate::common::connection::Connection;
use crate::common::events::{EventConnection, StreamRequest};
use crate::common::fleet::BotFleet;

/// Tables at a time.
pub(crate) const TABLES: u64 = 16;
/// Seats of each.
pub(crate) const SEATS: usize = 3;
/// Lines of each seat: fewer than a seat may say in one scene.
const LINES: usize = 100;
/// Rounds of commands by which a table is in its first scene.
const STEPS_MAX: usize = 1_000;

/// A table of three whose first scene is open.
pub(crate) struct Party {
    server: SocketAddr,
    number: u64,
    bots: Vec<Bot>,
}

/// Who watches a table while its seats speak.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watchers {
    /// The seats, from the first.
    pub(crate) seats: usize,
    /// What they watch.
    pub(crate) stream: StreamKind,
}

/// A stream of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamKind {
    /// Its page, compressed, as a browser has it.
    Page,
    /// Its view as JSON, whole.
    Json,
    /// Its view as JSON, compressed, with what changed instead of the whole.
    JsonChanges,
}

impl StreamKind {
    /// Opens the stream of a seat's table.
    pub(crate) async fn open(self, server: SocketAddr, number: u64, bot: &Bot) -> EventConnection {
        let (table, cookies) = (bot.table(), bot.client().cookies());
        let path = match self {
            Self::Page => format!("/t/{table}/live"),
            Self::Json => format!("/api/tables/{table}/events"),
            Self::JsonChanges => format!("/api/tables/{table}/events?changes=merge"),
        };
        let asked = StreamRequest {
            path: &path,
            cookies: &cookies,
            gzip: self != Self::Json,
        };
        let opened = EventConnection::open(server, address(number), &asked).await;
        opened.unwrap()
    }
}

/// Has tables play into their first scene.
pub(crate) async fn parties(server: SocketAddr, seed: u64) -> Vec<Party> {
    let fleet = BotFleet::direct(&[server], seed);
    let parties = (0..TABLES).map(async |number| {
        let mut bots = vec![Bot::open(&fleet).await];
        let table = bots[0].table().clone();
        while bots.len() < SEATS {
            bots.push(Bot::sit(&fleet, &table).await);
        }
        assert!(bots[0].begin().await);
        into_scene(&mut bots).await;
        Party {
            server,
            number,
            bots,
        }
    });
    join_all(parties).await
}

async fn into_scene(bots: &mut [Bot]) {
    for _ in 0..STEPS_MAX {
        for bot in &mut *bots {
            if bot.is_in_scene().await {
                return;
            }
            let plan = bot.consider().await.expect("the table is not over");
            if let Some(command) = plan.first() {
                bot.play(command).await;
            }
        }
    }
    panic!("a table comes to no scene");
}

/// Opens the streams of those who watch, and a connection for the commands of each table.
pub(crate) async fn seated(parties: Vec<Party>, watchers: Watchers) -> SpeakingTables {
    let opened = parties.into_iter().map(async |party| {
        let mut streams = Vec::new();
        for bot in party.bots.iter().take(watchers.seats) {
            let mut stream = watchers.stream.open(party.server, party.number, bot).await;
            stream.next().await.unwrap();
            streams.push(stream);
        }
        let from = address(party.number);
        let connection = Connection::open(party.server, from).await.unwrap();
        (party, connection, streams)
    });
    SpeakingTables(join_all(opened).await)
}

/// Tables whose streams and connections are open.
pub(crate) struct SpeakingTables(Vec<(Party, Connection, Vec<EventConnection>)>);

impl SpeakingTables {
    /// Has every seat of every table speak, one after the other; where a table is watched, the next line waits until
    /// all who watch were shown the last. Returns how long each line took to be acknowledged.
    pub(crate) async fn speak(self) -> Vec<Duration> {
        let mut tables = JoinSet::new();
        for (party, connection, streams) in self.0 {
            tables.spawn(party.speak(connection, streams));
        }
        tables.join_all().await.concat()
    }
}

impl Party {
    async fn speak(
        self,
        mut connection: Connection,
        mut streams: Vec<EventConnection>,
    ) -> Vec<Duration> {
        let mut took = Vec::with_capacity(LINES * SEATS);
        for number in 0..LINES {
            for (seat, bot) in self.bots.iter().enumerate() {
                let body = json!({
                    "command_id": format!("line-of-a-bench-{seat}-{number}"),
                    "command": Command::Say { text: format!("line {number}") },
                });
                let request = post(
                    self.server,
                    &bot.commands_path(),
                    &bot.client().cookies(),
                    &body,
                );
                let began = Instant::now();
                let (head, answer) = connection.ask(request.as_bytes()).await.unwrap();
                took.push(began.elapsed());
                assert!(head.status.is_success(), "{head:?} {answer:?}");
                let answer: Value = serde_json::from_slice(&answer).unwrap();
                let version = answer["version"].as_u64().unwrap();
                for stream in &mut streams {
                    stream.shows(version).await.unwrap();
                }
            }
        }
        took
    }
}

/// The requests that look at each table, as its first seat.
pub(crate) fn looks(parties: &[Party]) -> Vec<String> {
    let look = |party: &Party| {
        let bot = &party.bots[0];
        let path = format!("/api/tables/{}", bot.table());
        get(party.server, &path, &bot.client().cookies())
    };
    parties.iter().map(look).collect()
}

/// Sends each request over a connection of its own so many times. Returns how long each answer took.
pub(crate) async fn repeat(
    server: SocketAddr,
    requests: Vec<String>,
    times: usize,
) -> Vec<Duration> {
    let mut connections = JoinSet::new();
    for (number, request) in (0..).zip(requests) {
        connections.spawn(async move {
            let mut connection = Connection::open(server, address(number)).await.unwrap();
            let mut took = Vec::with_capacity(times);
            for _ in 0..times {
                let began = Instant::now();
                let (head, _) = connection.ask(request.as_bytes()).await.unwrap();
                took.push(began.elapsed());
                assert!(head.status.is_success(), "{request}: {head:?}");
            }
            took
        });
    }
    connections.join_all().await.concat()
}

/// Opens tables, over as many connections at a time, so many over each. Returns how long each took.
pub(crate) async fn open_tables(server: SocketAddr, times: usize, seed: u64) -> Vec<Duration> {
    let mut connections = JoinSet::new();
    for number in 0..TABLES {
        connections.spawn(async move {
            let mut connection = Connection::open(server, address(number)).await.unwrap();
            let mut took = Vec::with_capacity(times);
            for time in 0..times {
                let id = format!("table-of-a-bench-{seed}-{number}-{time}");
                let body = json!({ "name": "Anna", "command_id": id });
                let request = post(server, "/api/tables", "", &body);
                let began = Instant::now();
                let (head, _) = connection.ask(request.as_bytes()).await.unwrap();
                took.push(began.elapsed());
                assert!(head.status.is_success(), "{request}: {head:?}");
            }
            took
        });
    }
    connections.join_all().await.concat()
}

/// A request without a body.
pub(crate) fn get(server: SocketAddr, path: &str, cookies: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}\r\n\r\n")
}

/// A request with JSON.
pub(crate) fn post(server: SocketAddr, path: &str, cookies: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}
