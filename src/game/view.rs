//! What one seat may see, and what everybody sees at the end: built field by field, so that a new secret
//! stays secret.
//!
//! A view holds ids, numbers and what authors wrote; sentences about them are made where they are shown.

mod aftermath;
mod chronicle;
mod council;
mod naming;
mod opened_scenes;
mod opened_seats;
mod options;
mod possibilities;
mod quests;
mod readers;
mod scene;
mod seats;
mod sheet;
mod table;
mod tellings;
mod text;
mod unseen;
mod ways;

pub use aftermath::{
    Aftermath, BallotView, DepartureView, DoneView, ExposureView, GiftChangeView, HarmView, HpView,
    MomentumView, QuietView, RollView, SecondView,
};
pub use chronicle::{AwardView, CardChoice, Chronicle, ChronicleKeepsake, SummonsView, UnseenView};
pub use council::{CallbackView, CouncilView, GodVoteView};
pub use naming::{JudgedView, NamedView, NamingView, SlipView};
pub use opened_scenes::{
    ChronicleAside, ChronicleChallenge, ChronicleScene, ChronicleWhisper, Fate, HearerFate,
    WhisperUse,
};
pub use opened_seats::{AnswerView, ChronicleCompanion, ChronicleSeat, ToldStake};
pub use options::{CheckView, OptionView};
pub use possibilities::{CalledOnView, Possibilities, PressView, PressedView, PurchaseView};
pub use quests::{OpenAnswerView, OpenQuestionView, QuestCard, QuestionView, ToldQuestView};
pub use readers::ReadersView;
pub use scene::{DraftChoice, SceneView};
pub use seats::{CompanionView, GiftView, SeatView, SkillView};
pub use sheet::{
    CardView, FavourView, KeepsakeView, NotedView, ProgressView, Sheet, SignatureView, StakeView,
};
pub use table::{Spoken, Stage, View};
pub use tellings::{AsideView, ChallengeView, OwnWhisper, ToldWhisper};
pub use text::EndingView;
pub use ways::{Way, spoken_line};
