//! Commands a second, and how soon they are acknowledged and shown: one instance and three, each store, and beside
//! tables at which nobody does anything.

use std::net::SocketAddr;
use std::time::Duration;

use servers::{Postgres, Redis};

use crate::common::bot::Bot;
use crate::common::events::EventConnection;
use crate::common::fleet::BotFleet;
use crate::common::server::{Server, Setup};
use crate::disk;
use crate::measure::{cpu_of_all_ms, cpu_of_family_ms, percentile_ms};
use crate::options::Options;
use crate::play::{Play, PlaySettings, PlayShown, Played};
use crate::report::{Report, Target};
use crate::requests::{SEATS, StreamKind};
use crate::site::fresh;

/// Commands a second in the second measurement of each.
const FIXED_RATE: u32 = 500;
/// Tables at which nobody does anything, in the second half; their seats watch.
const IDLE_TABLES: usize = 200;
/// The durable commands a second that are wanted, where the disk allows them.
const COMMANDS_WANTED: f64 = 5_000.0;
/// The part of what the disk allows that is wanted otherwise.
const DISK_PART: f64 = 0.7;
/// What idle tables may change.
const CHANGE_MAX: f64 = 0.1;
/// Bytes of a record, about the mean of a play; and how long the bare disk is measured.
const RECORD_BYTES: u64 = 700;
const DISK_TIME: Duration = Duration::from_secs(2);

/// Where instances keep their tables.
#[derive(Clone, Copy)]
enum Store<'a> {
    /// One file of one machine.
    File,
    /// A database.
    Database(&'a Postgres),
}

/// Instances of one store.
struct Instances<'a> {
    name: String,
    servers: Vec<Server>,
    store: Store<'a>,
}

/// What a second measurement is compared with.
struct LoadFigures {
    rate: f64,
    acknowledged_ms: f64,
    shown_ms: f64,
}

/// Prints the figures of each.
pub(crate) async fn figures(options: &Options, report: Report) {
    let wanted = bare_disk(options, report);
    let redis = Redis::plain().await;
    let postgres = Postgres::durable().await;
    let stores = [Store::File, Store::Database(&postgres)];
    for (store, count) in stores
        .into_iter()
        .flat_map(|store| [(store, 1), (store, 3)])
    {
        let instances = Instances::start(store, &redis, count).await;
        let load = Load {
            instances: &instances,
            options,
            report,
            wanted,
        };
        let busy = load.measure("").await;
        let idle = idle_tables(&instances.addresses()).await;
        let beside = load.measure(", 200 idle tables beside").await;
        drop(idle);
        load.compare(&busy, &beside);
        instances.end().await;
    }
}

/// Prints what the disk allows, and returns the commands a second that are wanted.
fn bare_disk(options: &Options, report: Report) -> f64 {
    let setup = fresh();
    let mut allowed = 0.0;
    // A table has one commit under way at a time, so a batch has at most one of each.
    for batch in [1, 8, options.tables] {
        allowed = disk::synced_per_second(setup.folder(), RECORD_BYTES, batch, DISK_TIME);
        report.plain(
            &format!("bare disk, {batch} records to a sync"),
            allowed,
            "a second",
        );
    }
    COMMANDS_WANTED.min(allowed * DISK_PART)
}

struct Load<'a> {
    instances: &'a Instances<'a>,
    options: &'a Options,
    report: Report,
    wanted: f64,
}

impl Load<'_> {
    /// Measures as many commands as there can be, and then a fixed number of them.
    async fn measure(&self, beside: &str) -> LoadFigures {
        let name = format!("{}{beside}", self.instances.name);
        let tables = self.options.tables;
        let (most, _) = self.play(PlaySettings::unwatched(tables), &name).await;
        let rate = most.rate();
        let target = Target::AtLeast(self.wanted);
        self.report.judged(
            &format!("{name}: durable commands"),
            rate,
            "a second",
            target,
        );
        self.report
            .plain(&format!("{name}: p50"), most.percentile_ms(50), "ms");
        self.report
            .plain(&format!("{name}: p99"), most.percentile_ms(99), "ms");

        let name = format!("{name}, {FIXED_RATE}/s");
        let (fixed, shown) = self
            .play(PlaySettings::paced(tables, FIXED_RATE), &name)
            .await;
        let mut shown = shown.during(&fixed);
        self.report
            .plain(&format!("{name}: commands"), fixed.rate(), "a second");
        let judged = |what: &str, value: f64, limit: f64| {
            let figure = format!("{name}: {what}");
            self.report
                .judged(&figure, value, "ms", Target::AtMost(limit));
        };
        let figures = LoadFigures {
            rate,
            acknowledged_ms: fixed.percentile_ms(50),
            shown_ms: percentile_ms(&mut shown, 50),
        };
        judged("acknowledged, p50", figures.acknowledged_ms, 5.0);
        judged("acknowledged, p99", fixed.percentile_ms(99), 25.0);
        judged("shown, p50", figures.shown_ms, 8.0);
        judged("shown, p99", percentile_ms(&mut shown, 99), 40.0);
        figures
    }

    /// Has bots play, and prints what CPU a command took.
    async fn play(&self, settings: PlaySettings, name: &str) -> (Played, PlayShown) {
        let play = Play::begin(&self.instances.addresses(), settings).await;
        let before = self.instances.cpu_ms();
        let played = play.measure(self.options.seconds).await;
        let after = self.instances.cpu_ms();
        let shown = play.end().await;
        let each = |before: f64, after: f64| (after - before) / played.count();
        let servers = each(before.0, after.0);
        self.report.plain(
            &format!("{name}: CPU of the servers"),
            servers,
            "ms a command",
        );
        if let Store::Database(_) = self.instances.store {
            let database = each(before.1, after.1);
            self.report.plain(
                &format!("{name}: CPU of the database"),
                database,
                "ms a command",
            );
        }
        (played, shown)
    }

    /// Prints what idle tables change.
    fn compare(&self, busy: &LoadFigures, beside: &LoadFigures) {
        let name = &self.instances.name;
        let figure = |what: &str| format!("{name}, idle tables to none: {what}");
        let less = Target::AtLeast(1.0 - CHANGE_MAX);
        let more = Target::AtMost(1.0 + CHANGE_MAX);
        let ratio = beside.rate / busy.rate;
        self.report
            .judged(&figure("commands"), ratio, "times", less);
        let ratio = beside.acknowledged_ms / busy.acknowledged_ms;
        self.report
            .judged(&figure("acknowledged"), ratio, "times", more);
        let ratio = beside.shown_ms / busy.shown_ms;
        self.report.judged(&figure("shown"), ratio, "times", more);
    }
}

impl<'a> Instances<'a> {
    async fn start(store: Store<'a>, redis: &Redis, count: usize) -> Self {
        let (name, setup) = store.setup(redis, count).await;
        let mut servers = Vec::new();
        while servers.len() < count {
            servers.push(setup.start().await);
        }
        Self {
            name,
            servers,
            store,
        }
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }

    /// The CPU time of the servers, and of the database.
    fn cpu_ms(&self) -> (f64, f64) {
        let servers: Vec<u32> = self.servers.iter().map(Server::id).collect();
        let database = match self.store {
            Store::File => 0.0,
            Store::Database(postgres) => cpu_of_family_ms(postgres.id()),
        };
        (cpu_of_all_ms(&servers), database)
    }

    async fn end(self) {
        for server in self.servers {
            server.hurry();
            server.ended().await;
        }
    }
}

impl Store<'_> {
    /// What so many instances are called, and what each is set to.
    async fn setup(self, redis: &Redis, count: usize) -> (String, Setup) {
        let word = match self {
            Self::File => "SQLite",
            Self::Database(_) => "PostgreSQL",
        };
        let name = format!("{word} × {count}");
        let mut setup = fresh();
        if let Self::Database(postgres) = self {
            let database = postgres.make_database().await;
            setup = setup.with("DATABASE_URL", &postgres.url(&database, ""));
        }
        if count > 1 {
            setup = setup
                .with("REDIS_URL", &redis.url())
                .with("REDIS_PREFIX", &format!("{word}-{count}"));
        }
        (name, setup)
    }
}

/// Opens tables whose seats do nothing but watch.
async fn idle_tables(servers: &[SocketAddr]) -> Vec<EventConnection> {
    let fleet = BotFleet::direct(servers, 2_000_000);
    let mut streams = Vec::new();
    for number in 0..IDLE_TABLES {
        let mut bots = vec![Bot::open(&fleet).await];
        let table = bots[0].table().clone();
        while bots.len() < SEATS {
            bots.push(Bot::sit(&fleet, &table).await);
        }
        for (seat, bot) in bots.iter().enumerate() {
            let server = servers[seat % servers.len()];
            let stream = StreamKind::Json.open(server, number as u64, bot).await;
            streams.push(stream);
        }
    }
    streams
}
