//! What can be asked of a table, by whom, and when.

use serde::{Deserialize, Serialize};

use crate::protocol::{Sitting, Slip, TimeLimit};
use crate::vocabulary::{
    CardId, Code, CompanionId, GiftKind, God, KeepsakeId, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, Seed, Sense, Skill, WhisperId,
};

/// The one who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody without a seat.
    Newcomer,
    /// A seat.
    Seat(SeatNo),
    /// Time itself, when a deadline has passed.
    Clock,
    /// Who runs the server, and may take back what a table tells.
    Operator,
}

/// What momentum buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MomentumUse {
    /// A second throw, should the roll fail in which the seat is the hand or a helper.
    SecondThrow,
    /// How the god of the highest favour would vote on each open option.
    Hint,
}

/// What a full three of legend buys between two quests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "boon", rename_all = "kebab-case")]
pub enum Boon {
    /// Five points of a skill under 60.
    Practice {
        /// The skill.
        skill: Skill,
    },
    /// A third sense, once.
    ThirdSense {
        /// The sense.
        sense: Sense,
    },
    /// The signature twice a scene, once, at nine of legend.
    SecondSignature {},
}

/// How a whisper is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// As it was heard.
    Truth,
    /// Its false version.
    Twist,
}

/// What can be asked of a table.
// Its schema, as it is read from outside, has what a seat may ask: the rest is the clock's, the operator's, and of those who
// have no seat yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Opens the table and sits down as its host. Only [`crate::Table::open`] answers it.
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    Open {
        /// The host's name.
        name: String,
        /// How long scenes wait.
        limit: TimeLimit,
    },
    /// Sits down.
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    Sit {
        /// The newcomer's name.
        name: String,
    },
    /// Begins the interrogation. Host only.
    Begin {
        /// How many questions the gods ask.
        #[serde(default, skip_serializing_if = "Sitting::is_long")]
        sitting: Sitting,
    },
    /// Gets up for good.
    Leave {},
    /// Frees the seat of somebody who is gone.
    Vacate {
        /// The seat to free.
        seat: SeatNo,
    },
    /// Makes another seat host. Host only.
    HandOver {
        /// The new host.
        seat: SeatNo,
    },
    /// Takes the party on to another quest once its Chronicle is open. Host only.
    // Only [`crate::Table::go_on`] answers it.
    GoOn {},
    /// Ends the table for everybody. Host only.
    Close {},
    /// Answers a question of the interrogation.
    Answer {
        /// The question answered.
        question: QuestionId,
        /// The number of the answer, counted from 0.
        #[serde(deserialize_with = "crate::vocabulary::number_or_text")]
        answer: u8,
    },
    /// Says which quest to take up.
    TakeUp {
        /// The quest to take up.
        quest: QuestId,
    },
    /// Shares a whisper, truly or not.
    Tell {
        /// The scene in which it was heard.
        scene: SceneId,
        /// The whisper.
        whisper: WhisperId,
        /// Truly or not.
        manner: Manner,
    },
    /// Resolves to keep a whisper.
    Keep {
        /// The scene in which it was heard.
        scene: SceneId,
        /// The whisper.
        whisper: WhisperId,
    },
    /// Uses the signature of one's class.
    Invoke {
        /// The scene in which it is done.
        scene: SceneId,
    },
    /// Chooses, or chooses otherwise.
    Choose {
        /// The scene in which it is done.
        scene: SceneId,
        /// The option chosen.
        option: OptionId,
    },
    /// Tells a whisper to one seat alone.
    TellAside {
        /// The scene in which it was heard.
        scene: SceneId,
        /// The whisper.
        whisper: WhisperId,
        /// Truly or not.
        manner: Manner,
        /// Whose ear.
        to: SeatNo,
    },
    /// Doubts a telling, and has it tested.
    Challenge {
        /// The scene in which it is done.
        scene: SceneId,
        /// The telling's number in the scene, counted from 0.
        #[serde(deserialize_with = "crate::vocabulary::number_or_text")]
        telling: u8,
    },
    /// Makes a sign at a telling that changes nothing.
    Nod {
        /// The scene in which it is done.
        scene: SceneId,
        /// The telling's number in the scene, counted from 0.
        #[serde(deserialize_with = "crate::vocabulary::number_or_text")]
        telling: u8,
        /// Whether it is doubted rather than believed.
        #[serde(default, deserialize_with = "crate::vocabulary::flag_or_text")]
        doubts: bool,
    },
    /// Presses a companion for what it keeps.
    Press {
        /// The scene in which it is done.
        scene: SceneId,
        /// The companion.
        companion: CompanionId,
    },
    /// Says what the bearer should do. It counts for nothing.
    Urge {
        /// The scene in which it is done.
        scene: SceneId,
        /// The option urged.
        option: OptionId,
    },
    /// Puts one's own hand to a quiet option, besides the vote.
    Act {
        /// The scene in which it is done.
        scene: SceneId,
        /// The quiet option.
        option: OptionId,
    },
    /// Takes the hand back from a quiet option.
    StayHand {
        /// The scene in which it is done.
        scene: SceneId,
    },
    /// Takes a choice back, once a scene.
    Withdraw {
        /// The scene in which it is done.
        scene: SceneId,
    },
    /// Spends momentum.
    Spend {
        /// The scene in which it is done.
        scene: SceneId,
        /// What it buys.
        on: MomentumUse,
    },
    /// Calls on a blessing that acts when it is asked.
    CallOn {
        /// The scene in which it is done.
        scene: SceneId,
        /// The god that gave it.
        god: God,
        /// The blessing or the greater one.
        gift: GiftKind,
        /// Whom it concerns, where it concerns a seat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<SeatNo>,
        /// The telling it concerns, by its number in the scene.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::vocabulary::some_number_or_text"
        )]
        telling: Option<u8>,
        /// The option it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<OptionId>,
    },
    /// Takes what another seat offers in exchange, or refuses it.
    AnswerOffer {
        /// The scene in which it is done.
        scene: SceneId,
        /// Whether it is taken.
        #[serde(default, deserialize_with = "crate::vocabulary::flag_or_text")]
        takes: bool,
    },
    /// Gives the scene its whole limit once more. Host only, once a scene.
    Extend {
        /// The scene.
        scene: SceneId,
    },
    /// Lets the scene be decided three minutes from now, where no limit hurries it.
    CallTime {
        /// The scene.
        scene: SceneId,
    },
    /// Waits in this scene no more for a seat whose player is away. Host only.
    Skip {
        /// The seat.
        seat: SeatNo,
    },
    /// Says, before the Chronicle, who told a twist and whose stake each other seat held.
    Judge {
        /// One for each seat that is judged.
        slips: Vec<Slip>,
    },
    /// Says nothing before the Chronicle.
    PassJudgement {},
    /// Gives another seat a card.
    GiveCard {
        /// The seat.
        to: SeatNo,
        /// The card.
        card: CardId,
    },
    /// Says who should take a keepsake.
    AwardKeepsake {
        /// The keepsake.
        keepsake: KeepsakeId,
        /// The seat that should take it.
        to: SeatNo,
    },
    /// Gives the told story out to whoever has its link, or takes it back. Host only.
    Publish {
        /// Whether it may be read.
        #[serde(deserialize_with = "crate::vocabulary::flag_or_text")]
        open: bool,
    },
    /// Lets those who read the story see one's name and one's lines, or takes both back.
    Lend {
        /// Whether they may be seen.
        #[serde(deserialize_with = "crate::vocabulary::flag_or_text")]
        lent: bool,
    },
    /// Spends a keepsake on one's own check in this scene.
    SpendKeepsake {
        /// The scene in which it is done.
        scene: SceneId,
        /// The keepsake.
        keepsake: KeepsakeId,
    },
    /// Takes what legend buys.
    TakeBoon {
        /// The boon.
        boon: Boon,
    },
    /// Takes or refuses the class that the gods offer anew.
    AnswerCalling {
        /// Whether it is taken.
        #[serde(default, deserialize_with = "crate::vocabulary::flag_or_text")]
        takes: bool,
    },
    /// Looks into a live table. The operator only; its players see that it was done.
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    Look {},
    /// Says something to the table.
    Say {
        /// The words.
        text: String,
    },
    /// Lets a passed deadline have its consequence, or a table of the first edition end. The clock only.
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    PassTime {},
    /// Takes back the name of a seat's players and what they said. The operator only, by [`crate::Table::forget`].
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    Forget {
        /// The seat.
        seat: SeatNo,
    },
    /// Takes back all that the table tells. The operator only; it needs no decision.
    #[cfg_attr(feature = "schema", schemars(skip_deserializing))]
    Erase {},
}

/// When a command is decided.
///
/// Chance does not arrive here: it comes from the table's committed seed, so that it can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// What a new table is made with; all of it from the operating system's randomness.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The code by which others join.
    pub code: Code,
    /// The source of all chance.
    pub seed: Seed,
    /// The SHA-256 of the seed's 32 bytes, in hexadecimal digits: public at once.
    pub commitment: String,
}
