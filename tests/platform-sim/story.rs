//! A table from its gathering to its Chronicle, in acts between which something happens to what serves it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::client::HttpClient;
use bots::fleet::{Acknowledged, BotFleet};
use bots::journal::JournalContents;
use bots::streams::Watcher;
use futures_util::future::join_all;
use game::{TableId, Version};
use tokio::task::JoinHandle;

use crate::CommandGate;
use crate::claims::{fresh_seed, say};

/// Who sits at the table.
const SEATS: usize = 3;
/// Commands of an act.
const ACT: u64 = 6;
/// How long it may take at most until a watcher shows what is.
const SHOWN_MAX: Duration = Duration::from_secs(10);

/// The table, those who play at it, each with a watcher, and others at tables of their own. They only ask again and come
/// back by themselves, as pages do.
#[derive(Debug)]
pub struct Story {
    seed: u64,
    began: Instant,
    fleet: Arc<BotFleet>,
    playing: JoinHandle<Vec<Bot>>,
    watchers: Vec<Watcher>,
    others: Arc<BotFleet>,
    crowd: JoinHandle<usize>,
}

impl Story {
    /// Begins the first act. `watch` makes the watcher of a seat.
    pub async fn begin(
        address: SocketAddr,
        gate: &CommandGate,
        watch: impl Fn(HttpClient, &TableId) -> Watcher,
    ) -> Self {
        let seed = fresh_seed();
        let began = Instant::now();
        let others = BotFleet::new(address, seed << 8);
        let crowd = tokio::spawn(Arc::clone(&others).play_on(2));
        let fleet = BotFleet::new(address, seed);
        let mut party = vec![Bot::open(&fleet).await];
        let table = party[0].table().clone();
        for _ in 1..SEATS {
            party.push(Bot::sit(&fleet, &table).await);
        }
        let clients = party.iter().map(|bot| bot.client().clone());
        let watchers = clients.map(|client| watch(client, &table)).collect();
        gate.hold(&table);
        gate.allow(ACT);
        assert!(party[0].begin().await);
        let playing = tokio::spawn(async move {
            join_all(party.iter_mut().map(Bot::play_on)).await;
            party
        });
        Self {
            seed,
            began,
            fleet,
            playing,
            watchers,
            others,
            crowd,
        }
    }

    /// Waits for the end of an act and begins the next, so that whatever happens now happens in the middle of the story.
    pub async fn goes_on(&self, gate: &CommandGate) {
        gate.is_reached().await;
        assert!(!self.playing.is_finished(), "the story ended too early");
        gate.allow(ACT);
    }

    /// Plays on to the end, which all watchers show. Returns what was acknowledged.
    pub async fn ends(self, gate: &CommandGate) -> Vec<Acknowledged> {
        gate.open();
        let party = self.playing.await.unwrap();
        assert!(party[0].is_over().await, "the story has no end");
        let told = self.fleet.acknowledged();
        let newest = self.fleet.newest();
        for (mut watcher, bot) in self.watchers.into_iter().zip(&party) {
            // Each sees its own: what others do in secret is not counted.
            let key = (bot.table().clone(), bot.seat());
            let last = newest.get(&key).copied().unwrap_or(Version(0));
            watcher.shows(last, SHOWN_MAX).await;
            watcher.stop().await;
        }
        self.others.stop();
        self.crowd.await.unwrap();
        let told = [told, self.others.acknowledged()].concat();
        let (seed, commands) = (self.seed, told.len());
        let took_ms = self.began.elapsed().as_millis();
        say(&format!(
            "story {seed}: {commands} commands acknowledged in {took_ms} ms"
        ));
        told
    }

    /// Asserts that a journal holds all that was acknowledged, and a story that has ended.
    pub fn is_kept(kept: &JournalContents, told: &[Acknowledged]) {
        kept.assert_holds(told);
        assert!(kept.assert_whole(&world::library().unwrap()) >= 1);
    }
}
