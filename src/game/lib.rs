//! The rules of The Arcane Codex: a command goes in, events come out.
//!
//! [`Table`] is one game and its seats. [`Table::decide`] answers a [`Command`] with [`Event`]s or a
//! [`Refusal`]; [`Table::fold`] takes the events of one commit into the state; [`Table::view`] is what
//! one seat may see and [`Table::chronicle`] what everybody sees at the end.
//!
//! The crate is a function: no clock, no I/O, no environment, no panic on any input. Time comes in with
//! [`Moment`], the written world with [`content::World`], and chance from the table's own [`Seed`], whose
//! hash is public before the first roll (see [`dice`]), so that anybody can check afterwards that no roll
//! was made to fit.

mod ids;
mod words;

pub mod content;
pub mod dice;

mod command;
mod event;
mod facts;
mod refusal;

mod fold;
mod scene_log;
mod table;
mod turn;

mod calling;
mod checks;
mod companions;
mod council;
mod dealing;
mod gathering;
mod interrogation;
mod resolution;
mod scenes;
mod trust;
mod whispers;

mod aftermath;
mod chronicle;
mod scene_view;
mod sheets;
mod view;

pub use aftermath::{Aftermath, CouncilView, DoneView, GodVoteView, RollView};
pub use calling::best_class;
pub use chronicle::{
    Chronicle, ChronicleCompanion, ChronicleScene, ChronicleSeat, ChronicleWhisper, Fate,
};
pub use command::{Actor, Command, CommandId, Manner, Moment, Opening, TimeLimit};
pub use council::{Verdict, Vote};
pub use dice::{Dice, Seed, Throw};
pub use event::{
    ApprovalReason, Ballot, Chance, ChancePart, Character, Deal, Done, Event, GodVote, OutcomeKind,
    Roll, TrustReason,
};
pub use ids::{
    ClassId, Code, CompanionId, EndingId, Mark, NotAnId, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, TableId, Version, WhisperId,
};
pub use refusal::Refusal;
pub use scene_log::{Council, SceneState, Telling};
pub use scene_view::{CheckView, OptionView, OwnWhisper, SceneView, ToldWhisper};
pub use sheets::{CompanionView, SeatView, Sheet, SignatureView};
pub use table::{Phase, Seat, Table};
pub use trust::Tier;
pub use turn::Decision;
pub use view::{EndingView, QuestCard, QuestionView, Spoken, Stage, View};
pub use words::{Band, God, Sense, Skill, Tag};

/// The edition of these rules, written into every table that opens under them.
pub const RULES_EDITION: u32 = 1;
/// Seats at a table at most.
pub const SEATS_MAX: u8 = 6;
/// Characters in a seat's name at most.
pub const NAME_CHARS_MAX: usize = 24;
/// Characters in one chat line at most.
pub const SAY_CHARS_MAX: usize = 400;
/// Commits a table takes from its seats; after that only time moves it.
pub const COMMITS_MAX: u64 = 20_000;
