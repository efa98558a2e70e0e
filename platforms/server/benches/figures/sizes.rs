//! Openings, looks and commands beside few tables and beside very many, live and ended.

use std::net::SocketAddr;
use std::time::Duration;

use crate::common::server::{Server, Setup};
use crate::generated::{GeneratedTables, generate};
use crate::measure::{cpu_ms, figure, percentile_ms};
use crate::options::Options;
use crate::report::{Report, Target};
use crate::requests::{StreamKind, Watchers, looks, open_tables, parties, repeat, seated};
use crate::site::fresh;

/// The journals: the first is what the others are compared with.
const SIZES: [GeneratedTables; 3] = [
    GeneratedTables {
        live: 100,
        ended: 0,
    },
    GeneratedTables {
        live: 100_000,
        ended: 0,
    },
    GeneratedTables {
        live: 100,
        ended: 100_000,
    },
];
/// The ended tables of the last one, where the largest is asked for.
const LARGE: u64 = 1_000_000;
/// What size may add to the cost.
const CHANGE_MAX: f64 = 0.1;
/// Requests over each of sixteen connections.
const OPENINGS: usize = 100;
const LOOKS: usize = 1_000;
/// The kinds of request.
const KINDS: [&str; 3] = ["an opening", "a look", "a command"];

/// A server beside so many tables, and what its requests cost.
struct Sized {
    name: String,
    server: Server,
    costs: [RequestCost; KINDS.len()],
}

/// What one request of a kind costs, in its cheapest round.
#[derive(Clone, Copy)]
struct RequestCost {
    cpu_ms: f64,
    p50_ms: f64,
}

/// Prints them.
pub(crate) async fn figures(options: &Options, report: Report) {
    let mut servers = Vec::new();
    for (at, mut tables) in SIZES.into_iter().enumerate() {
        if at == SIZES.len() - 1 && options.large {
            tables.ended = LARGE;
        }
        servers.push(Sized::start(tables, report).await);
    }
    // Whatever else the machine does meanwhile is then done to all of them.
    for round in 0..options.rounds {
        for sized in &mut servers {
            sized.measure(round).await;
        }
    }
    for (at, kind) in KINDS.into_iter().enumerate() {
        let few = servers[0].costs[at];
        for sized in &servers {
            let (name, cost) = (&sized.name, sized.costs[at]);
            report.plain(&format!("{kind}, {name}: CPU"), cost.cpu_ms, "ms");
            report.plain(&format!("{kind}, {name}: p50"), cost.p50_ms, "ms");
        }
        for sized in &servers[1..] {
            let name = format!("{kind}, {} to {}: CPU", sized.name, servers[0].name);
            let target = Target::AtMost(1.0 + CHANGE_MAX);
            let ratio = sized.costs[at].cpu_ms / few.cpu_ms;
            report.judged(&name, ratio, "times", target);
        }
    }
    for sized in servers {
        sized.server.kill().await;
    }
}

impl Sized {
    async fn start(tables: GeneratedTables, report: Report) -> Self {
        let setup: Setup = fresh();
        let bytes = generate(&setup.journal(), tables).await;
        let server = setup.start().await;
        let name = tables.name();
        report.plain(&format!("a journal of {name}"), figure(bytes) / 1e6, "MB");
        let started = server.started_in().as_secs_f64() * 1e3;
        report.plain(&format!("start to ready, {name}"), started, "ms");
        Self {
            name,
            server,
            costs: [RequestCost::HIGHEST; KINDS.len()],
        }
    }

    async fn measure(&mut self, round: u64) {
        let address = self.server.address();
        let opening = self.cost(open_tables(address, OPENINGS, round)).await;
        let requests = looks(&parties(address, 2 * round).await);
        let look = self.cost(repeat(address, requests, LOOKS)).await;
        let command = self.command(address, 2 * round + 1).await;
        for (least, cost) in self.costs.iter_mut().zip([opening, look, command]) {
            least.cpu_ms = least.cpu_ms.min(cost.cpu_ms);
            least.p50_ms = least.p50_ms.min(cost.p50_ms);
        }
    }

    async fn command(&self, address: SocketAddr, seed: u64) -> RequestCost {
        let nobody = Watchers {
            seats: 0,
            stream: StreamKind::Json,
        };
        let tables = seated(parties(address, seed).await, nobody).await;
        self.cost(tables.speak()).await
    }

    async fn cost(&self, requests: impl Future<Output = Vec<Duration>>) -> RequestCost {
        let before = cpu_ms(self.server.id());
        let mut took = requests.await;
        let cpu = cpu_ms(self.server.id()) - before;
        RequestCost {
            cpu_ms: cpu / figure(took.len() as u64),
            p50_ms: percentile_ms(&mut took, 50),
        }
    }
}

impl RequestCost {
    const HIGHEST: Self = Self {
        cpu_ms: f64::INFINITY,
        p50_ms: f64::INFINITY,
    };
}
