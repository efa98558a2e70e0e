//! One game and its seats, as its events have left it.

mod fold;
mod scene;
mod table;

pub use scene::{Council, SceneState, Telling};
pub(crate) use table::{Ally, LINES_MAX, Line, SKILL_BASE};
pub use table::{Phase, Seat, Table};
