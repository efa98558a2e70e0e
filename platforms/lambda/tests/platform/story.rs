//! A table from its gathering to its Chronicle, whatever becomes of the environments.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::client::HttpClient;
use bots::fleet::BotFleet;
use bots::streams::Watcher;
use futures_util::future::join_all;
use game::{Command, TableId, Version};
use platform_sim::lambda::{FunctionUrl, LambdaFunction, asks_again_and_again, follows_by_socket};
use tokio::task::JoinHandle;

use crate::common::{CHAOS, LIMITS, live, polled, say, seed};

/// Who sits at the table.
const SEATS: usize = 3;
/// Commands that are played between two events, and during each.
const ACT: u64 = 6;
/// How long it may take at most until a watcher shows what is.
const SHOWN_MAX: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_story_outlives_two_deploys_and_a_crash_and_is_told_live() {
    let (function, url, sockets) = live(CHAOS, LIMITS).await;
    tells_a_story(&function, &url, follows_by_socket).await;
    let posts = sockets.posts();
    assert!(posts.len() > 50, "{} frames were posted", posts.len());
    let longest = posts.iter().map(|post| post.text.len()).max();
    assert!(longest.unwrap() <= 32_000, "{longest:?} bytes");
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_outlives_two_deploys_and_a_crash_by_polling_alone() {
    let (function, url) = polled(CHAOS).await;
    tells_a_story(&function, &url, asks_again_and_again).await;
    function.end().await;
}

/// Three players, each with a watcher, and others at tables of their own, play on through two deploys and a crash.
async fn tells_a_story(
    function: &LambdaFunction,
    url: &FunctionUrl,
    watch: fn(HttpClient, &TableId) -> Watcher,
) {
    let seed = seed();
    let began = Instant::now();
    let others = BotFleet::new(url.plain(), seed << 8);
    let crowd = tokio::spawn(Arc::clone(&others).play_on(2));
    let fleet = BotFleet::new(url.plain(), seed);
    let mut story = Story::begin(url, &fleet, watch).await;

    story.acts(url, || function.deploy()).await;
    story.acts(url, || function.crash()).await;
    story.acts(url, || function.deploy()).await;

    url.command_gate().open();
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
    let kept = function.journal(&told).await;
    kept.assert_holds(&told);
    assert!(kept.assert_whole(&world::library().unwrap()) >= 1);
    let (environments, invocations) = function.counts();
    say(&format!(
        "story {seed}: {} commands acknowledged in {} ms, {environments} environments, {invocations} invocations",
        told.len(),
        began.elapsed().as_millis(),
    ));
}

/// The table, those who play at it, and those who watch.
struct Story {
    playing: JoinHandle<Vec<Bot>>,
    watchers: Vec<Watcher>,
}

impl Story {
    async fn begin(
        url: &FunctionUrl,
        fleet: &Arc<BotFleet>,
        watch: fn(HttpClient, &TableId) -> Watcher,
    ) -> Self {
        let mut party = vec![Bot::open(fleet).await];
        let table = party[0].table().clone();
        for _ in 1..SEATS {
            party.push(Bot::sit(fleet, &table).await);
        }
        let clients = party.iter().map(|bot| bot.client().clone());
        let watchers = clients.map(|client| watch(client, &table)).collect();
        url.command_gate().hold(&table);
        url.command_gate().allow(ACT);
        assert!(party[0].play(&Command::Begin {}).await);
        let playing = tokio::spawn(async move {
            join_all(party.iter_mut().map(Bot::play_on)).await;
            party
        });
        Self { playing, watchers }
    }

    /// Has something happen while the story goes on.
    async fn acts(&self, url: &FunctionUrl, happens: impl FnOnce()) {
        url.command_gate().is_reached().await;
        assert!(!self.playing.is_finished(), "the story ended too early");
        url.command_gate().allow(ACT);
        happens();
    }
}
