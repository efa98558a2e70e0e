//! What happened. Events are for ever: add a variant or an optional field, never change one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalReason, Ballot, Character, Deal, Done, GodVote, Manner, TimeLimit, TrustReason,
};
use crate::rules::council::{Verdict, Vote};
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
        /// By which others join.
        code: Code,
        /// What all chance comes from. Secret until the Chronicle.
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
    /// Somebody sat down.
    Sat {
        /// Where.
        seat: SeatNo,
        /// Under which name.
        name: String,
        /// How often the seat has been taken, this time included: what tells its holders apart.
        generation: u32,
    },
    /// Somebody got up.
    Left {
        /// Whose seat.
        seat: SeatNo,
        /// Who freed it, if it was not its holder.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vacated_by: Option<SeatNo>,
    },
    /// Somebody else is host.
    HostPassed {
        /// Who.
        seat: SeatNo,
    },
    /// The table ended for everybody.
    Closed {
        /// Who closed it; nobody when it was empty or waited too long.
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
        /// Which seat.
        seat: SeatNo,
        /// Which questions, in order.
        questions: Vec<QuestionId>,
    },
    /// A seat answered.
    Answered {
        /// Which seat.
        seat: SeatNo,
        /// Which question.
        question: QuestionId,
        /// Which answer, counted from 0.
        answer: u8,
        /// How it moved the gods.
        moves: BTreeMap<God, i32>,
    },
    /// The gods named a seat's class.
    Called {
        /// Which seat.
        seat: SeatNo,
        /// Which class.
        class: ClassId,
        /// Its skills that are not 10.
        skills: BTreeMap<Skill, i32>,
    },
    /// A companion joined.
    CompanionJoined {
        /// Who.
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
        /// Which seat.
        seat: SeatNo,
        /// Which quest.
        quest: QuestId,
    },
    /// A quest began.
    QuestBegan {
        /// Which.
        quest: QuestId,
        /// Its edition.
        edition: u32,
    },
    /// A scene opened.
    SceneOpened {
        /// Which.
        scene: SceneId,
        /// Who bears the Codex.
        bearer: SeatNo,
        /// Who hears what. Secret.
        deals: Vec<Deal>,
        /// When the story goes on by itself.
        deadline_ms: u64,
    },
    /// Somebody else bears the Codex: its bearer left.
    BearerPassed {
        /// Who.
        seat: SeatNo,
    },
    /// A whisper was told.
    Told {
        /// By whom.
        by: Character,
        /// Which.
        whisper: WhisperId,
        /// Truly or not. Secret.
        manner: Manner,
    },
    /// A seat resolved to keep a whisper. Secret.
    Kept {
        /// Which seat.
        seat: SeatNo,
        /// Which whisper.
        whisper: WhisperId,
    },
    /// Two whispers together opened a way.
    InsightDawned {
        /// Which option.
        option: OptionId,
    },
    /// A seat used its signature.
    Invoked {
        /// Which seat.
        seat: SeatNo,
        /// The whisper it heard by it. Secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard: Option<WhisperId>,
    },
    /// A seat chose.
    Chosen {
        /// Which seat.
        seat: SeatNo,
        /// What.
        option: OptionId,
    },
    /// A seat said something.
    Said {
        /// Which seat.
        seat: SeatNo,
        /// What.
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
    /// A fact later scenes may use.
    Marked {
        /// Which.
        mark: Mark,
    },
    /// A skill grew.
    SkillGrew {
        /// Whose.
        seat: SeatNo,
        /// Which.
        skill: Skill,
        /// By how much.
        by: i32,
    },
    /// The party's trust moved.
    TrustMoved {
        /// By how much.
        by: i32,
        /// Why.
        why: TrustReason,
    },
    /// A god's favour to a seat moved.
    FavourMoved {
        /// Which seat.
        seat: SeatNo,
        /// Which god.
        god: God,
        /// By how much.
        by: i32,
        /// Whether a council moved it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        council: bool,
    },
    /// The gods voted on a deed.
    CouncilHeld {
        /// Which deed.
        option: OptionId,
        /// Who did it.
        doers: Vec<SeatNo>,
        /// The eight votes.
        votes: Vec<GodVote>,
        /// The verdict.
        verdict: Verdict,
        /// For or against; abstained in a deadlock.
        carried: Vote,
        /// Who spoke loudest.
        loudest: God,
        /// The party was watched, so this deed counted double.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubled: bool,
    },
    /// A companion's approval moved.
    ApprovalMoved {
        /// Whose.
        companion: CompanionId,
        /// By how much.
        by: i32,
        /// Why.
        why: ApprovalReason,
    },
    /// A companion left.
    CompanionLeft {
        /// Who.
        companion: CompanionId,
    },
    /// The quest ended.
    QuestEnded {
        /// How; without an ending when it was broken off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ending: Option<EndingId>,
    },
}
