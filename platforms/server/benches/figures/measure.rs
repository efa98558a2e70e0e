//! What is read of processes and of many durations.

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Ticks of a process's clock in a second. Linux shows all programs this many.
const TICKS_PER_SECOND: u64 = 100;

/// Returns the CPU time that a process has taken, in milliseconds, to ten of them.
pub(crate) fn cpu_ms(process: u32) -> f64 {
    ticks_to_ms(stat(process).map_or(0, |stat| stat.own))
}

/// Returns the CPU time that a process has taken outside of the kernel, in milliseconds, to ten of them.
pub(crate) fn user_ms(process: u32) -> f64 {
    ticks_to_ms(stat(process).map_or(0, |stat| stat.user))
}

/// Returns the CPU time that processes have taken together, in milliseconds.
pub(crate) fn cpu_of_all_ms(processes: &[u32]) -> f64 {
    processes.iter().map(|process| cpu_ms(*process)).sum()
}

/// Returns the CPU time that a process and its children have taken, those that have ended included, in milliseconds.
pub(crate) fn cpu_of_family_ms(parent: u32) -> f64 {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = numbers
        .filter_map(stat)
        .filter(|stat| stat.parent == parent);
    let own = stat(parent).map_or(0, |stat| stat.own + stat.ended_children);
    ticks_to_ms(own + children.map(|stat| stat.own).sum::<u64>())
}

/// Returns the memory of a process that is in RAM, in KiB.
pub(crate) fn resident_kib(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.unwrap().trim().trim_end_matches(" kB");
    resident.parse().unwrap()
}

/// Lets this process and those it starts have as many files open as they may, if that many are wanted.
pub(crate) fn allow_files(wanted: u64) {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = limit
            .maximum
            .map_or(Some(wanted), |most| Some(most.min(wanted)));
        setrlimit(Resource::Nofile, limit).unwrap();
    }
}

/// Returns what so many of a hundred stay below, in milliseconds. Sorts the durations.
pub(crate) fn percentile_ms(durations: &mut [Duration], percent: usize) -> f64 {
    durations.sort_unstable();
    let at = (durations.len() * percent / 100).min(durations.len().saturating_sub(1));
    durations
        .get(at)
        .map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

/// Returns the middle one of some numbers. Sorts them.
pub(crate) fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A count as a figure.
#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people has three digits"
)]
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}

/// What `/proc` tells of a process.
struct ProcessStat {
    parent: u32,
    /// Ticks of its own threads.
    own: u64,
    /// Those of them outside of the kernel.
    user: u64,
    /// Ticks of the children that have ended.
    ended_children: u64,
}

fn stat(process: u32) -> Option<ProcessStat> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything; the state and the parent come after it.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(ProcessStat {
        parent: fields.get(1)?.parse().ok()?,
        own: ticks(11)? + ticks(12)?,
        user: ticks(11)?,
        ended_children: ticks(13)? + ticks(14)?,
    })
}

fn ticks_to_ms(ticks: u64) -> f64 {
    figure(ticks * 1_000) / figure(TICKS_PER_SECOND)
}
