//! Bots that play for a while, and what they were told in it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::common::bot::Bot;
use crate::common::fleet::{Acknowledged, BotFleet};

/// Seats at each table of bots.
const SEATS: u8 = 3;
/// Time in which the tables open, before commands are counted.
const WARM_UP: Duration = Duration::from_secs(2);

/// Tables of bots who never pause.
pub(crate) struct Play {
    fleet: Arc<BotFleet>,
    tables: JoinSet<usize>,
}

/// What bots were told in a stretch of time.
pub(crate) struct Played {
    took: Vec<Duration>,
    elapsed: Duration,
}

impl Play {
    /// Sits bots down at tables of three.
    pub(crate) fn begin(server: SocketAddr, count: u64) -> Self {
        Self::among(&[server], count)
    }

    /// The same, where each command goes to another server than the one before.
    pub(crate) fn among(servers: &[SocketAddr], count: u64) -> Self {
        let fleet = BotFleet::among(servers, 1, Duration::ZERO);
        let mut tables = JoinSet::new();
        for _ in 0..count {
            tables.spawn(fleet.clone().play_on(SEATS));
        }
        Self { fleet, tables }
    }

    /// Counts what is acknowledged in so many seconds, once all have begun.
    pub(crate) async fn measure(&self, seconds: u64) -> Played {
        sleep(WARM_UP).await;
        let (before, began) = (self.fleet.acknowledged().len(), Instant::now());
        sleep(Duration::from_secs(seconds)).await;
        Played::of(&self.fleet.acknowledged()[before..], began.elapsed())
    }

    /// Has everybody get up after the command in hand.
    pub(crate) async fn end(self) {
        self.fleet.stop();
        self.tables.join_all().await;
    }
}

/// Has one command done after the other, for so many seconds: each opens a table.
pub(crate) async fn one_by_one(server: SocketAddr, seconds: u64) -> Played {
    let (fleet, began) = (BotFleet::new(server, 1), Instant::now());
    while began.elapsed() < Duration::from_secs(seconds) {
        Bot::open(&fleet).await;
    }
    Played::of(&fleet.acknowledged(), began.elapsed())
}

impl Played {
    fn of(told: &[Acknowledged], elapsed: Duration) -> Self {
        let mut took: Vec<Duration> = told.iter().map(|told| told.took).collect();
        took.sort_unstable();
        Self { took, elapsed }
    }

    /// Commands acknowledged a second.
    pub(crate) fn rate(&self) -> f64 {
        crate::figure(self.took.len() as u64) / self.elapsed.as_secs_f64()
    }

    /// How long so many of a hundred commands took at most, in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        percentile_ms(&self.took, percent)
    }
}

/// What so many of a hundred stay below, in milliseconds, of durations in order.
pub(crate) fn percentile_ms(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted
        .get(at)
        .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}
