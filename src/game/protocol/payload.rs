//! The parts events are made of: characters, deals, ballots, rolls, councils, and what they moved.

use serde::{Deserialize, Serialize};

use crate::protocol::Manner;
use crate::vocabulary::{
    CompanionId, God, OptionId, OutcomeKind, QuestionId, SeatNo, Skill, Tag, Throw, Verdict, Vote,
    WhisperId,
};

/// Whether a number says nothing.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A seat or a companion: whoever hears, tells, votes or rolls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// A seat.
    Seat(SeatNo),
    /// A companion.
    Companion(CompanionId),
}

/// A whisper and its hearers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deal {
    /// The whisper.
    pub whisper: WhisperId,
    /// The characters that hear it.
    pub hearers: Vec<Character>,
}

/// A whisper told to the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Telling {
    /// The character that told it.
    pub by: Character,
    /// The whisper told.
    pub whisper: WhisperId,
    /// Truly or not.
    pub manner: Manner,
    /// The one seat it was told to, if it was not told to the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<SeatNo>,
}

/// One voice for one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ballot {
    /// The character that votes.
    pub voice: Character,
    /// The option voted for.
    pub option: OptionId,
}

/// A part of a chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// What the party did before makes it easier or harder.
    Marks(i32),
    /// A blessing's or a curse's part.
    Gift(God, i32),
}

impl ChancePart {
    /// Whether it is a blessing's or a curse's.
    pub fn is_gift(self) -> bool {
        matches!(self, Self::Gift(..))
    }

    /// What the part adds, in percent.
    pub fn by(self) -> i32 {
        match self {
            Self::Skill(by)
            | Self::Place(by)
            | Self::Help(by)
            | Self::Trust(by)
            | Self::Marks(by)
            | Self::Gift(_, by) => by,
        }
    }
}

/// A chance and its parts. Shown and rolled chances are made by the same function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chance {
    /// 5 to 95.
    pub percent: i32,
    /// What was added to 50.
    pub parts: Vec<ChancePart>,
}

/// A check that was rolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Roll {
    /// The character whose skill counted.
    pub hand: Character,
    /// The skill.
    pub skill: Skill,
    /// How hard it was, 0 to 100.
    pub difficulty: i32,
    /// The chance of success.
    pub chance: Chance,
    /// What fell, 1 to 100.
    pub throw: Throw,
    /// What fell when it was thrown once more; it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondThrow>,
}

/// A roll that was thrown once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecondThrow {
    /// The seat that paid for it.
    pub by: SeatNo,
    /// What fell, 1 to 100.
    pub throw: Throw,
}

/// A check that is rolled beside the vote and shown to nobody before the Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Test {
    /// The chance of success, in percent.
    pub percent: i32,
    /// What fell, 1 to 100.
    pub throw: Throw,
}

/// A quiet deed. Whose hand it was is secret unless it was caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuietDeed {
    /// The hand.
    pub hand: Character,
    /// The option.
    pub option: OptionId,
    /// Its roll.
    pub test: Test,
    /// How it came out; a disaster is a hand that was caught.
    pub kind: OutcomeKind,
}

/// A god quotes what a doer answered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Callback {
    /// The god.
    pub god: God,
    /// The doer.
    pub seat: SeatNo,
    /// The question.
    pub question: QuestionId,
    /// The number of the answer, counted from 0.
    pub answer: u8,
}

/// A deed done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {
    /// The seats that did it.
    pub doers: Vec<SeatNo>,
    /// The option done.
    pub option: OptionId,
    /// The roll, if one was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
    /// The kind of its outcome.
    pub kind: OutcomeKind,
    /// The tags it bore as things then stood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// How one god voted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GodVote {
    /// The god.
    pub god: God,
    /// Its score of the deed, in fiftieths.
    pub score_50ths: i32,
    /// Its vote.
    pub vote: Vote,
    /// The number of the line it speaks when it abstains, counted from 0.
    pub line: u8,
}

/// A council held over a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Council {
    /// The deed.
    pub option: OptionId,
    /// The seats that did it.
    pub doers: Vec<SeatNo>,
    /// The eight votes.
    pub votes: Vec<GodVote>,
    /// The verdict.
    pub verdict: Verdict,
    /// For or against; abstained in a deadlock.
    pub carried: Vote,
    /// The god that spoke loudest.
    pub loudest: God,
    /// The party was watched, so this deed counted double.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubled: bool,
    /// A god that quotes a doer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Callback>,
    /// The companions that spoke against the doers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spoke_against: Vec<CompanionId>,
    /// The gods whose grudge against a doer was spent on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grudges: Vec<God>,
}
