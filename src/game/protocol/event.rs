//! What happened. Events are for ever: add a variant or an optional field, never change one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalMove, Ballot, Council, Deal, Done, FavourMove, SkillGrowth, Telling, TimeLimit,
    TrustMove,
};
use crate::vocabulary::{
    ClassId, Code, CompanionId, EndingId, God, Mark, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, Seed, Skill, WhisperId,
};

/// What happened at a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A table opened.
    Opened {
        /// The code by which others join.
        code: Code,
        /// The source of all chance in the first quest. Secret until its Chronicle.
        seed: Seed,
        /// SHA-256 of the seed. Public.
        commitment: String,
        /// The edition of the rules.
        rules: u32,
        /// The edition of the library.
        library: String,
        /// How long scenes wait.
        limit: TimeLimit,
        /// When the gathering ends by itself.
        deadline_ms: u64,
    },
    /// A player sat down.
    Sat {
        /// The place taken.
        seat: SeatNo,
        /// The player's name.
        name: String,
        /// How often the seat has been taken, this time included: what tells its holders apart.
        generation: u32,
    },
    /// A player got up.
    Left {
        /// The player's seat.
        seat: SeatNo,
        /// The seat that freed it, if it was not its own holder.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vacated_by: Option<SeatNo>,
    },
    /// Another seat is host.
    HostPassed {
        /// The new host.
        seat: SeatNo,
        /// The host that handed the table over; none when it had left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handed_by: Option<SeatNo>,
    },
    /// The table ended for everybody.
    Closed {
        /// The seat that closed it; none when the table was empty or waited too long, or the operator closed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SeatNo>,
    },
    /// The gods began to question.
    InterrogationBegan {
        /// When they stop waiting.
        deadline_ms: u64,
    },
    /// A seat was dealt questions.
    Questioned {
        /// The seat questioned.
        seat: SeatNo,
        /// The questions, in order.
        questions: Vec<QuestionId>,
    },
    /// A seat answered.
    Answered {
        /// The seat questioned.
        seat: SeatNo,
        /// The question answered.
        question: QuestionId,
        /// The number of the answer, counted from 0.
        answer: u8,
        /// Favour moved, by god.
        moves: BTreeMap<God, i32>,
    },
    /// The gods named a seat's class.
    Called {
        /// The seat named.
        seat: SeatNo,
        /// Its class.
        class: ClassId,
        /// Its skills that are not 10.
        skills: BTreeMap<Skill, i32>,
    },
    /// A companion joined.
    CompanionJoined {
        /// The companion.
        companion: CompanionId,
        /// Their approval.
        approval: i32,
    },
    /// The party may choose a quest.
    QuestsOffered {
        /// When the choice is made for them.
        deadline_ms: u64,
    },
    /// A seat said which quest to take up.
    QuestNamed {
        /// The seat.
        seat: SeatNo,
        /// The quest it named.
        quest: QuestId,
    },
    /// A quest began.
    QuestBegan {
        /// The quest.
        quest: QuestId,
        /// Its edition.
        edition: u32,
    },
    /// A scene opened.
    SceneOpened {
        /// The scene.
        scene: SceneId,
        /// The bearer of the Codex.
        bearer: SeatNo,
        /// Each whisper with its hearers. Secret.
        deals: Vec<Deal>,
        /// When the story goes on by itself.
        deadline_ms: u64,
    },
    /// Another seat bears the Codex, because its bearer left.
    BearerPassed {
        /// The new bearer.
        seat: SeatNo,
    },
    /// A whisper was told. Its manner is secret.
    Told(Telling),
    /// A seat resolved to keep a whisper. Secret.
    Kept {
        /// The seat.
        seat: SeatNo,
        /// The whisper kept.
        whisper: WhisperId,
    },
    /// Two whispers together opened an option.
    InsightDawned {
        /// The option.
        option: OptionId,
    },
    /// A seat used its signature.
    Invoked {
        /// The seat.
        seat: SeatNo,
        /// The whisper it heard by it. Secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard: Option<WhisperId>,
    },
    /// A seat chose.
    Chosen {
        /// The seat.
        seat: SeatNo,
        /// The option chosen.
        option: OptionId,
    },
    /// A seat said something.
    Said {
        /// The seat.
        seat: SeatNo,
        /// Its words.
        text: String,
    },
    /// The scene was decided.
    Decided {
        /// All voices.
        ballots: Vec<Ballot>,
        /// Nobody chose, so the default happened.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_silence: bool,
    },
    /// A deed was done.
    DeedDone(Done),
    /// A fact was set that later scenes may use.
    Marked {
        /// The fact.
        mark: Mark,
    },
    /// A skill grew.
    SkillGrew(SkillGrowth),
    /// The party's trust moved.
    TrustMoved(TrustMove),
    /// A god's favour to a seat moved.
    FavourMoved(FavourMove),
    /// The gods voted on a deed.
    CouncilHeld(Council),
    /// A companion's approval moved.
    ApprovalMoved(ApprovalMove),
    /// A companion left.
    CompanionLeft {
        /// The companion.
        companion: CompanionId,
    },
    /// The party went on to another quest: what it has become stays, and the quest is told no more.
    WentOn {
        /// The code by which the table is found from now on.
        code: Code,
        /// The source of all chance in the quest to come. Secret until its Chronicle.
        seed: Seed,
        /// SHA-256 of the seed. Public.
        commitment: String,
        /// When the choice of a quest is made for them.
        deadline_ms: u64,
    },
    /// The quest ended.
    QuestEnded {
        /// The ending reached; none when the quest was broken off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ending: Option<EndingId>,
    },
    /// The name of a seat's players and what they said was taken back, here and in all that happened before.
    Forgotten {
        /// The seat.
        seat: SeatNo,
    },
    /// All that the table told was taken back.
    Erased {},
}
