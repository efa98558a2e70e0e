//! The figures of the server's binary on this machine and this disk, each beside what it is compared with.
//!
//! `cargo bench -p server --all-features` prints them: a row for each figure, with its target and whether that is met.
//! `--json` prints a line of JSON instead. `--only GROUP`, which may be repeated, names a part: start, cpu, load, sizes,
//! memory, bytes, replica, restore or rules. [`options`] knows what else can be asked for.
#![expect(
    clippy::unwrap_used,
    reason = "a figure that cannot be measured ends the bench"
)]

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../../tests/common/mod.rs"]
mod common;

mod options;
mod report;

mod bare;
mod measure;
mod requests;
mod site;

mod cpu;

mod disk;
mod load;
mod play;

mod generated;
mod sizes;

mod bytes;
mod memory;

mod grown;
mod puts;
mod replica;
mod restore;

mod rules;

use measure::{allow_files, median, resident_kib};
use options::{Group, Options};
use report::Report;
use site::Site;

/// Starts the median is taken of.
const STARTS: usize = 10;
/// Files beside those of the streams.
const FILES: u64 = 3_000;

#[tokio::main]
async fn main() {
    if std::env::args().any(|argument| argument == bare::ARGUMENT) {
        bare::serve().await;
        return;
    }
    let options = Options::read(std::env::args().skip(1));
    if let Some(program) = &options.server {
        site::measure_program(program);
    }
    allow_files(options.streams + FILES);
    let report = Report::new(options.json);
    if options.has(Group::Start) {
        starts(report).await;
    }
    if options.has(Group::Cpu) {
        cpu::figures(&options, report).await;
    }
    if options.has(Group::Load) {
        load::figures(&options, report).await;
    }
    if options.has(Group::Sizes) {
        sizes::figures(&options, report).await;
    }
    if options.has(Group::Memory) {
        memory::figures(&options, report).await;
    }
    if options.has(Group::Bytes) {
        bytes::figures(&options, report).await;
    }
    if options.has(Group::Replica) {
        replica::figures(&Site::seaweed().await, &options, report).await;
        replica::figures(&Site::ministack().await, &options, report).await;
    }
    if options.has(Group::Restore) {
        let megabytes = options.megabytes;
        restore::figures(&Site::seaweed().await, megabytes / 10, report).await;
        restore::figures(&Site::seaweed().await, megabytes, report).await;
    }
    if options.has(Group::Rules) {
        rules::figures(&options, report);
    }
}

async fn starts(report: Report) {
    let (setup, mut starts, mut resident) = (site::fresh(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = setup.start().await;
        starts.push(server.started_in().as_secs_f64() * 1e3);
        resident.push(resident_kib(server.id()) / 1_024.0);
        server.kill().await;
    }
    report.plain("start to ready, median", median(&mut starts), "ms");
    report.plain("memory, idle", median(&mut resident), "MiB");
}
