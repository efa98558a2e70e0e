//! The numbers that rules decide by, by edition: a table plays by those it opened under.
//!
//! A release decides its own edition and the one before, by the numbers here and not by copies of rules. Two kinds of
//! number stand elsewhere: limits that keep a table small, and what state and views share with the rules, such as
//! where skills begin and the tiers of trust.

use crate::content::Weight;
use crate::state::Table;
use crate::vocabulary::{OutcomeKind, Verdict};

/// The numbers of one edition.
#[derive(Debug)]
pub(super) struct Edition {
    /// Questions that follow the first eight.
    pub(super) further_questions: usize,
    /// Seats and companions that sit at a table at least.
    pub(super) party_min: usize,
    pub(super) calling: CallingNumbers,
    pub(super) voices: VoiceNumbers,
    pub(super) trust: TrustNumbers,
    pub(super) check: CheckNumbers,
    pub(super) lesson: LessonNumbers,
    pub(super) council: CouncilNumbers,
    pub(super) companion: CompanionNumbers,
}

/// What the gods name a class by.
#[derive(Debug)]
pub(super) struct CallingNumbers {
    /// How near the next best class must come to the best, in percent of it, to be named where the best is seated.
    pub(super) next_best_min: i64,
}

/// What a voice weighs where the party decides.
#[derive(Debug)]
pub(super) struct VoiceNumbers {
    pub(super) seat: u32,
    /// Half of a seat's, so that companions tip a scale but never outvote a lone player.
    pub(super) companion: u32,
}

/// What moves the party's trust.
#[derive(Debug)]
pub(super) struct TrustNumbers {
    shared: ByWeight,
    /// What it costs that somebody kept a whisper which warned of the harm.
    pub(super) unwarned: i32,
}

impl TrustNumbers {
    /// What sharing a whisper of this weight is worth. A twist looks the same, or trust would give it away.
    pub(super) fn shared(&self, weight: Weight) -> i32 {
        self.shared.of(weight)
    }
}

/// A number for each weight of a whisper.
#[derive(Debug)]
struct ByWeight {
    minor: i32,
    telling: i32,
    critical: i32,
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
    triumph: i32,
    likely: i32,
    fair: i32,
    unlikely: i32,
    /// The chance from which on a success was likely, in percent.
    likely_min: i32,
    /// The chance from which on it was fair.
    fair_min: i32,
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
    /// Votes that must agree, with none against, for a concord.
    pub(super) concord_min: usize,
    /// The margin from which a verdict is strong.
    pub(super) strong_min: usize,
    /// How far each whole point of a god's score moves that god.
    pub(super) move_per_point: i32,
    /// How far one council moves one god before the verdict's weight.
    pub(super) move_max: i32,
    concord: i32,
    strong: i32,
    narrow: i32,
    deadlock: i32,
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
    tells_min: ByWeight,
    /// Up to which approval a companion twists a whisper that crosses their agenda.
    pub(super) twists_max: i32,
    /// From which approval on a bond makes them tell such a whisper.
    pub(super) confides_min: i32,
}

impl CompanionNumbers {
    /// From which approval on a companion tells a whisper of this weight without a bond.
    pub(super) fn tells_min(&self, weight: Weight) -> i32 {
        self.tells_min.of(weight)
    }
}

static FIRST: Edition = Edition {
    further_questions: 2,
    party_min: 3,
    calling: CallingNumbers { next_best_min: 90 },
    voices: VoiceNumbers {
        seat: 2,
        companion: 1,
    },
    trust: TrustNumbers {
        shared: ByWeight {
            minor: 3,
            telling: 6,
            critical: 10,
        },
        unwarned: -15,
    },
    check: CheckNumbers {
        even: 50,
        chance_min: 5,
        chance_max: 95,
        place: 15,
        helper_skill_min: 30,
        help: 5,
        help_max: 15,
        triumph_max: 5,
        disaster_min: 96,
    },
    lesson: LessonNumbers {
        triumph: 5,
        likely: 1,
        fair: 2,
        unlikely: 3,
        likely_min: 65,
        fair_min: 40,
    },
    council: CouncilNumbers {
        concord_min: 6,
        strong_min: 4,
        move_per_point: 5,
        move_max: 30,
        concord: 150,
        strong: 100,
        narrow: 75,
        deadlock: 50,
    },
    companion: CompanionNumbers {
        follows_min: 70,
        stays_min: 15,
        trigger: -20,
        taste: 2,
        tells_min: ByWeight {
            minor: 40,
            telling: 50,
            critical: 60,
        },
        twists_max: 29,
        confides_min: 80,
    },
};

/// The numbers of this release's own edition.
pub(super) static NEWEST: &Edition = &FIRST;

/// The numbers of edition `rules`; none for an edition of a newer release.
pub(super) fn of(rules: u32) -> Option<&'static Edition> {
    match rules {
        1 => Some(&FIRST),
        _ => None,
    }
}

/// The numbers a table plays by. A view of a table of a newer release is made with the newest there are;
/// nothing is decided on it.
pub(super) fn of_table(table: &Table) -> &'static Edition {
    of(table.rules()).unwrap_or(NEWEST)
}
