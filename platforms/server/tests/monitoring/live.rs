//! Three instances at which bots play, scraped by a real Prometheus.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;
use servers::{Postgres, Prometheus, Redis, promtool};
use tokio::task::JoinSet;

use crate::common::client::HttpClient;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::{Server, Setup};
use crate::common::streams::Stream;
use crate::questions::{Questions, dashboard_queries, monitoring};

const KEY: &str = "91d3a0c6f8b2475e9a1c0d3e5f7b8a6c42e0";
const TOKEN: &str = "6f1c2d3e4b5a69788796a5b4c3d2e1f0";
/// What promtool says of names that were published before anybody asked it, and never change.
const KNOWN_COMPLAINTS: [&str; 1] =
    ["arcane_replica_lag_milliseconds use base unit \"seconds\" instead of \"milliseconds\""];

/// One instance with a file and a replica, and two that share a database and a Redis.
struct Instances {
    alone: Server,
    shared: [Server; 2],
    database: Postgres,
    _redis: Redis,
    _bucket: tempfile::TempDir,
}

impl Instances {
    async fn start() -> Self {
        let (database, redis) = (Postgres::new().await, Redis::plain().await);
        let name = database.make_database().await;
        let bucket = tempfile::tempdir().unwrap();
        let keyed = || {
            fresh_setup()
                .with("SECRET_KEY", KEY)
                .with("RETENTION_DAYS", &30)
                .with("METRICS_TOKEN", TOKEN)
        };
        let alone = keyed().with(
            "REPLICA_URL",
            &format!("file://{}", bucket.path().display()),
        );
        let shared = || {
            keyed()
                .with("DATABASE_URL", &database.url(&name, ""))
                .with("REDIS_URL", &redis.url())
                .with("DB_POOL_SIZE", &8)
        };
        let setups = [alone, shared(), shared()];
        let started = join_all(setups.iter().map(Setup::start)).await;
        let [alone, first, second]: [Server; 3] = started.try_into().ok().unwrap();
        Self {
            alone,
            shared: [first, second],
            database,
            _redis: redis,
            _bucket: bucket,
        }
    }

    fn shared(&self) -> [SocketAddr; 2] {
        self.shared.each_ref().map(Server::address)
    }

    fn all(&self) -> [SocketAddr; 3] {
        let [first, second] = self.shared();
        [self.alone.address(), first, second]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_of_the_dashboard_and_the_rules_returns_data_and_alerts_fire() {
    let instances = Instances::start().await;
    let prometheus = Prometheus::scraping_with(&instances.all(), TOKEN).await;
    let questions = Questions::to(&prometheus);
    let fleets = [
        BotFleet::among(&instances.shared(), 71, Duration::ZERO),
        BotFleet::among(&[instances.alone.address()], 72, Duration::ZERO),
    ];
    let mut playing = JoinSet::new();
    for fleet in &fleets {
        playing.spawn(Arc::clone(fleet).play_on(2));
        fleet.acknowledges(10).await;
    }
    // Somebody watches at one instance what is played at both.
    let mut watching = JoinSet::new();
    watching.spawn(watch(Arc::clone(&fleets[0]), instances.shared()[1]));

    questions.all_have_data(dashboard_queries()).await;
    let mut named = BTreeSet::new();
    for rule in questions.rules().await {
        assert_eq!(rule["health"], "ok", "{rule}");
        if rule["type"] == "recording" {
            named.insert(rule["name"].as_str().unwrap().to_owned());
        }
        named.extend(metrics_in(rule["query"].as_str().unwrap()));
    }
    assert!(named.len() > 25, "{named:?}");
    questions.all_have_data(named).await;
    // How fast this machine is and how full its disk is nobody here decides. Nothing else is wrong.
    let alerts = questions.alerts().await;
    let machine = ["CodexSlow", "CodexDiskFull", "CodexDiskFillsUp"];
    let others: Vec<_> = alerts
        .iter()
        .filter(|it| !machine.contains(&it.as_str()))
        .collect();
    assert!(others.is_empty(), "{others:?}");

    for fleet in &fleets {
        fleet.stop();
    }
    watching.abort_all();
    playing.join_all().await;
    instances.database.stop().await;
    let instance = questions.alert("CodexJournalDown").await;
    assert!(
        instances
            .shared()
            .iter()
            .any(|it| it.to_string() == instance)
    );
    let killed = instances.alone.address().to_string();
    instances.alone.kill().await;
    assert_eq!(questions.alert("CodexDown").await, killed);
}

/// What is shown to a scraper is as promtool would have it, in both of the situations that differ.
#[tokio::test(flavor = "multi_thread")]
async fn promtool_accepts_what_a_scraper_is_shown() {
    let instances = Instances::start().await;
    let fleet = BotFleet::among(&[instances.alone.address()], 73, Duration::ZERO);
    let playing = tokio::spawn(Arc::clone(&fleet).play_on(1));
    fleet.acknowledges(10).await;
    for address in instances.all() {
        let asked = Client::new()
            .get(format!("http://{address}/metrics"))
            .header("accept", "text/plain")
            .bearer_auth(TOKEN);
        let text = asked.send().await.unwrap().text().await.unwrap();
        assert!(text.contains("arcane_commands_total{"), "{text}");
        let (said, _) = promtool(&monitoring(), &["check", "metrics"], &text);
        let complaints: Vec<&str> = said
            .lines()
            .filter(|line| !KNOWN_COMPLAINTS.contains(line))
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
    fleet.stop();
    playing.await.unwrap();
}

/// Watches one table after another as a spectator.
async fn watch(fleet: Arc<BotFleet>, address: SocketAddr) {
    loop {
        let newest = fleet.acknowledged().pop().unwrap();
        let client = HttpClient::new(address);
        let path = format!("/api/tables/{}/events", newest.table);
        let mut stream = Stream::of(client.open(&path).await);
        for _ in 0..5 {
            if stream.next().await.is_none() {
                break;
            }
        }
    }
}

/// The metrics that a query names.
fn metrics_in(query: &str) -> impl Iterator<Item = String> {
    let words = query
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != ':');
    let metrics = words.filter(|word| {
        word.starts_with("arcane_") || word.starts_with("arcane:") || word.starts_with("process_")
    });
    metrics.map(str::to_owned)
}
