//! CPU of the server for one request of each kind, beside that of the least server there is.
//!
//! Sixteen tables, one request at a time at each. The rounds take turns, and of each kind the cheapest round counts:
//! whatever else the machine does only adds.

use std::net::SocketAddr;

use crate::bare;
use crate::common::server::Server;
use crate::measure::{cpu_ms, figure};
use crate::options::Options;
use crate::play::{Play, PlaySettings};
use crate::report::{Report, Target};
use crate::requests::{self, StreamKind, TABLES, Watchers, get, looks, parties, repeat};
use crate::site::{fresh, metric};

/// Requests over each connection: so many that the clock of a process, which has steps of 10 ms, is exact.
const BARE_TIMES: usize = 4_000;
const HEALTH_TIMES: usize = 2_000;
const LOOK_TIMES: usize = 1_000;

/// Milliseconds of CPU for one request of each kind.
#[derive(Clone, Copy, Debug)]
struct Costs {
    bare: f64,
    health: f64,
    look: f64,
    alone: f64,
    watched_by_one: f64,
    watched_by_three: f64,
    watched_as_page: f64,
    mix: f64,
}

/// Prints them.
pub(crate) async fn figures(options: &Options, report: Report) {
    let mut least = round(options, 0).await;
    for number in 1..options.rounds {
        least = least.min(round(options, number).await);
    }
    let judged = |what: &str, cost: f64, target: f64| {
        let unit = format!("bare GETs ({cost:.4} ms)");
        report.judged(what, cost / least.bare, &unit, Target::AtMost(target));
    };
    report.plain("CPU of a bare axum GET", least.bare, "ms");
    judged("CPU of /health/live", least.health, 2.0);
    judged("CPU of a look in play", least.look, 5.0);
    judged(
        "CPU of a durable command, nobody watches",
        least.alone,
        10.0,
    );
    judged(
        "CPU of a command, three watch JSON",
        least.watched_by_three,
        25.0,
    );
    judged(
        "CPU of a command, three watch pages, gzip",
        least.watched_as_page,
        25.0,
    );
    let further = (least.watched_by_three - least.watched_by_one) / 2.0;
    judged("CPU of one more watcher's update", further, 4.0);
    judged("CPU of a request in whole plays", least.mix, 14.0);
}

impl Costs {
    /// The cheaper of both, kind by kind.
    fn min(self, other: Self) -> Self {
        Self {
            bare: self.bare.min(other.bare),
            health: self.health.min(other.health),
            look: self.look.min(other.look),
            alone: self.alone.min(other.alone),
            watched_by_one: self.watched_by_one.min(other.watched_by_one),
            watched_by_three: self.watched_by_three.min(other.watched_by_three),
            watched_as_page: self.watched_as_page.min(other.watched_as_page),
            mix: self.mix.min(other.mix),
        }
    }
}

async fn round(options: &Options, number: u64) -> Costs {
    let bare = bare_get().await;
    let server = fresh().start().await;
    let seed = number * 10;
    let costs = Costs {
        bare,
        health: health(&server).await,
        look: look(&server, seed).await,
        alone: command(&server, seed + 1, 0, StreamKind::Json).await,
        watched_by_one: command(&server, seed + 2, 1, StreamKind::Json).await,
        watched_by_three: command(&server, seed + 3, 3, StreamKind::Json).await,
        watched_as_page: command(&server, seed + 4, 3, StreamKind::Page).await,
        mix: mix(&server, options).await,
    };
    server.kill().await;
    costs
}

async fn bare_get() -> f64 {
    let mut process = bare::start();
    let address = process.address().await;
    gets(address, process.id(), bare::PATH, BARE_TIMES).await
}

async fn health(server: &Server) -> f64 {
    gets(server.address(), server.id(), "/health/live", HEALTH_TIMES).await
}

async fn gets(server: SocketAddr, process: u32, path: &str, times: usize) -> f64 {
    let requests = (0..TABLES).map(|_| get(server, path, "")).collect();
    let before = cpu_ms(process);
    let took = repeat(server, requests, times).await;
    (cpu_ms(process) - before) / figure(took.len() as u64)
}

async fn look(server: &Server, seed: u64) -> f64 {
    let requests = looks(&parties(server.address(), seed).await);
    let before = cpu_ms(server.id());
    let took = repeat(server.address(), requests, LOOK_TIMES).await;
    (cpu_ms(server.id()) - before) / figure(took.len() as u64)
}

/// The CPU of a command, and of the updates of those who watch.
async fn command(server: &Server, seed: u64, seats: usize, stream: StreamKind) -> f64 {
    let parties = parties(server.address(), seed).await;
    let tables = requests::seated(parties, Watchers { seats, stream }).await;
    let before = cpu_ms(server.id());
    let took = tables.speak().await;
    (cpu_ms(server.id()) - before) / figure(took.len() as u64)
}

/// The CPU of a request where bots play whole tables: looks, commands, and what is refused.
async fn mix(server: &Server, options: &Options) -> f64 {
    let settings = PlaySettings::unwatched(TABLES);
    let play = Play::begin(&[server.address()], settings).await;
    let (before, answers) = (cpu_ms(server.id()), answers(server).await);
    play.measure(options.seconds).await;
    let (cpu, answers) = (
        cpu_ms(server.id()) - before,
        self::answers(server).await - answers,
    );
    play.end().await;
    cpu / answers
}

async fn answers(server: &Server) -> f64 {
    figure(metric(server.address(), "arcane_http_answers_total").await)
}
