//! A table from its gathering to its Chronicle, whatever becomes of the processes that serve it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::fleet::BotFleet;
use bots::streams::{Reconnects, Watcher};
use futures_util::future::join_all;
use game::{Command, Version};
use tokio::task::JoinHandle;

use super::{fresh_seed, say};
use crate::{PlatformTerms, Simulator};

/// Who sits at the table.
const SEATS: usize = 3;
/// Commands that are played between two events, and during each.
const ACT: u64 = 6;
/// How long it may take at most until a page shows what is.
const SHOWN_MAX: Duration = Duration::from_secs(10);

/// Three players, each with a live page, and others at tables of their own, play on through two deploys and a crash.
/// They only ask again and come back to their streams by themselves, as pages do.
pub async fn a_story_outlives_two_deploys_and_a_crash(terms: PlatformTerms) {
    let seed = fresh_seed();
    let mut simulator = Simulator::begin(terms).await;
    let began = Instant::now();
    let address = simulator.proxy().secure();
    let others = BotFleet::new(address, seed << 8);
    let crowd = tokio::spawn(Arc::clone(&others).play_on(2));
    let fleet = BotFleet::new(address, seed);
    let returns = Reconnects::default();
    let mut story = Story::begin(&simulator, &fleet, &returns).await;

    simulator.deploy_under(&story).await;
    simulator.proxy().command_gate().is_reached().await;
    story.goes_on();
    simulator.proxy().command_gate().allow(ACT);
    simulator.crash().await;
    simulator.deploy_under(&story).await;

    simulator.proxy().command_gate().open();
    let party = (&mut story.playing).await.unwrap();
    assert!(party[0].is_over().await, "the story has no end");
    let told = fleet.acknowledged();
    let last = told.iter().map(|it| it.version).max().unwrap_or(Version(0));
    for watcher in &mut story.watchers {
        watcher.shows(last, SHOWN_MAX).await;
    }
    others.stop();
    crowd.await.unwrap();
    for watcher in story.watchers {
        watcher.stop().await;
    }
    let told = [told, others.acknowledged()].concat();
    let kept = simulator.end(&told).await;
    kept.assert_holds(&told);
    assert!(kept.assert_whole(&world::library().unwrap()) >= 1);
    say(&format!(
        "story {seed}: {} commands acknowledged in {} ms, streams back after {} ms at most",
        told.len(),
        began.elapsed().as_millis(),
        slowest(&returns).unwrap_or_default(),
    ));
}

impl Simulator {
    /// Deploys while the story goes on.
    async fn deploy_under(&mut self, story: &Story) {
        self.proxy().command_gate().is_reached().await;
        story.goes_on();
        self.proxy().command_gate().allow(ACT);
        self.deploy().await;
    }
}

fn slowest(returns: &Arc<Mutex<Vec<Duration>>>) -> Option<u128> {
    let returns = returns.lock().unwrap();
    returns.iter().map(Duration::as_millis).max()
}

/// The table, those who play at it, and their pages.
struct Story {
    playing: JoinHandle<Vec<Bot>>,
    watchers: Vec<Watcher>,
}

impl Story {
    async fn begin(simulator: &Simulator, fleet: &Arc<BotFleet>, returns: &Reconnects) -> Self {
        let mut party = vec![Bot::open(fleet).await];
        let table = party[0].table().clone();
        for _ in 1..SEATS {
            party.push(Bot::sit(fleet, &table).await);
        }
        let clients = party.iter().map(|bot| bot.client().clone());
        let watchers = clients.map(|client| Watcher::follow(client, &table, returns));
        let watchers = watchers.collect();
        simulator.proxy().command_gate().hold(&table);
        simulator.proxy().command_gate().allow(ACT);
        assert!(party[0].play(&Command::Begin {}).await);
        let playing = tokio::spawn(async move {
            join_all(party.iter_mut().map(Bot::play_on)).await;
            party
        });
        Self { playing, watchers }
    }

    /// Asserts that there is still something to be told.
    fn goes_on(&self) {
        assert!(!self.playing.is_finished(), "the story ended too early");
    }
}
