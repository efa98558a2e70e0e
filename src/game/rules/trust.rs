//! What the party's trust is worth, and what moves it.

use serde::{Deserialize, Serialize};

use crate::content::Weight;
use crate::protocol::{Event, TrustReason};
use crate::rules::draft::Draft;

/// A party's trust when it sits down.
pub(crate) const TRUST_START: i32 = 50;
/// What it costs that somebody kept a whisper which warned of the harm.
pub(crate) const UNWARNED: i32 = -15;

/// What a party's trust amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Under 10: shared checks are hard, and a companion breaks.
    Breaking,
    /// 10 to 39: shared checks are harder.
    Frayed,
    /// 40 to 79.
    Steady,
    /// 80 and above: shared checks are easier, companions volunteer everything.
    Bond,
}

impl Tier {
    /// The tier of a trust of 0 to 100.
    pub fn of(trust: i32) -> Self {
        match trust {
            ..=9 => Self::Breaking,
            10..=39 => Self::Frayed,
            40..=79 => Self::Steady,
            80.. => Self::Bond,
        }
    }

    /// What the tier adds to a shared check, in percent.
    pub fn modifier(self) -> i32 {
        match self {
            Self::Breaking => -20,
            Self::Frayed => -10,
            Self::Steady => 0,
            Self::Bond => 10,
        }
    }

    /// The tier as a word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Frayed => "frayed",
            Self::Steady => "steady",
            Self::Bond => "a bond",
        }
    }
}

/// What sharing a whisper of this weight is worth. A twist looks the same, or trust would give it away.
pub(crate) fn shared(weight: Weight) -> i32 {
    match weight {
        Weight::Minor => 3,
        Weight::Telling => 6,
        Weight::Critical => 10,
    }
}

impl Draft<'_> {
    /// Moves the party's trust by what there is room for, so that what is shown is what moved.
    pub(crate) fn move_trust(&mut self, by: i32, why: TrustReason) {
        let by = (self.table.trust + by).clamp(0, 100) - self.table.trust;
        if by != 0 {
            self.happen(Event::TrustMoved { by, why });
        }
    }
}
