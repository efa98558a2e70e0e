//! The figures of the server's binary on this machine and this disk.
//!
//! `cargo bench -p server -- --seconds 20 --tables 64 --streams 2000` prints them, and beside the commands what
//! the same disk takes at most when nothing but the records is written.
#![expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be measured ends the bench"
)]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/common/mod.rs"]
mod common;

mod disk;
mod memory;

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use common::hall::{Acknowledged, Hall};
use common::journal::Kept;
use common::server::Setup;

/// Starts the median is taken of.
const STARTS: usize = 10;
/// Seats at each table of bots.
const SEATS: u8 = 3;
/// Time in which the tables open, before commands are counted.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long the bare disk is measured, for each figure.
const DISK_TIME: Duration = Duration::from_secs(3);

/// How much is measured.
struct Extent {
    seconds: u64,
    tables: u64,
    streams: u64,
}

#[tokio::main]
async fn main() {
    let extent = Extent::read(std::env::args().skip(1));
    memory::allow_files(extent.streams + 1_000);
    // Beside the build: the system's own folder for such files is often no disk at all.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let setup = Setup::within(folder)
        .with("MAX_CONCURRENT_GAMES", &1_000_000)
        .with("MAX_STREAMS", &1_000_000);
    line(
        "start to ready, median",
        &format!("{:.1} ms", start_ms(&setup).await),
    );
    streams(&setup, extent.streams).await;
    commands(&setup, &extent).await;
}

impl Extent {
    fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut extent = Self {
            seconds: 20,
            tables: 64,
            streams: 2_000,
        };
        // Cargo says that this is a bench.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let value = arguments.next().and_then(|value| value.parse().ok());
            let value = value.unwrap_or_else(|| panic!("{name} wants a whole number"));
            match name.as_str() {
                "--seconds" => extent.seconds = value,
                "--tables" => extent.tables = value,
                "--streams" => extent.streams = value,
                _ => panic!("{name} is none of --seconds, --tables and --streams"),
            }
        }
        extent
    }
}

async fn start_ms(setup: &Setup) -> f64 {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = setup.start().await;
        starts.push(server.started_in());
        server.kill().await;
    }
    starts.sort_unstable();
    starts[STARTS / 2].as_secs_f64() * 1e3
}

async fn streams(setup: &Setup, count: u64) {
    let server = setup.start().await;
    let idle = memory::resident_kib(server.id());
    line(
        "memory, idle",
        &format!("{:.1} MiB", figure(idle) / 1_024.0),
    );
    let open = memory::open_streams(server.address(), count).await;
    let taken = memory::resident_kib(server.id()).saturating_sub(idle);
    let each = figure(taken) / figure(count.max(1));
    line(
        &format!("memory per stream, of {}", open.len()),
        &format!("{each:.1} KiB"),
    );
    server.kill().await;
}

async fn commands(setup: &Setup, extent: &Extent) {
    let mut server = setup.start().await;
    let hall = Hall::new(server.address(), 1);
    let mut tables = JoinSet::new();
    for _ in 0..extent.tables {
        tables.spawn(hall.clone().play_on(SEATS));
    }
    sleep(WARM_UP).await;
    let (before, began) = (hall.told().len(), Instant::now());
    sleep(Duration::from_secs(extent.seconds)).await;
    let (told, elapsed) = (hall.told(), began.elapsed());
    hall.close();
    tables.join_all().await;
    server.terminate().await;
    server.ended().await;

    let told = &told[before..];
    let rate = figure(told.len() as u64) / elapsed.as_secs_f64();
    line(
        &format!("durable commands, {} tables", extent.tables),
        &format!("{rate:.0} /s"),
    );
    let (p50, p99) = (percentile_ms(told, 50), percentile_ms(told, 99));
    line(
        "acknowledged after, p50 and p99",
        &format!("{p50:.1} ms, {p99:.1} ms"),
    );

    let record = record_bytes(setup).await;
    let single = disk::synced_per_second(setup.folder(), record, 1, DISK_TIME);
    // A table has one commit under way at a time, so a group holds at most one of each.
    let batched = disk::synced_per_second(setup.folder(), record, extent.tables, DISK_TIME);
    line(
        &format!("bare disk, {record} bytes and one sync each"),
        &format!("{single:.0} /s"),
    );
    line(
        &format!("bare disk, {} to a sync", extent.tables),
        &format!("{batched:.0} /s"),
    );
    let (of_single, of_batched) = (rate / single, rate / batched);
    line(
        "commands to the bare disk",
        &format!("{of_single:.2} of one each, {of_batched:.2} of batched"),
    );
}

/// The mean size of a record.
async fn record_bytes(setup: &Setup) -> u64 {
    let kept = Kept::read(&setup.journal()).await;
    let sizes = kept
        .records()
        .map(|record| serde_json::to_string(record).unwrap().len() as u64);
    let (count, bytes) = sizes.fold((0, 0), |(count, bytes), size| (count + 1, bytes + size));
    bytes / u64::max(count, 1)
}

fn percentile_ms(told: &[Acknowledged], percent: usize) -> f64 {
    let mut took: Vec<Duration> = told.iter().map(|acknowledged| acknowledged.took).collect();
    took.sort_unstable();
    let at = (took.len() * percent / 100).min(took.len().saturating_sub(1));
    took.get(at)
        .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people has three digits"
)]
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn line(what: &str, figure: &str) {
    println!("{what:<44} {figure}");
}
