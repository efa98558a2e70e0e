//! Deadlines as this process keeps them: none is further away than the wait it stands for.
//!
//! A deadline is part of a table's state, and a clock that was ahead when it was set leaves it too far away: a year, where a
//! minute was meant. Whoever sees that cannot tell whether the clock was wrong then or is wrong now, so nothing of it is
//! written down. Instead this process lets the table wait once more as long as it was to wait, by a clock that only counts.
//! That is never shorter than what the table was promised. If the clock is right again before, the deadline stands as it was
//! set; if the wait is over first, the deadline has passed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use game::{Table, TableId};
use tokio::time::Instant;

/// How much further away than its wait a deadline may be, in milliseconds: clocks of several instances differ.
const TOLERANCE_MS: u64 = 5_000;
/// How much a deadline that is counted down may differ from what was shown of it, in milliseconds.
const SHOWN_STEP_MS: u64 = 1_000;
/// Deadlines counted down at most. One more is shown within its wait, and passes when a place is free.
const COUNTDOWNS_MAX: usize = 10_000;

/// What a table waits for, as its state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableWait {
    /// The deadline, in milliseconds since the Unix epoch.
    until_ms: u64,
    /// How long before the deadline was set.
    limit_ms: u64,
}

impl TableWait {
    /// Returns the wait of a table; `None` for one that is over.
    pub(crate) fn of(table: &Table) -> Option<Self> {
        Some(Self {
            until_ms: table.deadline_ms()?,
            limit_ms: table.wait_ms(),
        })
    }
}

/// A deadline in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EffectiveDeadline {
    /// When it passes, in milliseconds since the Unix epoch.
    pub(crate) at_ms: u64,
    /// How far the clock was ahead of this one when it was set, in milliseconds: what it takes for the rules to see it pass.
    pub(crate) ahead_ms: u64,
}

/// Counts down the deadlines that are too far away.
pub(crate) struct Deadlines {
    now_ms: fn() -> u64,
    countdowns: Mutex<HashMap<TableId, Countdown>>,
}

#[derive(Clone, Copy, Debug)]
struct Countdown {
    /// The deadline as it was set.
    until_ms: u64,
    passes: Instant,
    /// When it passes, as it was shown.
    shown_ms: u64,
}

impl Deadlines {
    pub(crate) fn new(now_ms: fn() -> u64) -> Self {
        Self {
            now_ms,
            countdowns: Mutex::default(),
        }
    }

    /// Returns the deadline of a table that is in force.
    pub(crate) fn of(&self, id: &TableId, wait: Option<TableWait>) -> Option<EffectiveDeadline> {
        let now_ms = (self.now_ms)();
        let Some(wait) = wait else {
            self.lock().remove(id);
            return None;
        };
        let latest_ms = now_ms.saturating_add(wait.limit_ms);
        if wait.until_ms <= latest_ms.saturating_add(TOLERANCE_MS) {
            self.lock().remove(id);
            return Some(EffectiveDeadline {
                at_ms: wait.until_ms,
                ahead_ms: 0,
            });
        }
        let at_ms = self.count_down(id, wait, now_ms);
        Some(EffectiveDeadline {
            at_ms,
            ahead_ms: wait.until_ms.saturating_sub(at_ms),
        })
    }

    /// Returns when a deadline passes that is too far away. The countdown begins when it is first seen so.
    fn count_down(&self, id: &TableId, wait: TableWait, now_ms: u64) -> u64 {
        let now = Instant::now();
        let latest_ms = now_ms.saturating_add(wait.limit_ms);
        let mut countdowns = self.lock();
        let known = countdowns.get(id).copied();
        let known = known.filter(|countdown| countdown.until_ms == wait.until_ms);
        let mut countdown = known.unwrap_or(Countdown {
            until_ms: wait.until_ms,
            passes: now + Duration::from_millis(wait.limit_ms),
            shown_ms: latest_ms,
        });
        let left = countdown.passes.saturating_duration_since(now);
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        let at_ms = now_ms.saturating_add(left_ms);
        // The two clocks count a little apart. What is shown stays, so that nobody is told of it again and again.
        if at_ms.abs_diff(countdown.shown_ms) > SHOWN_STEP_MS {
            countdown.shown_ms = at_ms;
        }
        if left.is_zero() {
            countdown.shown_ms = countdown.shown_ms.min(now_ms);
        }
        if known.is_some() || countdowns.len() < COUNTDOWNS_MAX {
            countdowns.insert(id.clone(), countdown);
        }
        countdown.shown_ms
    }

    /// Returns the tables whose countdown is over.
    pub(crate) fn passed(&self) -> Vec<TableId> {
        let now = Instant::now();
        let countdowns = self.lock();
        let passed = countdowns.iter().filter(|(_, it)| it.passes <= now);
        passed.map(|(id, _)| id.clone()).collect()
    }

    /// Returns how long it takes until the next countdown is over.
    pub(crate) fn next(&self) -> Option<Duration> {
        let now = Instant::now();
        let passes = self.lock().values().map(|countdown| countdown.passes).min();
        passes.map(|passes| passes.saturating_duration_since(now))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TableId, Countdown>> {
        // Every state of the map is a sound one, also after a panic.
        self.countdowns
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notices that the wall clock was set back, by a clock that only counts.
#[derive(Debug)]
pub(crate) struct ClockStep {
    began: Instant,
    /// The wall clock less what has been counted, when last looked at.
    offset_ms: Option<i128>,
}

impl ClockStep {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            offset_ms: None,
        }
    }

    /// Tells whether the clock, which now says `now_ms`, was set back since this was asked last.
    pub(crate) fn was_back(&mut self, now_ms: u64) -> bool {
        let counted_ms = self.began.elapsed().as_millis();
        let offset_ms = i128::from(now_ms) - i128::try_from(counted_ms).unwrap_or(i128::MAX);
        let before_ms = self.offset_ms.replace(offset_ms).unwrap_or(offset_ms);
        before_ms - offset_ms > i128::from(TOLERANCE_MS)
    }
}
