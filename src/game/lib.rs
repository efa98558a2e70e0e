//! The rules of The Arcane Codex: a command goes in, events come out.
//!
//! [`Table`] is one game and its seats. [`Table::decide`] answers a [`Command`] with [`Event`]s or a
//! [`Refusal`]; [`Table::fold`] takes the events of one commit into the state; [`Table::view`] is what
//! one seat may see and [`Table::chronicle`] what everybody sees at the end.
//!
//! Six folders, each using only those before it: `vocabulary` (ids, names, closed lists, chance), `content`
//! (what authors write), `protocol` (commands, events, refusals), `state` (a table as its events have left
//! it), `rules` (how a command is answered) and `view` (what one seat sees).
//!
//! The crate is a function: no clock, no I/O, no environment, no panic on any input. Time comes in with
//! [`Moment`], the written world with [`content::World`], and chance from the table's own [`Seed`], whose
//! hash is public before the first roll (see [`dice`]), so that anybody can check afterwards that no roll
//! was made to fit.

mod vocabulary;

pub mod content;

mod protocol;

mod state;

mod rules;

mod view;

pub use protocol::{
    Actor, ApprovalMove, ApprovalReason, Ballot, Boon, Callback, Calling, CardGift,
    CarriedKeepsake, Chance, ChancePart, Character, Command, CommandId, CommandIdError, Council,
    DeadlineMove, DeadlineReason, Deal, Done, Doubt, Event, Exposure, FavourMove, FavourReason,
    GiftCall, GiftLaying, GodVote, Judgement, KeepsakeAward, LegendGain, LegendReason, Lending,
    Manner, Moment, MomentumMove, MomentumReason, MomentumUse, Nod, OfferAnswer, Opening, Pressing,
    Publishing, Purchase, QuietDeed, Refusal, RefusalClass, Roll, SeatGift, SecondThrow, Sitting,
    SkillGrowth, Slip, StakeDeal, Telling, Test, TimeLimit, TrustMove, TrustReason, Unmasking,
};
pub use rules::{Decision, best_class, without};
pub use state::{
    GiftChange, GiftFate, HeldStake, OfferState, Phase, SceneProgress, SceneState, Seat, Table,
    ToldQuest,
};
pub use view::{
    Aftermath, AnswerView, AsideView, AwardView, BallotView, CallbackView, CalledOnView,
    CardChoice, CardView, ChallengeView, CheckView, Chronicle, ChronicleAside, ChronicleChallenge,
    ChronicleCompanion, ChronicleKeepsake, ChronicleScene, ChronicleSeat, ChronicleWhisper,
    CompanionView, CouncilView, DepartureView, DoneView, DraftChoice, EndingView, ExposureView,
    Fate, FavourView, GiftChangeView, GiftView, GodVoteView, HarmView, HearerFate, HpView,
    JudgedView, KeepsakeView, MomentumView, NamedView, NamingView, NotedView, OpenAnswerView,
    OpenQuestionView, OptionView, OwnWhisper, Possibilities, PressView, PressedView, ProgressView,
    PurchaseView, QuestCard, QuestionView, QuietView, ReadersView, RollView, SceneView, SeatView,
    SecondView, Sheet, SignatureView, SkillView, SlipView, Spoken, Stage, StakeView, SummonsView,
    ToldQuestView, ToldStake, ToldWhisper, UnseenView, View, Way, WhisperUse, spoken_line,
};
pub use vocabulary::{
    Band, CardId, ClassId, Code, CompanionId, Dice, EndingId, Gift, GiftKind, God, HoldingId,
    IdError, KeepsakeId, Mark, OptionId, OutcomeKind, Purpose, QuestId, QuestionId, SceneId,
    SeatNo, Seed, Sense, Skill, Stake, StakeKind, TableId, Tag, Throw, ThrowAddress, Tier, Verdict,
    Version, Vote, WhisperId, dice,
};

/// The edition of these rules, written into every table that opens under them.
pub const RULES_EDITION: u32 = 2;
/// Seats at a table at most.
pub const SEATS_MAX: u8 = 6;
/// Characters in a seat's name at most.
pub const NAME_CHARS_MAX: usize = 24;
/// Characters in one chat line at most.
pub const SAY_CHARS_MAX: usize = 400;
/// Commits a table takes from its seats; after that only time moves it.
pub const COMMITS_MAX: u64 = 20_000;
