//! How the gods vote, what they come to, and how a deed comes out.

use serde::{Deserialize, Serialize};

/// A god's vote on a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each vote is its own word")]
pub enum Vote {
    For,
    Against,
    Abstained,
}

/// How clearly the gods spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// At least five vote one way, and at most one the other.
    Concord,
    /// Else a margin of at least three.
    Strong,
    /// A margin of one or two.
    Narrow,
    /// As many for as against: the party is watched, and its next great deed counts double.
    Deadlock,
}

impl Verdict {
    /// The verdict as a word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Concord => "concord",
            Self::Strong => "strong",
            Self::Narrow => "narrow",
            Self::Deadlock => "deadlock",
        }
    }
}

/// How a deed came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// Nothing had to be rolled.
    Plain,
    /// 1 to 5.
    Triumph,
    /// At most the chance.
    Success,
    /// Above the chance.
    Failure,
    /// 96 to 100.
    Disaster,
}

impl OutcomeKind {
    /// Whether the doers got what they wanted.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Plain | Self::Triumph | Self::Success)
    }
}
