//! What one seat may see, and what everybody sees at the end.

mod aftermath;
mod chronicle;
mod scene;
mod seats;
mod table;

pub use aftermath::{Aftermath, CouncilView, DoneView, GodVoteView, RollView};
pub use chronicle::{
    Chronicle, ChronicleCompanion, ChronicleScene, ChronicleSeat, ChronicleWhisper, Fate,
};
pub use scene::{CheckView, OptionView, OwnWhisper, SceneView, ToldWhisper};
pub use seats::{CompanionView, SeatView, Sheet, SignatureView};
pub use table::{EndingView, QuestCard, QuestionView, Spoken, Stage, View};
