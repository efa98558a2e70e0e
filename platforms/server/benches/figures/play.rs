//! Bots that play tables for a while, and how soon they are answered and shown what others did.

mod pace;
mod watcher;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::common::bot::Bot;
use crate::common::fleet::{Acknowledged, BotFleet};
use crate::measure::{figure, percentile_ms};
use crate::requests::{SEATS, StreamKind};
use pace::Pace;
use watcher::PlayWatcher;

/// Time in which the tables open, before commands are counted.
const WARM_UP: Duration = Duration::from_secs(2);

/// How bots play.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaySettings {
    /// Tables of three at a time.
    tables: u64,
    /// Commands a second of all together; without it nobody ever pauses.
    per_second: Option<u32>,
    /// Whether each seat watches its table.
    watched: bool,
}

/// Tables at which bots play.
pub(crate) struct Play {
    shared: Arc<SharedPlay>,
    tables: JoinSet<()>,
}

struct SharedPlay {
    fleet: Arc<BotFleet>,
    servers: Vec<SocketAddr>,
    pace: Option<Pace>,
    watched: bool,
    shown: Mutex<Vec<Shown>>,
}

/// What bots were told and shown in a stretch of time.
pub(crate) struct Played {
    took: Vec<Duration>,
    elapsed: Duration,
    window: (Instant, Instant),
}

/// A command, and how long after its sending another seat was shown it.
#[derive(Clone, Copy, Debug)]
struct Shown {
    sent: Instant,
    after: Duration,
}

/// A command that was acknowledged.
#[derive(Clone, Copy, Debug)]
struct Done {
    seat: usize,
    sent: Instant,
    version: u64,
}

impl PlaySettings {
    /// Bots that never pause and watch nothing.
    pub(crate) fn unwatched(tables: u64) -> Self {
        Self {
            tables,
            per_second: None,
            watched: false,
        }
    }

    /// Bots that watch, and give so many commands a second.
    pub(crate) fn paced(tables: u64, per_second: u32) -> Self {
        Self {
            tables,
            per_second: Some(per_second),
            watched: true,
        }
    }
}

impl Play {
    /// Sits bots down at tables of three. Each request of one goes to the next server.
    pub(crate) async fn begin(servers: &[SocketAddr], settings: PlaySettings) -> Self {
        // The ids of a fleet's commands are nobody else's.
        static FLEETS: AtomicU64 = AtomicU64::new(1_000_000);
        let shared = Arc::new(SharedPlay {
            fleet: BotFleet::direct(servers, FLEETS.fetch_add(1, Ordering::Relaxed)),
            servers: servers.to_vec(),
            pace: settings.per_second.map(Pace::new),
            watched: settings.watched,
            shown: Mutex::default(),
        });
        let mut tables = JoinSet::new();
        for _ in 0..settings.tables {
            tables.spawn(Arc::clone(&shared).play_on());
        }
        sleep(WARM_UP).await;
        Self { shared, tables }
    }

    /// Counts what is acknowledged in so many seconds.
    pub(crate) async fn measure(&self, seconds: u64) -> Played {
        let (before, began) = (self.shared.fleet.acknowledged().len(), Instant::now());
        sleep(Duration::from_secs(seconds)).await;
        let told = self.shared.fleet.acknowledged();
        Played::of(&told[before..], (began, Instant::now()))
    }

    /// Has everybody get up after the command in hand. Returns how long after its sending each command of the play
    /// that was measured was shown to each other seat.
    pub(crate) async fn end(self) -> PlayShown {
        self.shared.fleet.stop();
        self.tables.join_all().await;
        PlayShown(std::mem::take(&mut *self.shared.shown.lock().unwrap()))
    }
}

/// What the seats of a play were shown.
pub(crate) struct PlayShown(Vec<Shown>);

impl PlayShown {
    /// How long after its sending a command was shown to another seat, for those that were sent while `played` was
    /// measured.
    pub(crate) fn during(&self, played: &Played) -> Vec<Duration> {
        let (began, ended) = played.window;
        let within = |shown: &&Shown| shown.sent >= began && shown.sent < ended;
        let shown = self.0.iter().filter(within);
        shown.map(|shown| shown.after).collect()
    }
}

/// Has one command done after the other, for so many seconds: each opens a table.
pub(crate) async fn one_by_one(server: SocketAddr, seconds: u64) -> Played {
    let (fleet, began) = (BotFleet::new(server, 1), Instant::now());
    while began.elapsed() < Duration::from_secs(seconds) {
        Bot::open(&fleet).await;
    }
    Played::of(&fleet.acknowledged(), (began, Instant::now()))
}

impl Played {
    fn of(told: &[Acknowledged], window: (Instant, Instant)) -> Self {
        Self {
            took: told.iter().map(|told| told.took).collect(),
            elapsed: window.1 - window.0,
            window,
        }
    }

    /// Commands acknowledged.
    pub(crate) fn count(&self) -> f64 {
        figure(self.took.len() as u64)
    }

    /// Commands acknowledged a second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() / self.elapsed.as_secs_f64()
    }

    /// How long so many of a hundred commands took at most, in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        percentile_ms(&mut self.took.clone(), percent)
    }
}

impl SharedPlay {
    /// Plays one table after another until the fleet is stopped.
    async fn play_on(self: Arc<Self>) {
        while !self.fleet.is_stopping() {
            let mut party = vec![Bot::open(&self.fleet).await];
            let table = party[0].table().clone();
            while party.len() < SEATS {
                party.push(Bot::sit(&self.fleet, &table).await);
            }
            let mut watchers = Vec::new();
            if self.watched {
                for (seat, bot) in party.iter().enumerate() {
                    let server = self.servers[seat % self.servers.len()];
                    let stream = StreamKind::Json.open(server, seat as u64, bot).await;
                    watchers.push(PlayWatcher::follow(stream));
                }
            }
            party[0].begin().await;
            let seats = party.iter_mut().enumerate();
            let done = join_all(seats.map(|(seat, bot)| self.play_seat(seat, bot))).await;
            self.compare(&done.concat(), watchers).await;
        }
    }

    /// Plays a seat until its table is over. Returns what it did.
    async fn play_seat(&self, seat: usize, bot: &mut Bot) -> Vec<Done> {
        let mut done = Vec::new();
        while !self.fleet.is_stopping() {
            if let Some(pace) = &self.pace {
                pace.wait().await;
            }
            // Until one is acknowledged: the others may be quicker.
            loop {
                let Some(plan) = bot.consider().await else {
                    return done;
                };
                let before = done.len();
                for command in plan {
                    let began = Instant::now();
                    let Some(version) = bot.command(&command).await else {
                        break;
                    };
                    let version = version.0;
                    done.push(Done {
                        seat,
                        sent: began,
                        version,
                    });
                    if self.pace.is_some() || self.fleet.is_stopping() {
                        break;
                    }
                }
                if done.len() > before || self.fleet.is_stopping() {
                    break;
                }
            }
        }
        done
    }

    /// Takes down when each command was shown to each other seat.
    async fn compare(&self, done: &[Done], watchers: Vec<PlayWatcher>) {
        for (seat, watcher) in watchers.into_iter().enumerate() {
            let newest = done.iter().map(|done| done.version).max();
            let log = watcher.log_to(newest.unwrap_or_default()).await;
            let shown = done.iter().filter(|done| done.seat != seat).map(|done| {
                let at = log.partition_point(|(version, _)| *version < done.version);
                Shown {
                    sent: done.sent,
                    after: log[at].1.saturating_duration_since(done.sent),
                }
            });
            self.shown.lock().unwrap().extend(shown);
        }
    }
}
