//! One game and its seats, as its events have left it: [`Table`] and its five parts.
//!
//! Each part owns its fields and has one exhaustive `apply`, which never fails and never judges: a rule
//! belongs to `rules`. An event that a part forgets does not compile.

mod lobby;
mod party;
mod scene;
mod scenes;
mod seat;
mod story;
mod table;
mod talk;
mod tellings;

pub use lobby::Phase;
pub(crate) use party::{Ally, Party};
pub use scene::{GiftChange, GiftFate, OfferState, SceneProgress, SceneState};
pub(crate) use scenes::Scenes;
pub(crate) use seat::SKILL_BASE;
pub use seat::{HeldStake, Seat};
pub use story::ToldQuest;
pub use table::Table;
