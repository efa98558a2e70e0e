//! What seats and gods did besides choosing: doubts, presses, purchases, blessings, cards and keepsakes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{Character, MomentumUse, Test};
use crate::vocabulary::{
    CardId, ClassId, CompanionId, Gift, God, KeepsakeId, OptionId, QuestId, SeatNo, Skill, Stake,
    Vote, WhisperId,
};

/// The class that the gods named, and what it comes with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calling {
    /// The seat named.
    pub seat: SeatNo,
    /// Its class.
    pub class: ClassId,
    /// Its skills that are not 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Its HP; none in the first edition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hp: Option<i32>,
    /// Its favour from here on; none in the first edition, where it stayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favour: Option<BTreeMap<God, i32>>,
}

/// A secret aim that a seat is dealt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StakeDeal {
    /// The seat.
    pub seat: SeatNo,
    /// The stake.
    pub stake: Stake,
    /// Whom it concerns, where it concerns somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kin: Option<Character>,
}

/// A telling that was tested. The test is secret until the Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Doubt {
    /// The seat that doubted.
    pub seat: SeatNo,
    /// The telling's number in the scene, counted from 0.
    pub telling: u8,
    /// The test.
    pub test: Test,
    /// Whether it caught a lie.
    pub caught: bool,
    /// The companion that doubted, instead of a seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub companion: Option<CompanionId>,
}

impl Doubt {
    /// Who doubted: a seat, or a companion.
    pub fn by(&self) -> Character {
        let companion = self.companion.clone();
        companion.map_or(Character::Seat(self.seat), Character::Companion)
    }
}

/// A sign at a telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Nod {
    /// The seat.
    pub seat: SeatNo,
    /// The telling's number in the scene, counted from 0.
    pub telling: u8,
    /// Whether it was doubted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubts: bool,
}

/// A companion that was pressed. The test is secret until the Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pressing {
    /// The seat.
    pub seat: SeatNo,
    /// The companion.
    pub companion: CompanionId,
    /// The test.
    pub test: Test,
    /// Whether the companion gave way.
    pub won: bool,
}

/// A character that was exposed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unmasking {
    /// The character.
    pub who: Character,
    /// By what it came out.
    pub how: Exposure,
}

/// How a character was exposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Exposure {
    /// The harm came of which it had told the twist.
    Trap {
        /// The whisper.
        whisper: WhisperId,
    },
    /// A seat challenged its telling.
    Challenge {
        /// The seat.
        seat: SeatNo,
        /// The whisper.
        whisper: WhisperId,
    },
    /// Its quiet hand was seen.
    Caught {
        /// The quiet option.
        option: OptionId,
    },
}

/// What a seat spent momentum on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Purchase {
    /// The seat.
    pub seat: SeatNo,
    /// What it bought.
    pub on: MomentumUse,
    /// How much it cost.
    pub cost: i32,
    /// What the hint says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hint: BTreeMap<OptionId, Vote>,
}

/// A blessing on which a seat called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GiftCall {
    /// The seat.
    pub seat: SeatNo,
    /// The blessing.
    pub gift: Gift,
    /// Whom it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<SeatNo>,
    /// The telling it concerns, by its number in the scene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<u8>,
    /// The option it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<OptionId>,
    /// The whisper it lets the seat hear. Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<WhisperId>,
    /// What it says of the telling. Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
}

/// What a seat answered to an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferAnswer {
    /// The seat.
    pub seat: SeatNo,
    /// Whether it took it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes: bool,
}

/// A gift of a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeatGift {
    /// The seat.
    pub seat: SeatNo,
    /// The gift.
    pub gift: Gift,
}

/// A gift that a god lays on a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GiftLaying {
    /// The seat.
    pub seat: SeatNo,
    /// The gift.
    pub gift: Gift,
    /// Whether a verdict laid it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_verdict: bool,
}

/// What a seat said of the others before the Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judgement {
    /// The seat.
    pub seat: SeatNo,
    /// What it says of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<Slip>,
}

/// What a seat says of another before the Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slip {
    /// The seat judged.
    pub about: SeatNo,
    /// Whether it told a twist to somebody; none when that is not asked about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twisted: Option<bool>,
    /// The god whose stake it held; none when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stake: Option<God>,
}

/// A card that one seat gives another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardGift {
    /// The seat.
    pub seat: SeatNo,
    /// The other.
    pub to: SeatNo,
    /// The card.
    pub card: CardId,
}

/// Who says that which seat should take a keepsake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeepsakeAward {
    /// The seat.
    pub seat: SeatNo,
    /// The keepsake.
    pub keepsake: KeepsakeId,
    /// The seat that should take it.
    pub to: SeatNo,
}

/// A keepsake that a seat takes along, or spends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CarriedKeepsake {
    /// The seat.
    pub seat: SeatNo,
    /// The quest it is from.
    pub quest: QuestId,
    /// The keepsake.
    pub keepsake: KeepsakeId,
}

/// A told story is given out, or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publishing {
    /// The seat of the host.
    pub seat: SeatNo,
    /// Whether whoever has its link may read it.
    pub open: bool,
}

/// A seat lends its name and its lines to the readers of the story, or takes them back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lending {
    /// The seat.
    pub seat: SeatNo,
    /// Whether the readers see them.
    pub lent: bool,
}
