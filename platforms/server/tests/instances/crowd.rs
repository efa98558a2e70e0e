//! Tables at which bots play, with everybody's page open.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use game::{SeatNo, Version};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::journal::JournalContents;
use crate::common::server::PATIENCE;
use crate::common::streams::{Reconnects, Watcher};
use crate::site::{Site, fresh_seed};

/// How long a page may show an older version than the journal has: from one heartbeat to the next, and a second
/// for the way on a machine that has much to do.
pub(crate) const BEHIND_MAX: Duration = Duration::from_secs(11);

/// How long the tables may take to begin on a machine that has much else to do.
const GATHER_MAX: Duration = Duration::from_mins(3);
/// Between two looks at how far the play has come.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Tables at which bots play all the time.
pub(crate) struct Crowd {
    shared: Arc<Shared>,
    tables: JoinSet<()>,
}

/// What all tables share.
struct Shared {
    fleet: Arc<BotFleet>,
    watchers: Mutex<Vec<(SeatNo, Watcher)>>,
    returns: Reconnects,
    /// How many tables there are at a time, and how many have begun so far.
    count: usize,
    begun: watch::Sender<usize>,
}

/// What came of it all.
pub(crate) struct Outcome {
    /// Commands acknowledged.
    pub(crate) told: usize,
    /// Tables opened.
    pub(crate) tables: usize,
    /// How long watchers were without a stream, each time, in order.
    pub(crate) returns: Vec<Duration>,
}

impl Crowd {
    /// Sits bots down, and waits until all tables have begun.
    pub(crate) async fn gather(
        servers: &[SocketAddr],
        (count, seats): (usize, u8),
        think_time: Duration,
    ) -> Self {
        let shared = Arc::new(Shared {
            fleet: BotFleet::among(servers, fresh_seed(), think_time),
            watchers: Mutex::default(),
            returns: Reconnects::default(),
            count,
            begun: watch::Sender::new(0),
        });
        let mut tables = JoinSet::new();
        for _ in 0..count {
            tables.spawn(Arc::clone(&shared).play_on(seats));
        }
        let all = timeout(GATHER_MAX, shared.all_begin()).await;
        let begun = *shared.begun.borrow();
        assert!(all.is_ok(), "only {begun} tables of {count} begin");
        Self { shared, tables }
    }

    /// Waits until so many commands more are acknowledged.
    pub(crate) async fn plays(&self, more: usize) {
        let wanted = self.shared.fleet.acknowledged().len() + more;
        let began = Instant::now();
        while self.shared.fleet.acknowledged().len() < wanted {
            assert!(began.elapsed() < PATIENCE, "the play does not go on");
            sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until every watcher shows what has been acknowledged so far. Returns how long that took.
    pub(crate) async fn sees_all(&self) -> Duration {
        let began = Instant::now();
        let newest = self.shared.fleet.newest();
        let mut watchers = std::mem::take(&mut *self.shared.watchers.lock().unwrap());
        // Each sees its own: what others do in secret is not counted.
        let seeing = watchers.iter_mut().map(|(seat, watcher)| {
            let key = (watcher.table.clone(), *seat);
            let version = newest.get(&key).copied().unwrap_or(Version(0));
            watcher.shows(version, BEHIND_MAX)
        });
        join_all(seeing).await;
        self.shared.watchers.lock().unwrap().extend(watchers);
        began.elapsed()
    }

    /// Ends the play and the site, and asserts that the journal is whole, that it has all that was acknowledged,
    /// and that every watcher was shown all of it.
    pub(crate) async fn end(mut self, site: Site) -> (Outcome, JournalContents) {
        self.shared.fleet.stop();
        while let Some(ended) = self.tables.join_next().await {
            ended.unwrap();
        }
        self.sees_all().await;
        let watchers = std::mem::take(&mut *self.shared.watchers.lock().unwrap());
        let shown: Vec<_> = (watchers.iter())
            .map(|(seat, watcher)| (watcher.table.clone(), *seat, watcher.shown()))
            .collect();
        for (_, watcher) in watchers {
            watcher.stop().await;
        }
        let kept = site.end().await;
        let told = self.shared.fleet.acknowledged();
        kept.assert_holds(&told);
        kept.assert_whole(&world::library().unwrap());
        for (table, seat, shown) in shown {
            let last = kept.shown_to(&table, seat);
            assert_eq!(shown, last, "seat {seat} of table {table}");
        }
        let mut returns = std::mem::take(&mut *self.shared.returns.lock().unwrap());
        returns.sort_unstable();
        let tables = *self.shared.begun.borrow();
        assert_eq!(kept.tables(), tables, "a table is lost, or opened twice");
        let outcome = Outcome {
            told: told.len(),
            tables,
            returns,
        };
        (outcome, kept)
    }
}

impl Shared {
    /// Waits until as many tables have begun as there are to be.
    async fn all_begin(&self) {
        let mut begun = self.begun.subscribe();
        let all = begun.wait_for(|begun| *begun >= self.count);
        // The sender is ours.
        let _ = all.await;
    }

    /// Plays one table after another until the fleet is closed.
    async fn play_on(self: Arc<Self>, seats: u8) {
        while !self.fleet.is_stopping() {
            let mut party = vec![Bot::open(&self.fleet).await];
            let table = party[0].table().clone();
            for _ in 1..seats {
                party.push(Bot::sit(&self.fleet, &table).await);
            }
            for bot in &party {
                let watcher = Watcher::follow(bot.client().clone(), &table, &self.returns);
                self.watchers.lock().unwrap().push((bot.seat(), watcher));
            }
            party[0].begin().await;
            self.begun.send_modify(|begun| *begun += 1);
            self.all_begin().await;
            join_all(party.iter_mut().map(Bot::play_on)).await;
        }
    }
}
