//! The figures of each platform: its program, how soon a process of it answers, and how long one takes to end.
//!
//! `cargo bench -p platform-sim --bench platforms` prints them. Each program is built alone and from nothing (but for
//! downloads), which takes minutes; with `-- --warm` what is built already is taken, and no time is told, and
//! `-- --only heroku` tells of one platform. Starts and ends are those of a process on its platform's terms, with the
//! store the platform's tests use. Of AWS Lambda the figures are others: how soon an environment answers, and what a
//! command and an evening cost.
#![expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be measured ends the bench"
)]

#[path = "function/costs.rs"]
mod costs;
#[path = "function/environments.rs"]
mod environments;

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::fleet::BotFleet;
use bots::streams::{Reconnects, Watcher};
use platform_sim::{PlatformTerms, Simulator, Store, cloudrun, ecs, heroku, host};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// The platforms, by their packages.
const PLACES: [&str; 5] = ["server", "heroku", "ecs", "cloudrun", LAMBDA];
/// The one on which no process listens at a port, and the profile its program is built with.
const LAMBDA: &str = "lambda";
/// Starts, and ends, of which the median is told.
const TIMES: usize = 5;
/// Tables at which bots play while a process is asked to end, and their seats.
const TABLES: usize = 4;
const SEATS: u8 = 3;
/// Pages that are open beside them.
const PAGES: usize = 20;
/// How long they play before that.
const WARM_UP: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let warm = arguments.iter().any(|argument| argument == "--warm");
    let mut named = arguments.iter().skip_while(|word| *word != "--only");
    let only = named.nth(1);
    for place in PLACES {
        if only.is_some_and(|only| only != place) {
            continue;
        }
        // It goes when the figures of this platform are told.
        let folder = (!warm).then(|| TempDir::with_prefix("arcane-codex-").unwrap());
        let began = Instant::now();
        let binary = build(place, folder.as_ref());
        if folder.is_some() {
            let seconds = began.elapsed().as_secs();
            line(place, "built alone, from nothing", &format!("{seconds} s"));
        }
        let bytes = fs::metadata(binary).unwrap().len();
        line(place, "program", &format!("{:.1} MB", megabytes(bytes)));
        if place == LAMBDA {
            environments::figures(binary).await;
            costs::figures(binary).await;
            continue;
        }
        starts(place, terms(place, binary).await).await;
        ends(place, terms(place, binary).await).await;
    }
}

/// Each platform's terms, with the store its tests use and room for bots who never pause.
async fn terms(place: &str, binary: &'static str) -> PlatformTerms {
    let terms = match place {
        "server" => host(binary, Store::disk().await),
        "heroku" => heroku(binary, Store::bucketeer().await),
        "ecs" => ecs(binary, Store::s3().await.with_an_agent().await),
        "cloudrun" => cloudrun(binary, Store::gcs().await),
        other => panic!("{other} has no terms"),
    };
    terms.with("MAX_CONCURRENT_GAMES", "100000")
}

/// Builds a program as it is deployed, in a folder or where this project's are, and returns where it is.
fn build(place: &str, folder: Option<&TempDir>) -> &'static str {
    let profile = if place == LAMBDA { place } else { "release" };
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--profile", profile])
        .args(["--locked", "--package", place])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit());
    if let Some(folder) = folder {
        cargo.arg("--target-dir").arg(folder.path());
    }
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{place} cannot be built");
    let said = String::from_utf8(output.stdout).unwrap();
    let program = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|artifact| artifact["executable"].as_str().map(str::to_owned));
    // The terms name its program for as long as a test runs.
    program.unwrap().leak()
}

/// Tells how soon a process answers at all, and how soon it is ready.
async fn starts(place: &str, terms: PlatformTerms) {
    let grace = terms.grace;
    let mut simulator = Simulator::idle(terms).await;
    let (mut bound, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let life = simulator.launch();
        life.is_bound().await;
        bound.push(life.began.elapsed());
        life.is_ready().await;
        ready.push(life.began.elapsed());
        life.ends(grace).await;
    }
    let (bound, ready) = (median_ms(bound), median_ms(ready));
    let told = format!("{bound:.0} ms, {ready:.0} ms");
    line(place, "start to first answer, to ready", &told);
}

/// Tells how long a process takes to end in whose fleet people play and watch.
async fn ends(place: &str, terms: PlatformTerms) {
    let grace = terms.grace;
    let mut simulator = Simulator::idle(terms).await;
    let mut took = Vec::new();
    for seed in 0..TIMES {
        let life = simulator.launch();
        life.is_ready().await;
        let fleet = BotFleet::new(life.address(), seed as u64 + 1);
        let mut tables = JoinSet::new();
        for _ in 0..TABLES {
            tables.spawn(fleet.clone().play_on(SEATS));
        }
        let returns = Reconnects::default();
        let mut pages = Vec::new();
        for _ in 0..PAGES {
            let bot = Bot::open(&fleet).await;
            pages.push(Watcher::follow(bot.client().clone(), bot.table(), &returns));
        }
        sleep(WARM_UP).await;
        took.push(life.ends(grace).await.took);
        // Whoever sat there looks for a server that does not come back.
        tables.shutdown().await;
        for page in pages {
            page.stop().await;
        }
    }
    let seats = TABLES * usize::from(SEATS);
    let what = format!("asked to end to its end, {seats} playing, {PAGES} pages");
    line(place, &what, &format!("{:.0} ms", median_ms(took)));
}

fn median_ms(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    took[took.len() / 2].as_secs_f64() * 1e3
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people has three digits"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn line(place: &str, what: &str, figure: &str) {
    println!("{:<58} {figure}", format!("{place}: {what}"));
}
