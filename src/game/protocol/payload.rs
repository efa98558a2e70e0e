//! What events are made of: who, which way, by what chance, with what outcome.

use serde::{Deserialize, Serialize};

use crate::content::Weight;
use crate::rules::council::Vote;
use crate::vocabulary::{CompanionId, God, OptionId, SeatNo, Skill, Throw, WhisperId};

/// Who hears, tells, votes or rolls: a seat or a companion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// A seat.
    Seat(SeatNo),
    /// A companion.
    Companion(CompanionId),
}

/// A whisper and who hears it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Which whisper.
    pub whisper: WhisperId,
    /// Who hears it.
    pub hearers: Vec<Character>,
}

/// One voice for one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Whose voice.
    pub voice: Character,
    /// For what.
    pub option: OptionId,
}

/// What makes up a chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChancePart {
    /// Half of skill less difficulty, rounded down.
    Skill(i32),
    /// The place, or a signature, helps or hinders.
    Place(i32),
    /// Others at the table who know how.
    Help(i32),
    /// The party's trust.
    Trust(i32),
}

impl ChancePart {
    /// What the part adds, in percent.
    pub fn by(self) -> i32 {
        match self {
            Self::Skill(by) | Self::Place(by) | Self::Help(by) | Self::Trust(by) => by,
        }
    }
}

/// A chance and what it is made of. Shown and rolled chances are made by the same function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance {
    /// 5 to 95.
    pub percent: i32,
    /// What was added to 50.
    pub parts: Vec<ChancePart>,
}

/// A check that was rolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// Whose skill.
    pub hand: Character,
    /// Which skill.
    pub skill: Skill,
    /// Against what.
    pub difficulty: i32,
    /// The chance of success.
    pub chance: Chance,
    /// What fell, 1 to 100.
    pub throw: Throw,
}

/// How a deed came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A deed done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Who did it.
    pub doers: Vec<SeatNo>,
    /// What.
    pub option: OptionId,
    /// The roll, if one was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
    /// How it came out.
    pub kind: OutcomeKind,
}

/// Why the party's trust moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustReason {
    /// A whisper was shared.
    Shared(Weight),
    /// What came of a deed.
    Outcome,
    /// Somebody kept a whisper that warned of the harm.
    Unwarned,
}

/// Why a companion's approval moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalReason {
    /// The deed was, or was not, to their patron's taste.
    Taste,
    /// The deed touched what they cannot bear.
    Trigger,
}

/// How one god voted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GodVote {
    /// Which god.
    pub god: God,
    /// Its score of the deed, in fiftieths.
    pub score_50ths: i32,
    /// Its vote.
    pub vote: Vote,
    /// Which of its lines it speaks when it abstains.
    pub line: u8,
}
