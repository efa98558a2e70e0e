//! What was told to whom, and whether it came true.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::disk::{COMMANDS, SimRecord, hash_of};

/// What a schedule came to.
#[derive(Debug, Default)]
pub(super) struct ScheduleReport {
    /// What must never be, in sentences.
    pub(super) wrong: Vec<String>,
    pub(super) acknowledged: u64,
    pub(super) processes: u64,
    pub(super) killed: u64,
    pub(super) wiped: u64,
    pub(super) fenced: u64,
    pub(super) snapshots: u64,
    pub(super) deleted: u64,
    /// Commands that are taken back.
    pub(super) withheld: u64,
    /// Where each acknowledged command was said to stand.
    told: BTreeMap<u32, u64>,
}

impl AddAssign<&ScheduleReport> for ScheduleReport {
    fn add_assign(&mut self, other: &ScheduleReport) {
        self.wrong.extend(other.wrong.iter().cloned());
        self.acknowledged += other.acknowledged;
        self.processes += other.processes;
        self.killed += other.killed;
        self.wiped += other.wiped;
        self.fenced += other.fenced;
        self.snapshots += other.snapshots;
        self.deleted += other.deleted;
        self.withheld += other.withheld;
    }
}

impl ScheduleReport {
    /// A client is told that its command stands at a position.
    pub(super) fn acknowledge(&mut self, command: u32, position: u64) {
        self.acknowledged += 1;
        let first = *self.told.entry(command).or_insert(position);
        if first != position {
            self.wrong.push(format!(
                "command {command} stands at {first} and at {position}"
            ));
        }
    }

    /// Compares what was told with what is left.
    pub(super) fn compare(&mut self, left: &[SimRecord]) {
        for (command, position) in &self.told {
            let at = usize::try_from(*position - 1).ok();
            let there = at.and_then(|at| left.get(at));
            if !there.is_some_and(|there| there.is_of(*command)) {
                self.wrong.push(format!(
                    "command {command} was acknowledged at {position}, where {there:?} is left"
                ));
            }
        }
        let times = |number| left.iter().filter(|it| it.is_of(number)).count();
        for command in 0..COMMANDS {
            if times(command) > 1 {
                self.wrong.push(format!("command {command} was done twice"));
            }
            let withheld = left.iter().any(|it| it.is_of(command) && it.is_withheld());
            if withheld != (times(COMMANDS + command) > 0) {
                self.wrong.push(format!(
                    "what command {command} told is {} taken back",
                    if withheld {
                        "gone and was not"
                    } else {
                        "there and was"
                    }
                ));
            }
            self.withheld += u64::from(withheld);
        }
    }

    /// Compares a disk with what is left: it may be behind, never beside.
    pub(super) fn compare_disk(&mut self, disk: &[SimRecord], left: &[SimRecord]) {
        let same = left.get(..disk.len());
        if same.is_none_or(|same| hash_of(same) != hash_of(disk)) {
            self.wrong.push(format!(
                "a disk of {} commands tells another story",
                disk.len()
            ));
        }
    }
}
