//! What was seen over a run.

use std::collections::BTreeMap;
use std::fmt;

use game::content::{DecisionMode, Quest, World};
use game::{Event, Gift, OutcomeKind, Phase, Roll, Table, Test};

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
    bands: BTreeMap<(&'static str, i32), RollBand>,
    finished: u64,
    scenes: usize,
}

/// Rolls of like chance.
#[derive(Clone, Copy, Default)]
struct RollBand {
    rolls: u32,
    good: u32,
    expected: f64,
    variance: f64,
}

impl Tally {
    /// Counts what a commit brought.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most events are counted by their names alone"
    )]
    pub(crate) fn count(&mut self, events: &[Event]) {
        for event in events {
            self.one("event", &name_of(event));
            match event {
                Event::CouncilHeld(council) => self.one("verdict", council.verdict.word()),
                Event::Decided { by_silence, .. } => {
                    let how = if *by_silence { "silence" } else { "choice" };
                    self.one("decided by", how);
                }
                Event::DeedDone(done) => {
                    self.one("outcome", &format!("{:?}", done.kind).to_lowercase());
                    if let Some(roll) = &done.roll {
                        self.roll("deed", roll.chance.percent, came_out_well(roll, done.kind));
                    }
                }
                Event::QuietDone(deed) => self.test("quiet", &deed.test),
                Event::Challenged(made) => self.test("challenge", &made.test),
                Event::Pressed(made) => self.test("press", &made.test),
                Event::CalledOn(call) => self.one("called on", &gift_word(call.gift)),
                Event::GiftLaid(laid) => self.one("laid", &gift_word(laid.gift)),
                _ => {}
            }
        }
    }

    /// Counts how a table came out, or a quest of it that is told.
    pub(crate) fn close(&mut self, world: &World, table: &Table) {
        let ending = table.ending().map(|ending| ending.as_str().to_owned());
        let quest = table.quest().and_then(|(id, _)| world.quests.get(id));
        for log in table.scenes() {
            let Some(scene) = quest.and_then(|quest| quest.scene(&log.scene)) else {
                continue;
            };
            self.one("way", way_word(scene.decide));
            self.one("scene", &within(quest, scene.id.as_str()));
            for deal in &log.deals {
                self.one("whisper", &within(quest, deal.whisper.as_str()));
            }
            let quiet = log.quiet.iter().map(|deed| &deed.option);
            for option in log.done.iter().map(|done| &done.option).chain(quiet) {
                let option = format!("{}/{}", scene.id, option);
                self.one("option", &within(quest, &option));
            }
        }
        match (table.phase(), ending) {
            (Phase::Chronicle, Some(ending)) => {
                self.one("ending", &within(quest, &ending));
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

    fn kinds(&self, what: &'static str) -> usize {
        self.counts.keys().filter(|(seen, _)| *seen == what).count()
    }

    /// Fails when the run missed an outcome, a way to decide, a verdict, or most of what can happen.
    pub(crate) fn assert_the_rules_were_seen(&self) {
        assert_eq!(
            self.kinds("outcome"),
            5,
            "all four outcomes, and none rolled"
        );
        assert_eq!(self.kinds("way"), 4, "all four ways to decide");
        assert!(self.kinds("verdict") >= 3, "the council's verdicts");
        assert!(self.kinds("event") >= 45, "{} kinds", self.kinds("event"));
    }

    /// Fails when the run missed a scene, an option, a whisper, an ending, or a gift that one calls on.
    pub(crate) fn assert_the_world_was_seen(&self, world: &World) {
        let seen = |what, which: String| self.counts.contains_key(&(what, which));
        let mut missed: Vec<String> = Vec::new();
        for quest in world.quests.values() {
            let named = |id: &str| within(Some(quest), id);
            let mut expect = |what, which: String| {
                if !seen(what, which.clone()) {
                    missed.push(format!("{what} {which}"));
                }
            };
            for ending in &quest.endings {
                expect("ending", named(ending.id.as_str()));
            }
            for scene in &quest.scenes {
                expect("scene", named(scene.id.as_str()));
                for whisper in &scene.whispers {
                    expect("whisper", named(whisper.id.as_str()));
                }
                for option in &scene.options {
                    expect("option", named(&format!("{}/{}", scene.id, option.id)));
                }
            }
        }
        let gifts = world.gifts.iter().map(|sheet| Gift {
            god: sheet.god,
            kind: sheet.kind,
        });
        let called = gifts.filter(|gift| gift.is_called_on()).map(gift_word);
        missed.extend(called.filter(|gift| !seen("called on", gift.clone())));
        assert!(missed.is_empty(), "never reached: {missed:#?}");
    }

    /// Fails when a band of chances succeeded more or less often than it said.
    pub(crate) fn assert_chances_are_fair(&self) {
        for ((what, from), band) in self
            .bands
            .iter()
            .filter(|(_, band)| band.rolls >= ROLLS_MIN)
        {
            let off = (f64::from(band.good) - band.expected).abs();
            assert!(
                off <= DEVIATIONS_MAX * band.variance.sqrt(),
                "{what}, {from} % and more: {} of {} came out well, {} were to be expected",
                band.good,
                band.rolls,
                band.expected
            );
        }
    }

    pub(crate) fn one(&mut self, what: &'static str, which: &str) {
        *self.counts.entry((what, which.to_owned())).or_default() += 1;
    }

    fn test(&mut self, what: &'static str, test: &Test) {
        let good = i32::try_from(test.throw.value).is_ok_and(|fallen| fallen <= test.percent);
        self.roll(what, test.percent, good);
    }

    fn roll(&mut self, what: &'static str, percent: i32, good: bool) {
        let chance = f64::from(percent) / 100.0;
        let band = self.bands.entry((what, percent / 10 * 10)).or_default();
        band.rolls += 1;
        band.good += u32::from(good);
        band.expected += chance;
        band.variance += chance * (1.0 - chance);
    }
}

/// Whether the first throw came out well, however it read in the end.
fn came_out_well(roll: &Roll, kind: OutcomeKind) -> bool {
    kind.is_good() && roll.second.is_none()
}

fn within(quest: Option<&Quest>, id: &str) -> String {
    let quest = quest.map(|quest| quest.id.as_str()).unwrap_or_default();
    format!("{quest}/{id}")
}

fn gift_word(gift: Gift) -> String {
    format!("{} {}", gift.god, gift.kind)
}

/// An event's name as journals spell it.
fn name_of(event: &Event) -> String {
    let written = serde_json::to_value(event).unwrap_or_default();
    written["event"].as_str().unwrap_or_default().to_owned()
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
        let listed = |what: &str| !matches!(what, "scene" | "option" | "whisper");
        for ((what, which), count) in self.counts.iter().filter(|((what, _), _)| listed(what)) {
            writeln!(to, "{count:>8}  {what} {which}")?;
        }
        for ((what, from), band) in &self.bands {
            let (rolls, good) = (band.rolls, band.good);
            writeln!(
                to,
                "{rolls:>8}  {what} at {from} % and more, {good} came out well"
            )?;
        }
        Ok(())
    }
}
