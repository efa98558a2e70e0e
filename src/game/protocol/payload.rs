//! The parts events are made of: characters, deals, ballots, rolls, councils, and what they moved.

use serde::{Deserialize, Serialize};

use crate::content::Weight;
use crate::protocol::Manner;
use crate::vocabulary::{
    CompanionId, God, OptionId, OutcomeKind, SeatNo, Skill, Throw, Verdict, Vote, WhisperId,
};

/// A seat or a companion: whoever hears, tells, votes or rolls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// A seat.
    Seat(SeatNo),
    /// A companion.
    Companion(CompanionId),
}

/// A whisper and its hearers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// The whisper.
    pub whisper: WhisperId,
    /// The characters that hear it.
    pub hearers: Vec<Character>,
}

/// A whisper told to the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// The character that told it.
    pub by: Character,
    /// The whisper told.
    pub whisper: WhisperId,
    /// Truly or not.
    pub manner: Manner,
}

/// One voice for one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// The character that votes.
    pub voice: Character,
    /// The option voted for.
    pub option: OptionId,
}

/// A part of a chance.
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

/// A chance and its parts. Shown and rolled chances are made by the same function.
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
}

/// A deed done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A skill that grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillGrowth {
    /// The seat whose skill it is.
    pub seat: SeatNo,
    /// The skill.
    pub skill: Skill,
    /// How many points were added.
    pub by: i32,
}

/// A move of the party's trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustMove {
    /// How many points were added.
    pub by: i32,
    /// The reason of the change.
    pub why: TrustReason,
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

/// A move of a god's favour to a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FavourMove {
    /// The seat.
    pub seat: SeatNo,
    /// The god.
    pub god: God,
    /// How many points were added.
    pub by: i32,
    /// Whether a council moved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub council: bool,
}

/// A move of a companion's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalMove {
    /// The companion.
    pub companion: CompanionId,
    /// How many points were added.
    pub by: i32,
    /// The reason of the change.
    pub why: ApprovalReason,
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
}
