//! What a bot reads of what it is shown.

use game::{
    CompanionId, Manner, MomentumUse, OptionId, QuestId, QuestionId, SceneId, SeatNo, WhisperId,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) view: Shown,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    pub(crate) you: Option<SeatNo>,
    pub(crate) seats: Vec<SeatSeen>,
    pub(crate) stage: Seen,
    pub(crate) sheet: Option<Sheet>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SeatSeen {
    pub(crate) seat: SeatNo,
    pub(crate) present: bool,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub(crate) enum Seen {
    Gathering,
    Question {
        question: QuestionId,
        answers: Vec<String>,
    },
    Waiting,
    QuestChoice {
        quests: Vec<Card>,
        question: Option<Asked>,
    },
    Scene(SceneSeen),
    Naming {
        has_judged: bool,
        judged: Vec<Judged>,
    },
    Chronicle,
    Closed,
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) question: QuestionId,
    pub(crate) answers: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Card {
    pub(crate) quest: QuestId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    pub(crate) seat: SeatNo,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SceneSeen {
    pub(crate) scene: SceneId,
    pub(crate) has_say: bool,
    pub(crate) locked_in: bool,
    pub(crate) whispers: Vec<Heard>,
    pub(crate) told: Vec<Told>,
    pub(crate) options: Vec<Way>,
    pub(crate) presses: Vec<Press>,
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) may: May,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Heard {
    pub(crate) whisper: WhisperId,
    pub(crate) told: Option<Manner>,
    pub(crate) kept: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) telling: u8,
    pub(crate) doubt: Option<i32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Way {
    pub(crate) option: OptionId,
    pub(crate) yours: bool,
    pub(crate) quiet: bool,
    pub(crate) shut: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Press {
    pub(crate) companion: CompanionId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Purchase {
    pub(crate) on: MomentumUse,
    pub(crate) bought: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct May {
    pub(crate) tell_aside: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sheet {
    pub(crate) signature: Option<Signature>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Signature {
    pub(crate) ready: bool,
}
