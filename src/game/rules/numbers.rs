//! What the numbers of an edition are called.

use crate::content::Weight;
use crate::vocabulary::{OutcomeKind, Verdict};

/// What the gods name a class by.
#[derive(Debug)]
pub(super) struct CallingNumbers {
    /// How near the next best class must come to the best, in percent of it, to be named where the best is seated.
    pub(super) next_best_min: i64,
    /// What another class must match in percent of one's own to be offered after a quest.
    pub(super) second_calling_min: i64,
    /// How far favour stands from 0 at most once a class is named.
    pub(super) favour_max: i32,
    /// By what favour is divided after a long sitting.
    pub(super) long_sitting_divides: i32,
}

/// What a voice weighs where the party decides.
#[derive(Debug)]
pub(super) struct VoiceNumbers {
    pub(super) seat: u32,
    /// Half of a seat's, so that companions tip a scale but never outvote a lone player.
    pub(super) companion: u32,
    /// A seat's that called on Valdris.
    pub(super) writ: u32,
    /// A seat's that Drakmor holds on a leash.
    pub(super) leashed: u32,
}

/// What moves the party's trust.
#[derive(Debug)]
pub(super) struct TrustNumbers {
    /// What a scene is worth in which every seat told the table something.
    pub(super) told_max: i32,
    /// From which trust on it wears off as a scene ends.
    pub(super) wears_from: i32,
    /// What part of the surplus wears off: one in so many, rounded down.
    pub(super) wears_by: i32,
    /// What it costs that nobody told a whisper which warned of the harm.
    pub(super) unwarned: i32,
    /// What it costs that a seat is exposed by a trap, or its quiet hand is caught.
    pub(super) exposed: i32,
    /// What it costs that a challenge exposes a seat.
    pub(super) exposed_by_challenge: i32,
    /// What one seat's exposures cost in a quest at most.
    pub(super) exposures_max: i32,
    /// What a challenge costs that catches nobody.
    pub(super) challenge_lost: i32,
    /// What such challenges cost together in a scene at most.
    pub(super) challenges_lost_max: i32,
    /// What a deed costs that breaks an oath which was sworn.
    pub(super) oath_broken: i32,
}

/// What challenges and presses go by, in percent.
#[derive(Debug)]
pub(super) struct TestNumbers {
    /// What it adds to a challenge that the whisper is in one of the challenger's senses.
    pub(super) own_sense: i32,
    /// What a companion resists with, less half its approval.
    pub(super) resists: i32,
    /// The approval under which a companion never gives away what crosses it.
    pub(super) confides_min: i32,
    /// What it costs a companion's approval to be pressed in vain.
    pub(super) pressed: i32,
    /// The highest chance of a quiet deed.
    pub(super) quiet_max: i32,
    /// The lowest throw at which a quiet hand is seen.
    pub(super) caught_min: u32,
    /// The lowest failing throw that reads as a disaster where a warning was kept from the table.
    pub(super) unwarned_disaster_min: u32,
}

/// What momentum is and costs.
#[derive(Debug)]
pub(super) struct MomentumNumbers {
    pub(super) begins: i32,
    pub(super) max: i32,
    /// Under which being outvoted gives some.
    pub(super) outvoted_under: i32,
    pub(super) second_throw: i32,
    pub(super) hint: i32,
}

/// When gods lay and lift gifts, by favour.
#[derive(Debug)]
pub(super) struct GiftNumbers {
    pub(super) blessing: i32,
    pub(super) blessing_lifted: i32,
    pub(super) greater: i32,
    pub(super) greater_lifted: i32,
    pub(super) curse: i32,
    pub(super) curse_lifted: i32,
    /// From which favour on the loudest god for a doer blesses it where the verdict is narrow.
    pub(super) narrow_blessing: i32,
    /// The same on a first evening, which has fewer councils.
    pub(super) narrow_blessing_first_evening: i32,
    /// Up to which favour the loudest god against a doer curses it where the verdict is narrow.
    pub(super) narrow_curse: i32,
    /// Gods whose blessings a seat bears at most; and gods whose curses.
    pub(super) gods_max: usize,
}

/// What stakes are dealt by and worth.
#[derive(Debug)]
pub(super) struct StakeNumbers {
    /// Among how many of a seat's highest gods chance picks.
    pub(super) gods: usize,
    pub(super) met_favour: i32,
    pub(super) missed_favour: i32,
    pub(super) met_legend: i32,
    pub(super) met_against_legend: i32,
}

/// How long things wait, in milliseconds.
#[derive(Debug)]
pub(super) struct TimeNumbers {
    /// What is added to a scene for its whispers.
    pub(super) whispers_ms: u64,
    /// How many words are read in a second.
    pub(super) words_per_second: u64,
    /// From the last choice to the decision, where the party plays live.
    pub(super) lock_in_ms: u64,
    /// From the call of time to the decision.
    pub(super) called_ms: u64,
    /// How long the naming waits where the party plays live, its reading time apart.
    pub(super) naming_ms: u64,
    /// How long a second draft waits at most where the party plays live.
    pub(super) draft_max_ms: u64,
}

/// A number for each weight of a whisper.
#[derive(Debug)]
pub(super) struct ByWeight {
    pub(super) minor: i32,
    pub(super) telling: i32,
    pub(super) critical: i32,
}

impl ByWeight {
    fn of(&self, weight: Weight) -> i32 {
        match weight {
            Weight::Minor => self.minor,
            Weight::Telling => self.telling,
            Weight::Critical => self.critical,
        }
    }
}

/// What makes up a chance, in percent, and what a throw comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckNumbers {
    /// The chance of a hand that is as skilled as the check is difficult.
    pub(super) even: i32,
    pub(super) chance_min: i32,
    pub(super) chance_max: i32,
    /// What a favourable circumstance adds; an unfavourable one takes as much.
    pub(super) place: i32,
    /// How far place, edge, and what the party did before move a chance together at most.
    pub(super) place_max: i32,
    /// The skill from which on others help.
    pub(super) helper_skill_min: i32,
    /// What each helper adds.
    pub(super) help: i32,
    /// What all helpers add at most.
    pub(super) help_max: i32,
    /// The highest throw that is always a triumph.
    pub(super) triumph_max: u32,
    /// The lowest throw that is always a disaster.
    pub(super) disaster_min: u32,
}

/// What a check teaches the hand that made it.
#[derive(Debug)]
pub(super) struct LessonNumbers {
    pub(super) triumph: i32,
    pub(super) likely: i32,
    pub(super) fair: i32,
    pub(super) unlikely: i32,
    /// The chance from which on a success was likely, in percent.
    pub(super) likely_min: i32,
    /// The chance from which on it was fair.
    pub(super) fair_min: i32,
}

impl LessonNumbers {
    /// What the skill grows by when a check of this chance comes out so.
    pub(super) fn of(&self, kind: OutcomeKind, percent: i32) -> i32 {
        match kind {
            OutcomeKind::Triumph => self.triumph,
            OutcomeKind::Success if percent >= self.likely_min => self.likely,
            OutcomeKind::Success if percent >= self.fair_min => self.fair,
            OutcomeKind::Success => self.unlikely,
            OutcomeKind::Plain | OutcomeKind::Failure | OutcomeKind::Disaster => 0,
        }
    }
}

/// What a council comes to, and how far it moves favour.
#[derive(Debug)]
pub(super) struct CouncilNumbers {
    /// Votes one way that make a concord, with at most one the other way.
    pub(super) concord_min: usize,
    /// The margin from which a verdict is strong.
    pub(super) strong_min: usize,
    /// How far each whole point of a god's score moves that god.
    pub(super) move_per_point: i32,
    /// How far one council moves one god before the verdict's weight.
    pub(super) move_max: i32,
    pub(super) concord: i32,
    pub(super) strong: i32,
    pub(super) narrow: i32,
    pub(super) deadlock: i32,
}

impl CouncilNumbers {
    /// The weight with which the verdict moves favour, in percent.
    pub(super) fn weight(&self, verdict: Verdict) -> i32 {
        match verdict {
            Verdict::Concord => self.concord,
            Verdict::Strong => self.strong,
            Verdict::Narrow => self.narrow,
            Verdict::Deadlock => self.deadlock,
        }
    }
}

/// What companions go by: most of it is an approval of 0 to 100.
#[derive(Debug)]
pub(super) struct CompanionNumbers {
    /// From which approval on a companion votes with the bearer.
    pub(super) follows_min: i32,
    /// Under which approval a companion leaves.
    pub(super) stays_min: i32,
    /// What a deed with their trigger costs.
    pub(super) trigger: i32,
    /// What each point of their patron's taste is worth.
    pub(super) taste: i32,
    pub(super) tells_min: ByWeight,
    /// Up to which approval a companion twists a whisper that crosses their agenda.
    pub(super) twists_max: i32,
    /// From which approval on a bond makes them tell such a whisper.
    pub(super) confides_min: i32,
    /// What being exposed costs their approval.
    pub(super) exposed: i32,
    /// What the guest, and another companion, hears of what is left over at most.
    pub(super) hears_max: usize,
    /// From which approval on one who left comes back after a quest.
    pub(super) returns_min: i32,
}

impl CompanionNumbers {
    /// From which approval on a companion tells a whisper of this weight without a bond.
    pub(super) fn tells_min(&self, weight: Weight) -> i32 {
        self.tells_min.of(weight)
    }
}
