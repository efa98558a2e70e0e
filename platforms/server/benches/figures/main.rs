//! The figures of the server's binary on this machine and this disk.
//!
//! `cargo bench -p server --all-features -- --seconds 20 --tables 64` prints them, and beside the commands what the
//! same disk or object store takes at most when nothing but the records is written. `--only` names one part:
//! server, replica, restore or instances; [`extent`] knows what else can be asked for.
#![expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be measured ends the bench"
)]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/common/mod.rs"]
mod common;

mod extent;

mod disk;
mod memory;

mod delivery;
mod instances;

mod replica;
mod restore;

mod grown;
mod play;
mod puts;
mod site;

use std::time::Duration;

use common::journal::JournalContents;
use common::server::Setup;
use extent::{Extent, Part};
use play::Play;
use site::Site;

/// Starts the median is taken of.
const STARTS: usize = 10;
/// How long the bare disk is measured, for each figure.
const DISK_TIME: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    let extent = Extent::read(std::env::args().skip(1));
    memory::allow_files(extent.streams + 1_000);
    if extent.has(Part::Server) {
        let setup = site::fresh();
        line(
            "start to ready, median",
            &format!("{:.1} ms", start_ms(&setup).await),
        );
        streams(&setup, extent.streams).await;
        commands(&setup, &extent).await;
    }
    if extent.has(Part::Replica) {
        replica::figures(&Site::seaweed().await, &extent).await;
        replica::figures(&Site::ministack().await, &extent).await;
    }
    if extent.has(Part::Restore) {
        restore::figures(&Site::seaweed().await, extent.megabytes / 10).await;
        restore::figures(&Site::seaweed().await, extent.megabytes).await;
    }
    if extent.has(Part::Instances) {
        instances::figures(&extent).await;
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
    let play = Play::begin(server.address(), extent.tables);
    let played = play.measure(extent.seconds).await;
    play.end().await;
    server.terminate().await;
    server.ended().await;

    let rate = played.rate();
    line(
        &format!("durable commands, {} tables", extent.tables),
        &format!("{rate:.0} /s"),
    );
    let (p50, p99) = (played.percentile_ms(50), played.percentile_ms(99));
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
    let kept = JournalContents::read(&setup.journal()).await;
    let sizes = kept
        .records()
        .map(|record| serde_json::to_string(record).unwrap().len() as u64);
    let (count, bytes) = sizes.fold((0, 0), |(count, bytes), size| (count + 1, bytes + size));
    bytes / u64::max(count, 1)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people has three digits"
)]
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
pub(crate) fn line(what: &str, figure: &str) {
    println!("{what:<48} {figure}");
}
