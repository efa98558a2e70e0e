//! One game and its seats, as its events have left it: [`Table`] and its five parts.
//!
//! Each part owns its fields and has one exhaustive `apply`, which never fails and never judges: a rule
//! belongs to `rules`. An event that a part forgets does not compile.

mod lobby;
mod party;
mod scene;
mod story;
mod table;
mod talk;

pub use lobby::Phase;
pub use party::Seat;
pub(crate) use party::{Ally, Party, SKILL_BASE};
pub(crate) use scene::Scenes;
pub use scene::{SceneProgress, SceneState};
pub use story::ToldQuest;
pub use table::Table;
