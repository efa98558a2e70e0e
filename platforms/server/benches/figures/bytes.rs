//! The bytes that a seat receives in a whole play of three, as they are on the wire.

use std::net::SocketAddr;

use futures_util::future::join_all;
use game::Command;

use crate::common::bot::Bot;
use crate::common::client::address;
use crate::common::connection::Connection;
use crate::common::events::EventConnection;
use crate::common::fleet::BotFleet;
use crate::measure::{figure, median};
use crate::options::Options;
use crate::report::{Report, Target};
use crate::requests::{SEATS, StreamKind, post};
use crate::site::fresh;

/// Bytes of an update to another seat, and of all that a seat receives.
const UPDATE_MAX: f64 = 1_000.0;
const PLAY_MAX: f64 = 120.0;

/// What one kind of client received.
struct Received {
    kind: StreamKind,
    /// The streams of the seats.
    streams: Vec<EventConnection>,
    /// Bytes of each seat.
    totals: Vec<f64>,
    /// Bytes of each update that came of another seat's command.
    updates: Vec<f64>,
}

/// Prints them: the median over the rounds, each a play of its own.
pub(crate) async fn figures(options: &Options, report: Report) {
    let server = fresh().start().await;
    let mut plays = Vec::new();
    for seed in 0..options.rounds {
        plays.push(play(server.address(), seed).await);
    }
    server.kill().await;
    for (at, name) in ["page", "JSON, changes", "JSON, whole"]
        .into_iter()
        .enumerate()
    {
        let of = |pick: fn(&Received) -> &Vec<f64>| {
            let all = plays.iter().flat_map(|(kinds, _)| pick(&kinds[at]).clone());
            all.collect::<Vec<f64>>()
        };
        let mut totals = of(|received| &received.totals);
        let mut updates = of(|received| &received.updates);
        let (update, total) = (median(&mut updates), median(&mut totals) / 1e3);
        let update_name = format!("{name}: an update to another seat, median");
        let total_name = format!("{name}: a seat in a whole play of three");
        if at < 2 {
            report.judged(&update_name, update, "bytes", Target::AtMost(UPDATE_MAX));
            report.judged(&total_name, total, "KB", Target::AtMost(PLAY_MAX));
        } else {
            report.plain(&update_name, update, "bytes");
            report.plain(&total_name, total, "KB");
        }
    }
    let mut commands: Vec<f64> = plays.iter().map(|(_, commands)| *commands).collect();
    report.plain("commands of these plays, median", median(&mut commands), "");
}

/// Plays one table to its end, one command at a time. Returns what each kind of client received, and how many commands
/// there were.
async fn play(server: SocketAddr, seed: u64) -> (Vec<Received>, f64) {
    let fleet = BotFleet::direct(&[server], 3_000_000 + seed);
    let mut bots = vec![Bot::open(&fleet).await];
    let table = bots[0].table().clone();
    while bots.len() < SEATS {
        bots.push(Bot::sit(&fleet, &table).await);
    }
    let kinds = [StreamKind::Page, StreamKind::JsonChanges, StreamKind::Json];
    let mut received = Vec::new();
    for kind in kinds {
        received.push(Received::begin(server, kind, &bots).await);
    }
    let answer = answer_bytes(server, &bots[0]).await;
    let (mut commands, mut plan) = (
        0,
        vec![Command::Begin {
            sitting: game::Sitting::Long,
        }],
    );
    for seat in (0..SEATS).cycle() {
        for command in plan {
            let Some(version) = bots[seat].command(&command).await else {
                break;
            };
            commands += 1;
            for received in &mut received {
                received.take(seat, version.0, answer).await;
            }
        }
        // The seat whose turn comes next.
        match bots[(seat + 1) % SEATS].consider().await {
            Some(next) => plan = next,
            None => break,
        }
    }
    (received, figure(commands))
}

impl Received {
    /// Has each seat load the page or the view, and open its stream.
    async fn begin(server: SocketAddr, kind: StreamKind, bots: &[Bot]) -> Self {
        let (mut streams, mut totals) = (Vec::new(), Vec::new());
        for bot in bots {
            let path = match kind {
                StreamKind::Page => format!("/t/{}", bot.table()),
                StreamKind::Json | StreamKind::JsonChanges => {
                    format!("/api/tables/{}", bot.table())
                }
            };
            totals.push(load_bytes(server, &path, bot).await);
            let mut stream = kind.open(server, 0, bot).await;
            let first = stream.next().await.unwrap().unwrap();
            *totals.last_mut().unwrap() += figure(first.bytes);
            streams.push(stream);
        }
        Self {
            kind,
            streams,
            totals,
            updates: Vec::new(),
        }
    }

    /// Reads what comes of a seat's command. Its answer is the seat's as well.
    async fn take(&mut self, seat: usize, version: u64, answer: f64) {
        let shows = self.streams.iter_mut().map(|stream| stream.shows(version));
        for (of, bytes) in join_all(shows).await.into_iter().enumerate() {
            let bytes = bytes.unwrap_or_else(|error| panic!("{:?}: {error}", self.kind));
            self.totals[of] += figure(bytes);
            if of == seat {
                self.totals[of] += answer;
            } else {
                self.updates.push(figure(bytes));
            }
        }
    }
}

/// The bytes of a page or a view as a browser loads it.
async fn load_bytes(server: SocketAddr, path: &str, bot: &Bot) -> f64 {
    let mut connection = Connection::open(server, address(0)).await.unwrap();
    let cookies = bot.client().cookies();
    let accepts = "accept-encoding: gzip\r\naccept: text/html";
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}\r\n{accepts}\r\n\r\n");
    let (head, _) = connection.ask(request.as_bytes()).await.unwrap();
    assert!(head.status.is_success(), "{path}: {head:?}");
    figure(connection.bytes_read())
}

/// The bytes by which a command is acknowledged.
async fn answer_bytes(server: SocketAddr, bot: &Bot) -> f64 {
    let mut connection = Connection::open(server, address(0)).await.unwrap();
    let body = serde_json::json!({
        "command_id": "the-size-of-an-answer",
        "command": Command::Say { text: "Well?".to_owned() },
    });
    let request = post(server, &bot.commands_path(), &bot.client().cookies(), &body);
    let (head, _) = connection.ask(request.as_bytes()).await.unwrap();
    assert!(head.status.is_success(), "{head:?}");
    figure(connection.bytes_read())
}
