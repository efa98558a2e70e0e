//! What the bot reads of what its seat is shown. Fields and words that it does not know are skipped.

use std::collections::BTreeMap;

use game::{
    Character, CompanionId, Manner, MomentumUse, OptionId, QuestId, QuestionId, SceneId, SeatNo,
    Stake, Version, Vote, WhisperId,
};
use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(crate) struct TableSeen {
    pub(crate) view: TableShown,
}

/// A table as the seat sees it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TableShown {
    pub(crate) version: Version,
    pub(crate) you: Option<SeatNo>,
    pub(crate) host: Option<SeatNo>,
    pub(crate) seats: Vec<SeatSeen>,
    #[serde(default)]
    pub(crate) companions: Vec<CompanionSeen>,
    pub(crate) sheet: Option<SheetSeen>,
    pub(crate) stage: StageSeen,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeatSeen {
    pub(crate) seat: SeatNo,
    pub(crate) present: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CompanionSeen {
    pub(crate) leans_to: Option<OptionId>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SheetSeen {
    pub(crate) momentum: i32,
    pub(crate) signature: Option<SignatureSeen>,
    pub(crate) stake: Option<StakeSeen>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SignatureSeen {
    pub(crate) ready: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StakeSeen {
    /// The word of the stake: a later release may deal others.
    pub(crate) stake: String,
}

impl StakeSeen {
    /// Returns the stake, if this bot knows it.
    pub(crate) fn known(&self) -> Option<Stake> {
        let mut all = Stake::ALL.iter();
        all.find(|stake| stake.word() == self.stake).copied()
    }
}

/// What the table is at.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub(crate) enum StageSeen {
    Gathering,
    Question(AskedSeen),
    Waiting,
    QuestChoice {
        quests: Vec<QuestSeen>,
        question: Option<AskedSeen>,
    },
    Scene(Box<SceneSeen>),
    Naming {
        has_judged: bool,
        judged: Vec<JudgedSeen>,
    },
    Chronicle {
        quest: String,
        ending: Option<EndingSeen>,
    },
    Closed,
    /// What this bot does not know: it waits.
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AskedSeen {
    pub(crate) question: QuestionId,
    pub(crate) answers: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct QuestSeen {
    pub(crate) quest: QuestId,
    pub(crate) minutes: u32,
    pub(crate) yours: bool,
    pub(crate) named_by: Vec<SeatNo>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EndingSeen {
    pub(crate) title: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct JudgedSeen {
    pub(crate) seat: SeatNo,
    pub(crate) asks_twist: bool,
}

/// An open scene.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SceneSeen {
    pub(crate) scene: SceneId,
    pub(crate) has_say: bool,
    pub(crate) locked_in: bool,
    pub(crate) whispers: Vec<WhisperSeen>,
    pub(crate) told: Vec<TellingSeen>,
    pub(crate) options: Vec<OptionSeen>,
    pub(crate) presses: Vec<PressSeen>,
    pub(crate) purchases: Vec<PurchaseSeen>,
    pub(crate) may: MaySeen,
    pub(crate) offered_by: Option<SeatNo>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WhisperSeen {
    pub(crate) whisper: WhisperId,
    pub(crate) truth: String,
    pub(crate) twist: String,
    pub(crate) told: Option<Manner>,
    pub(crate) kept: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TellingSeen {
    pub(crate) telling: u8,
    pub(crate) by: Character,
    pub(crate) text: String,
    pub(crate) doubt: Option<i32>,
    pub(crate) truth: Option<String>,
    pub(crate) holds: Option<bool>,
    pub(crate) believed_by: Vec<SeatNo>,
    pub(crate) doubted_by: Vec<SeatNo>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of its own in what is shown"
)]
pub(crate) struct OptionSeen {
    pub(crate) option: OptionId,
    pub(crate) quiet: bool,
    pub(crate) shut: bool,
    pub(crate) insight: bool,
    pub(crate) yours: bool,
    pub(crate) harm: Option<bool>,
    pub(crate) hint: Option<Vote>,
    pub(crate) check: Option<CheckSeen>,
    pub(crate) chosen_by: Vec<SeatNo>,
    pub(crate) urged_by: Vec<SeatNo>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CheckSeen {
    pub(crate) hand: Character,
    pub(crate) chance: ChanceSeen,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct ChanceSeen {
    pub(crate) percent: i32,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PressSeen {
    pub(crate) companion: CompanionId,
    pub(crate) percent: i32,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PurchaseSeen {
    #[serde(deserialize_with = "known_use")]
    pub(crate) on: Option<MomentumUse>,
    pub(crate) cost: i32,
    pub(crate) bought: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct MaySeen {
    pub(crate) urge: bool,
}

/// What is bought, if this bot knows it.
fn known_use<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MomentumUse>, D::Error> {
    Ok(match String::deserialize(from)?.as_str() {
        "hint" => Some(MomentumUse::Hint),
        "second-throw" => Some(MomentumUse::SecondThrow),
        _ => None,
    })
}

impl TableShown {
    /// The voices for each option that the table sees: choices, urges, and what companions lean to.
    pub(crate) fn voices(&self, scene: &SceneSeen) -> BTreeMap<OptionId, i32> {
        let others = |seats: &[SeatNo]| {
            let others = seats.iter().filter(|seat| Some(**seat) != self.you);
            i32::try_from(others.count()).unwrap_or(i32::MAX)
        };
        let mut voices = BTreeMap::new();
        for way in &scene.options {
            let seats = others(&way.chosen_by).saturating_add(others(&way.urged_by));
            voices.insert(way.option.clone(), seats);
        }
        for option in self.companions.iter().filter_map(|it| it.leans_to.as_ref()) {
            *voices.entry(option.clone()).or_default() += 1;
        }
        voices
    }
}
