//! What a number of favour or trust amounts to.

use serde::{Deserialize, Serialize};

/// How a god regards a seat, from its favour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// -60 and below: where a god lays its curse.
    Cursed,
    /// -59 to -20.
    Opposed,
    /// -19 to 19.
    Unmoved,
    /// 20 to 49.
    Approved,
    /// 50 to 69.
    Favoured,
    /// 70 to 89.
    Champion,
    /// 90 and above.
    Chosen,
}

impl Band {
    /// The band a favour of -100 to 100 falls in.
    pub fn of(favour: i32) -> Self {
        match favour {
            ..=-60 => Self::Cursed,
            -59..=-20 => Self::Opposed,
            -19..=19 => Self::Unmoved,
            20..=49 => Self::Approved,
            50..=69 => Self::Favoured,
            70..=89 => Self::Champion,
            90.. => Self::Chosen,
        }
    }
}

/// What a party's trust amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
}
