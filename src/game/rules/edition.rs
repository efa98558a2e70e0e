//! The numbers that rules decide by, by edition: a table plays by those it opened under.
//!
//! A release decides its own edition and the one before, by the numbers here and not by copies of rules; the first was never
//! released, so its tables are closed. Two kinds of number stand elsewhere: limits that keep a table small, and what state and views share with the rules, such as
//! where skills begin and the tiers of trust.

use crate::rules::numbers::{
    ByWeight, CallingNumbers, CheckNumbers, CompanionNumbers, CouncilNumbers, GiftNumbers,
    LessonNumbers, MomentumNumbers, StakeNumbers, TestNumbers, TimeNumbers, TrustNumbers,
    VoiceNumbers,
};
use crate::state::Table;

/// The numbers of one edition.
#[derive(Debug)]
pub(super) struct Edition {
    /// Questions of a long sitting between one of each god and the open question.
    pub(super) further_questions: usize,
    pub(super) calling: CallingNumbers,
    pub(super) voices: VoiceNumbers,
    pub(super) trust: TrustNumbers,
    pub(super) check: CheckNumbers,
    pub(super) lesson: LessonNumbers,
    pub(super) council: CouncilNumbers,
    pub(super) companion: CompanionNumbers,
    pub(super) test: TestNumbers,
    pub(super) momentum: MomentumNumbers,
    pub(super) gift: GiftNumbers,
    pub(super) stake: StakeNumbers,
    pub(super) time: TimeNumbers,
}

static SECOND: Edition = Edition {
    further_questions: 1,
    calling: CallingNumbers {
        next_best_min: 90,
        second_calling_min: 120,
        favour_max: 49,
        long_sitting_divides: 2,
    },
    voices: VoiceNumbers {
        seat: 2,
        companion: 1,
        writ: 4,
        leashed: 1,
    },
    trust: TrustNumbers {
        told_max: 8,
        wears_from: 50,
        wears_by: 6,
        unwarned: -15,
        exposed: -20,
        exposed_by_challenge: -10,
        exposures_max: 40,
        challenge_lost: -3,
        challenges_lost_max: 6,
        oath_broken: -5,
    },
    check: CheckNumbers {
        even: 50,
        chance_min: 5,
        chance_max: 95,
        place: 15,
        place_max: 30,
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
        concord_min: 5,
        strong_min: 3,
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
        exposed: -15,
        hears_max: 2,
        returns_min: 25,
    },
    test: TestNumbers {
        own_sense: 15,
        resists: 70,
        confides_min: 60,
        pressed: -5,
        quiet_max: 85,
        caught_min: 86,
        unwarned_disaster_min: 86,
    },
    momentum: MomentumNumbers {
        begins: 1,
        max: 5,
        outvoted_under: 2,
        second_throw: 2,
        hint: 1,
    },
    gift: GiftNumbers {
        blessing: 70,
        blessing_lifted: 50,
        greater: 90,
        greater_lifted: 70,
        curse: -60,
        curse_lifted: -30,
        narrow_blessing: 40,
        narrow_blessing_first_evening: 30,
        narrow_curse: -25,
        gods_max: 2,
    },
    stake: StakeNumbers {
        gods: 3,
        met_favour: 15,
        missed_favour: -5,
        met_legend: 1,
        met_against_legend: 2,
    },
    time: TimeNumbers {
        whispers_ms: 25_000,
        words_per_second: 4,
        lock_in_ms: 5_000,
        called_ms: 3 * 60_000,
        naming_ms: 3 * 60_000,
        draft_max_ms: 5 * 60_000,
    },
};

/// The numbers of this release's own edition.
pub(super) static NEWEST: &Edition = &SECOND;

/// The numbers of edition `rules`; none for an edition of a newer release, or one that is no longer decided.
pub(super) fn of(rules: u32) -> Option<&'static Edition> {
    match rules {
        2 => Some(&SECOND),
        _ => None,
    }
}

/// The numbers a table plays by. A view of a table of another edition is made with the newest there are;
/// nothing is decided on it.
pub(super) fn of_table(table: &Table) -> &'static Edition {
    of(table.rules()).unwrap_or(NEWEST)
}
