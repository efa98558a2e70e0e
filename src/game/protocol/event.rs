//! What happened. Events are for ever: add a variant or an optional field, never change one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalMove, Ballot, Boon, Calling, CardGift, CarriedKeepsake, Character, Council,
    DeadlineMove, Deal, Done, Doubt, FavourMove, GiftCall, GiftLaying, Judgement, KeepsakeAward,
    LegendGain, Lending, MomentumMove, Nod, OfferAnswer, Pressing, Publishing, Purchase, QuietDeed,
    SeatGift, Sitting, SkillGrowth, StakeDeal, Telling, TimeLimit, TrustMove, Unmasking,
};
use crate::vocabulary::{
    ClassId, Code, CompanionId, EndingId, God, Mark, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, Seed, Tag, WhisperId,
};

/// What happened at a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        /// It was opened under rules that are no longer decided.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        outdated: bool,
    },
    /// The operator looked into the table while it was live.
    LookedInto {},
    /// The gods began to question.
    InterrogationBegan {
        /// When they stop waiting.
        deadline_ms: u64,
        /// How many questions they ask.
        #[serde(default, skip_serializing_if = "Sitting::is_long")]
        sitting: Sitting,
        /// The question that all seats are asked last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open_question: Option<QuestionId>,
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
    Called(Calling),
    /// The gods offered a seat another class, for what it has become.
    CallingOffered {
        /// The seat.
        seat: SeatNo,
        /// The class.
        class: ClassId,
    },
    /// A seat refused the class that was offered.
    CallingRefused {
        /// The seat.
        seat: SeatNo,
    },
    /// A seat was dealt its secret aim for the quest. Secret.
    StakeDealt(StakeDeal),
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
        /// The companion who sits at every table of this quest; none in the first edition, where they joined earlier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guest: Option<CompanionId>,
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
        /// How long it waits, its reading time included, in milliseconds; 0 in the first edition.
        #[serde(default, skip_serializing_if = "crate::protocol::payload::is_zero")]
        wait_ms: u64,
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
    /// A telling was tested. The test is secret.
    Challenged(Doubt),
    /// A seat made a sign at a telling.
    Nodded(Nod),
    /// A seat pressed a companion. The test is secret.
    Pressed(Pressing),
    /// A character was exposed.
    Exposed(Unmasking),
    /// Two whispers together opened an option.
    InsightDawned {
        /// The option.
        option: OptionId,
    },
    /// A seat said what the bearer should do.
    Urged {
        /// The seat.
        seat: SeatNo,
        /// The option.
        option: OptionId,
    },
    /// A seat put its hand to a quiet option. Secret.
    Acted {
        /// The seat.
        seat: SeatNo,
        /// The option.
        option: OptionId,
    },
    /// A seat took its hand back. Secret.
    HandStayed {
        /// The seat.
        seat: SeatNo,
    },
    /// A seat spent momentum. What a hint says is secret.
    Spent(Purchase),
    /// A seat's momentum moved. Secret.
    MomentumMoved(MomentumMove),
    /// A seat's HP moved.
    HpMoved {
        /// The seat.
        seat: SeatNo,
        /// How many points were added.
        by: i32,
    },
    /// A seat called on a blessing.
    CalledOn(GiftCall),
    /// A seat answered what another offered it.
    OfferAnswered(OfferAnswer),
    /// A blessing that was asked for beforehand, or that acts by itself, was spent.
    GiftSpent(SeatGift),
    /// A god laid a gift on a seat.
    GiftLaid(GiftLaying),
    /// A god took a gift back.
    GiftLifted(SeatGift),
    /// A god bears a grudge against a seat.
    Grudged {
        /// The seat.
        seat: SeatNo,
        /// The god.
        god: God,
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
    /// A seat took its choice back.
    Withdrawn {
        /// The seat.
        seat: SeatNo,
    },
    /// A seat asked for the scene to be decided; with one more it will be.
    TimeAsked {
        /// The seat.
        seat: SeatNo,
    },
    /// The open scene waits no more for a seat.
    Skipped {
        /// The seat.
        seat: SeatNo,
        /// The host that skipped it.
        by: SeatNo,
    },
    /// The open scene has another deadline.
    DeadlineMoved(DeadlineMove),
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
        /// The tags of the ways that were open to the table.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        offered: Vec<Tag>,
    },
    /// A quiet deed was done, or tried. Whose hand it was is secret.
    QuietDone(QuietDeed),
    /// A deed was done.
    DeedDone(Done),
    /// A fact was set that later scenes may use.
    Marked {
        /// The fact.
        mark: Mark,
    },
    /// A character carries a fact that nobody else sees. Secret.
    MarkCarried {
        /// The character.
        who: Character,
        /// The fact.
        mark: Mark,
    },
    /// A harm came about.
    HarmCame {
        /// The harm.
        harm: Mark,
        /// Whether a blessing took its sting.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        averted: bool,
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
    /// The party may say who lied and whose stake was whose, before everything is told.
    NamingBegan {
        /// The ending reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ending: Option<EndingId>,
        /// When the naming ends by itself.
        deadline_ms: u64,
    },
    /// A seat judged the others, or said nothing. Secret.
    Judged(Judgement),
    /// A stake was met or missed.
    StakeSettled {
        /// The seat.
        seat: SeatNo,
        /// Whether it was met.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        met: bool,
    },
    /// A seat's legend grew.
    LegendGrew(LegendGain),
    /// A seat gave another a card.
    CardGiven(CardGift),
    /// A seat said who should take a keepsake.
    KeepsakeAwarded(KeepsakeAward),
    /// The told story was given out, or taken back.
    Published(Publishing),
    /// A seat let the readers of the story see its name and its lines, or took them back.
    Lent(Lending),
    /// A seat took a keepsake along.
    KeepsakeTaken(CarriedKeepsake),
    /// A seat spent a keepsake on its check in this scene.
    KeepsakeSpent(CarriedKeepsake),
    /// A seat took what legend buys.
    BoonTaken {
        /// The seat.
        seat: SeatNo,
        /// The boon.
        boon: Boon,
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
