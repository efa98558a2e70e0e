//! What one seat may see, and what everybody sees at the end: built field by field, so that a new secret
//! stays secret.
//!
//! A view holds ids, numbers and what authors wrote; sentences about them are made where they are shown.

mod aftermath;
mod chronicle;
mod council;
mod quests;
mod scene;
mod seats;
mod table;
mod text;

pub use aftermath::{Aftermath, BallotView, DepartureView, DoneView, RollView};
pub use chronicle::{
    AnswerView, Chronicle, ChronicleCompanion, ChronicleScene, ChronicleSeat, ChronicleWhisper,
    Fate, HearerFate,
};
pub use council::{CouncilView, GodVoteView};
pub use quests::{QuestCard, QuestionView, ToldQuestView};
pub use scene::{CheckView, OptionView, OwnWhisper, SceneView, ToldWhisper};
pub use seats::{CompanionView, FavourView, SeatView, Sheet, SignatureView, SkillView};
pub use table::{Spoken, Stage, View};
pub use text::EndingView;
