//! What was told to whom, and whether it came true.

use std::collections::BTreeMap;
use std::ops::AddAssign;

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
    pub(super) fn compare(&mut self, left: &[u32]) {
        for (command, position) in &self.told {
            let at = usize::try_from(*position - 1).ok();
            let there = at.and_then(|at| left.get(at));
            if there != Some(command) {
                self.wrong.push(format!(
                    "command {command} was acknowledged at {position}, where {there:?} is left"
                ));
            }
        }
        let mut seen = left.to_vec();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() != left.len() {
            self.wrong.push("a command was done twice".to_owned());
        }
    }

    /// Compares a disk with what is left: it may be behind, never beside.
    pub(super) fn compare_disk(&mut self, disk: &[u32], left: &[u32]) {
        if !left.starts_with(disk) {
            self.wrong.push(format!(
                "a disk of {} commands tells another story",
                disk.len()
            ));
        }
    }
}
