//! What moved, by how much, and why: trust, favour, approval, momentum, legend, skills, deadlines.

use serde::{Deserialize, Serialize};

use crate::content::Weight;
use crate::vocabulary::{CompanionId, God, SeatNo, Skill};

/// A skill that grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrustMove {
    /// How many points were added.
    pub by: i32,
    /// The reason of the change.
    pub why: TrustReason,
}

/// Why the party's trust moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TrustReason {
    /// A whisper was shared.
    Shared(Weight),
    /// What came of a deed.
    Outcome,
    /// Somebody kept a whisper that warned of the harm.
    Unwarned,
    /// Who told the table something in this scene.
    Told,
    /// Somebody was exposed.
    Exposed,
    /// A challenge caught nobody.
    Challenged,
    /// The deed broke an oath that was sworn.
    OathBroken,
    /// What was said was overheard.
    Overheard,
    /// It goes half of the way back between two quests.
    Faded,
}

/// A move of a god's favour to a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Why else it moved, where it was for neither a council nor an outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<FavourReason>,
}

/// Why a god's favour moved, besides councils and outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FavourReason {
    /// What the god heard of tellings and keepings, paid at the end.
    Heard,
    /// A quiet deed, paid at the end.
    Quiet,
    /// The seat was exposed.
    Exposed,
    /// What was said was overheard.
    Overheard,
    /// Its stake was met or missed.
    Stake,
    /// The bearer did what nobody urged.
    Unurged,
    /// A quarter is lost between two quests.
    Faded,
}

/// A move of a companion's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalReason {
    /// The deed was, or was not, to their patron's taste.
    Taste,
    /// The deed touched what they cannot bear.
    Trigger,
    /// They were pressed in vain.
    Pressed,
    /// They were exposed.
    Exposed,
}

/// A move of a seat's momentum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MomentumMove {
    /// The seat.
    pub seat: SeatNo,
    /// How many points were added.
    pub by: i32,
    /// The reason.
    pub why: MomentumReason,
}

/// Why a seat's momentum moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MomentumReason {
    /// A roll of its own hand failed.
    Failed,
    /// Its choice in a shared scene was not done.
    Outvoted,
    /// Its challenge caught.
    Caught,
    /// A verdict's boon.
    Verdict,
    /// A blessing's boon or a curse's loss.
    Gift,
    /// It was spent.
    Spent,
    /// What it begins a quest with.
    Began,
}

/// What a seat's legend grew by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LegendGain {
    /// The seat.
    pub seat: SeatNo,
    /// How many points were added.
    pub by: i32,
    /// The reason.
    pub why: LegendReason,
}

/// Why a seat's legend grew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LegendReason {
    /// It met its stake.
    Stake,
    /// It was the sharp ear: most right answers before the Chronicle.
    SharpEar,
    /// It was the closed book: misjudged by most.
    ClosedBook,
}

/// Another deadline of the open scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeadlineMove {
    /// When the story goes on by itself.
    pub deadline_ms: u64,
    /// The reason.
    pub why: DeadlineReason,
    /// The seat that moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<SeatNo>,
}

/// Why a deadline moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineReason {
    /// The host gave the scene its limit once more.
    Extended,
    /// Time was called where nothing hurried the scene.
    Called,
    /// All have chosen: it is decided in a moment.
    LockedIn,
    /// Somebody took a choice back.
    Reopened,
    /// All choices are shown, and everybody chooses anew.
    SecondDraft,
}
