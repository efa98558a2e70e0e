//! What was seen over a run.

use std::collections::BTreeMap;
use std::fmt;

use game::content::{DecisionMode, World};
use game::{Event, OutcomeKind, Phase, Table};

/// Rolls a band of chances needs before its share says anything.
const ROLLS_MIN: u32 = 200;
/// Standard deviations by which a share may be off.
const DEVIATIONS_MAX: f64 = 4.0;

/// What was seen over a run.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) title: String,
    pub(crate) refusals: u64,
    counts: BTreeMap<(&'static str, String), u64>,
    bands: BTreeMap<i32, Band>,
    finished: u64,
    scenes: usize,
}

/// Rolls of like chance.
#[derive(Clone, Copy, Default)]
struct Band {
    rolls: u32,
    good: u32,
    expected: f64,
    variance: f64,
}

impl Tally {
    /// Counts what a commit brought.
    pub(crate) fn count(&mut self, events: &[Event]) {
        for event in events {
            if let Event::CouncilHeld(council) = event {
                self.one("verdict", council.verdict.word());
            }
            if let Event::InsightDawned { .. } = event {
                self.one("insight", "dawned");
            }
            if let Event::CompanionLeft { .. } = event {
                self.one("companion", "left");
            }
            if let Event::Decided { by_silence, .. } = event {
                let how = if *by_silence { "silence" } else { "choice" };
                self.one("decided by", how);
            }
            if let Event::DeedDone(done) = event {
                self.one("outcome", &format!("{:?}", done.kind).to_lowercase());
                if let Some(roll) = &done.roll {
                    self.roll(roll.chance.percent, done.kind);
                }
            }
        }
    }

    /// Counts how a table came out.
    pub(crate) fn close(&mut self, world: &World, table: &Table) {
        let ending = table.ending().map(|ending| ending.as_str().to_owned());
        let quest = table.quest().and_then(|(id, _)| world.quests.get(id));
        for log in table.scenes() {
            if let Some(scene) = quest.and_then(|quest| quest.scene(&log.scene)) {
                self.one("way", way_word(scene.decide));
                self.one("scene", scene.id.as_str());
            }
        }
        match (table.phase(), ending) {
            (Phase::Chronicle, Some(ending)) => {
                self.one("ending", &ending);
                self.finished += 1;
                self.scenes += table.scenes().len();
            }
            _ => self.one("broken off", "by leaving, closing or waiting"),
        }
    }

    /// Joins what another run saw.
    pub(crate) fn add(&mut self, other: Self) {
        self.refusals += other.refusals;
        self.finished += other.finished;
        self.scenes += other.scenes;
        for (what, count) in other.counts {
            *self.counts.entry(what).or_default() += count;
        }
        for (band, seen) in other.bands {
            let band = self.bands.entry(band).or_default();
            band.rolls += seen.rolls;
            band.good += seen.good;
            band.expected += seen.expected;
            band.variance += seen.variance;
        }
    }

    /// Fails when the run missed an outcome, a way to decide, an ending or a verdict.
    pub(crate) fn assert_everything_was_seen(&self) {
        let kinds = |what| self.counts.keys().filter(|(seen, _)| *seen == what).count();
        assert_eq!(kinds("outcome"), 5, "all four outcomes, and none rolled");
        assert_eq!(kinds("way"), 4, "all four ways to decide");
        assert_eq!(kinds("ending"), 3, "all three endings");
        assert_eq!(kinds("insight"), 1, "insights");
        assert!(kinds("verdict") >= 3, "the council's verdicts");
    }

    /// Fails when a band of chances succeeded more or less often than it said.
    pub(crate) fn assert_chances_are_fair(&self) {
        for (from, band) in self
            .bands
            .iter()
            .filter(|(_, band)| band.rolls >= ROLLS_MIN)
        {
            let off = (f64::from(band.good) - band.expected).abs();
            assert!(
                off <= DEVIATIONS_MAX * band.variance.sqrt(),
                "{from} % and more: {} of {} came out well, {} were to be expected",
                band.good,
                band.rolls,
                band.expected
            );
        }
    }

    fn one(&mut self, what: &'static str, which: &str) {
        *self.counts.entry((what, which.to_owned())).or_default() += 1;
    }

    fn roll(&mut self, percent: i32, kind: OutcomeKind) {
        let chance = f64::from(percent) / 100.0;
        let band = self.bands.entry(percent / 10 * 10).or_default();
        band.rolls += 1;
        band.good += u32::from(kind.is_good());
        band.expected += chance;
        band.variance += chance * (1.0 - chance);
    }
}

fn way_word(way: DecisionMode) -> &'static str {
    match way {
        DecisionMode::Party => "party",
        DecisionMode::Each => "each",
        DecisionMode::Secret => "secret",
        DecisionMode::Bearer => "bearer",
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{}, refused {}", self.title, self.refusals)?;
        let mean = self.scenes / usize::try_from(self.finished).unwrap_or(1).max(1);
        writeln!(to, "ended {}, about {mean} scenes each", self.finished)?;
        for ((what, which), count) in &self.counts {
            writeln!(to, "{count:>8}  {what} {which}")?;
        }
        for (from, band) in &self.bands {
            let (rolls, good) = (band.rolls, band.good);
            writeln!(
                to,
                "{rolls:>8}  rolls at {from} % and more, {good} came out well"
            )?;
        }
        Ok(())
    }
}
