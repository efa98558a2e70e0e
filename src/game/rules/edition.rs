//! The numbers that differ between editions of the rules: a table plays by those it opened under.
//!
//! A release decides its own edition and the one before, by the numbers here and not by copies of rules.

use crate::content::Weight;
use crate::state::Table;

/// The numbers of one edition.
#[derive(Debug)]
pub(super) struct Edition {
    /// Questions that follow the first eight.
    pub(super) further_questions: usize,
    /// Seats and companions that sit at a table at least.
    pub(super) party_min: usize,
    pub(super) trust: TrustNumbers,
    pub(super) check: CheckNumbers,
}

/// What moves the party's trust.
#[derive(Debug)]
pub(super) struct TrustNumbers {
    minor: i32,
    telling: i32,
    critical: i32,
    /// What it costs that somebody kept a whisper which warned of the harm.
    pub(super) unwarned: i32,
}

impl TrustNumbers {
    /// What sharing a whisper of this weight is worth. A twist looks the same, or trust would give it away.
    pub(super) fn shared(&self, weight: Weight) -> i32 {
        match weight {
            Weight::Minor => self.minor,
            Weight::Telling => self.telling,
            Weight::Critical => self.critical,
        }
    }
}

/// What makes up a chance, in percent.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckNumbers {
    /// What a favourable circumstance adds; an unfavourable one takes as much.
    pub(super) place: i32,
    /// The skill from which on others help.
    pub(super) helper_skill_min: i32,
    /// What each helper adds.
    pub(super) help: i32,
    /// What all helpers add at most.
    pub(super) help_max: i32,
}

static FIRST: Edition = Edition {
    further_questions: 2,
    party_min: 3,
    trust: TrustNumbers {
        minor: 3,
        telling: 6,
        critical: 10,
        unwarned: -15,
    },
    check: CheckNumbers {
        place: 15,
        helper_skill_min: 30,
        help: 5,
        help_max: 15,
    },
};

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
    of(table.rules()).unwrap_or(&FIRST)
}
