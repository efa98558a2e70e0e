//! What async mode loses with a disk.

use std::collections::BTreeSet;
use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use game::{CommandId, Dice, Seed, Version};
use reqwest::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::common::client::{Answer, HttpClient};
use crate::common::fleet::BotFleet;
use crate::site::{Site, fresh_seed, said, say, wipe};

/// How many kills there are, unless `SOAK_KILLS` says more.
const KILLS: u32 = 12;
const TALKERS: u32 = 6;
/// The moment of a kill, after the server is ready: on both sides of the interval.
const KILLED_AFTER_MS: std::ops::Range<u32> = 100..1_500;
/// How old an acknowledged command may be at most when it is lost.
const LOST_MAX: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn async_mode_loses_a_second_at_most() {
    let kills = env::var("SOAK_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let seed = fresh_seed();
    let mut key = [5; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut chance = Dice::new(Seed(key), Version(0));

    let site = Site::seaweed().await;
    let mut server = site.setup().with("REPLICA_ACK", "async").start().await;
    let fleet = BotFleet::new(server.address(), seed);
    let run = Arc::new(Run::default());
    let mut talkers = JoinSet::new();
    for _ in 0..TALKERS {
        let talker = Talker::enter(&fleet, &run);
        talkers.spawn(talker.talk());
    }
    let mut deaths = Vec::new();
    for _ in 0..kills {
        let after_ms =
            KILLED_AFTER_MS.start + chance.below(KILLED_AFTER_MS.end - KILLED_AFTER_MS.start);
        sleep(Duration::from_millis(after_ms.into())).await;
        let killed = Instant::now();
        let setup = server.kill().await;
        deaths.push((killed, Instant::now()));
        wipe(&setup);
        server = setup.start().await;
    }
    run.over.store(true, Ordering::Relaxed);
    let told: Vec<Acknowledgement> = talkers.join_all().await.into_iter().flatten().collect();
    // In order this time: nothing of the last round is lost.
    crate::site::end(server).await;

    let kept = site.restored().await;
    kept.assert_whole(&world::library().unwrap());
    let there: BTreeSet<&CommandId> = kept.records().map(|record| &record.command_id).collect();
    let lost: Vec<Duration> = told
        .iter()
        .filter(|told| !there.contains(&told.id))
        .map(|told| age_at_death(told, &deaths))
        .collect();
    let oldest = lost.iter().max().copied().unwrap_or_default();
    say(&format!(
        "async: seed {seed}, {kills} kills with their disks, {} commands acknowledged, {} lost, the oldest {} ms \
         old, {} tables lost, {} s",
        told.len(),
        lost.len(),
        oldest.as_millis(),
        run.tables_lost.load(Ordering::Relaxed),
        began.elapsed().as_secs(),
    ));
    assert!(told.len() > 500, "too little was said to show anything");
    assert!(!lost.is_empty(), "a mode that loses nothing is not async");
    assert!(oldest <= LOST_MAX, "a command was lost at {oldest:?}");
}

/// How old a command was when the process died that had acknowledged it.
fn age_at_death(told: &Acknowledgement, deaths: &[(Instant, Instant)]) -> Duration {
    let died = deaths.iter().find(|(_, dead)| told.at <= *dead);
    let (killed, _) = died.expect("what the last server acknowledged is kept");
    killed.saturating_duration_since(told.at)
}

/// A command that was acknowledged, and when.
struct Acknowledgement {
    id: CommandId,
    at: Instant,
}

#[derive(Debug, Default)]
struct Run {
    over: AtomicBool,
    tables_lost: AtomicU32,
}

/// Somebody who sits alone and talks, and takes another table when the old one is lost.
struct Talker {
    fleet: Arc<BotFleet>,
    run: Arc<Run>,
    client: HttpClient,
    number: u64,
    commands: u64,
    told: Vec<Acknowledgement>,
}

impl Talker {
    fn enter(fleet: &Arc<BotFleet>, run: &Arc<Run>) -> Self {
        let (number, _, client) = fleet.add_bot();
        Self {
            fleet: Arc::clone(fleet),
            run: Arc::clone(run),
            client,
            number,
            commands: 0,
            told: Vec::new(),
        }
    }

    async fn talk(mut self) -> Vec<Acknowledgement> {
        while !self.is_over() {
            let id = self.fresh_id();
            let body = json!({ "name": format!("Bot {}", self.number), "command_id": id });
            let opened = self.client.post("/api/tables", &body).await;
            if self.note(id, &opened) {
                let table = opened.field("table");
                self.talk_at(table.as_str().unwrap()).await;
            }
        }
        self.told
    }

    /// Talks until the table is lost, or has had enough of it.
    async fn talk_at(&mut self, table: &str) {
        let path = format!("/api/tables/{table}/commands");
        while !self.is_over() {
            let id = self.fresh_id();
            let answer = self.client.post(&path, &said(&id)).await;
            if self.note(id, &answer) {
                continue;
            }
            if answer.status == StatusCode::NOT_FOUND {
                self.run.tables_lost.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
    }

    fn note(&mut self, id: CommandId, answer: &Answer) -> bool {
        let done = answer.status.is_success();
        let refused = matches!(
            answer.status,
            StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::UNAUTHORIZED
        );
        assert!(done || refused, "{answer:?}");
        if done {
            let at = Instant::now();
            self.told.push(Acknowledgement { id, at });
        }
        done
    }

    fn is_over(&self) -> bool {
        self.run.over.load(Ordering::Relaxed)
    }

    fn fresh_id(&mut self) -> CommandId {
        self.commands += 1;
        self.fleet.command_id(self.number, self.commands)
    }
}
