//! Seeded schedules of two and three processes at one bucket, with everything that can go wrong between them.
//!
//! The protocol is the one that runs: only the bucket, the disk and the clock are made up. Requests are late,
//! answers are lost, requests arrive twice or long after whoever sent them has died, objects that were just
//! created are not to be seen yet, clocks are wrong, processes sleep for hours and are killed at any request,
//! with or without their disk. Afterwards one more process reads what is left, and it must be what everybody
//! was told. Faults planted in the protocol must be found.
//!
//! `make simulate` runs a million.

mod busy_writer;
mod check;
mod disk;
mod object_store;
mod process;
mod random;

use std::io::{self, Write as _};
use std::thread;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};

use check::ScheduleReport;
use process::PlantedFault;

/// Schedules that are run, unless the build says otherwise.
const SCHEDULES: u64 = 2_000;
/// Schedules within which a planted fault must be found.
const FOUND_WITHIN: u64 = 4_000;

#[test]
fn no_schedule_loses_an_acknowledged_command_or_tells_two_stories() {
    let schedules = option_env!("REPLICA_SCHEDULES").map_or(SCHEDULES, |number| {
        number.parse().expect("REPLICA_SCHEDULES is a number")
    });
    let began = Instant::now();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let sum = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || run_all((0..schedules).skip(worker).step_by(workers)))
            })
            .collect();
        let mut sum = ScheduleReport::default();
        for worker in workers {
            sum += &worker.join().unwrap();
        }
        sum
    });
    say(&format!(
        "replica: {schedules} schedules in {:.1} s: {} commands acknowledged, 0 lost, 0 doubled, 0 forks; {} processes, {} \
         killed, {} disks wiped, {} fenced, {} snapshots, {} objects let go, {} \
         commands taken back",
        began.elapsed().as_secs_f64(),
        sum.acknowledged,
        sum.processes,
        sum.killed,
        sum.wiped,
        sum.fenced,
        sum.snapshots,
        sum.deleted,
        sum.withheld,
    ));
    for (what, count) in [
        ("acknowledged", sum.acknowledged),
        ("killed", sum.killed),
        ("wiped", sum.wiped),
        ("fenced", sum.fenced),
        ("let go", sum.deleted),
        ("taken back", sum.withheld),
    ] {
        assert!(count > schedules / 10, "nothing is shown: {count} {what}");
    }
}

#[test]
fn every_planted_fault_is_found() {
    let runtime = runtime();
    for fault in PlantedFault::ALL {
        let found = (0..FOUND_WITHIN).find_map(|seed| {
            let report = run(&runtime, seed, Some(fault));
            let wrong = report.wrong.into_iter().next()?;
            Some((seed, wrong))
        });
        let (seed, wrong) = found.unwrap_or_else(|| panic!("{fault:?} is not found"));
        say(&format!("replica: {fault:?} found at seed {seed}: {wrong}"));
    }
}

fn run_all(seeds: impl Iterator<Item = u64>) -> ScheduleReport {
    let runtime = runtime();
    let mut sum = ScheduleReport::default();
    for seed in seeds {
        sum += &run(&runtime, seed, None);
        assert!(sum.wrong.is_empty(), "seed {seed}: {:?}", sum.wrong);
    }
    sum
}

fn run(runtime: &Runtime, seed: u64, fault: Option<PlantedFault>) -> ScheduleReport {
    runtime.block_on(process::schedule(seed, fault))
}

/// One thread and a clock that only moves when everybody waits: the same seed is the same schedule.
fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

/// Past the test runner's capture: the figures are to be seen when it passes, too.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
